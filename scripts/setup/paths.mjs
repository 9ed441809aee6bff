/** Where things are. Every path is absolute. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const inRoot = (...parts) => join(root, ...parts)

export const requirements = inRoot('plugins', 'requirements.txt')
export const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc')
export const prebuilds = inRoot('prebuilds', `${process.platform}-${process.arch}`)
export const addons = ['loader', 'core'].map((name) => ({ name, file: join(prebuilds, `${name}.node`) }))
export const defaultEnvironment = inRoot('.venv')

export function pythonOf(environment) {
  return process.platform === 'win32'
    ? join(environment, 'Scripts', 'python.exe')
    : join(environment, 'bin', 'python')
}

/** Every file below the folder (or the file itself), sorted; nothing when it is absent. */
export function filesBelow(path) {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return []
  if (!stats.isDirectory()) return [path]
  const names = readdirSync(path).sort()
  return names.flatMap((name) => filesBelow(join(path, name)))
}

/** The newest modification time of the files and folders below the paths: a removed file makes its folder newer. */
export function newest(...paths) {
  return Math.max(0, ...paths.map(newestBelow))
}

/** The oldest modification time of the files; 0 when one is missing. */
export function oldest(...files) {
  return Math.min(...files.map((file) => (existsSync(file) ? statSync(file).mtimeMs : 0)))
}

function newestBelow(path) {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return 0
  if (!stats.isDirectory()) return stats.mtimeMs
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestBelow(join(path, name))))
}
