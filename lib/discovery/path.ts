import { delimiter, join, resolve } from 'node:path'
import { inspectExecutable } from './executable'
import { inspectPath } from './explicit'
import { pyenv, pyenvRoot } from './pyenv'
import type { Proposal, System } from './types'
import { uvPythons } from './uv'

/** `python3`, then `python`, on PATH; a pyenv shim stands for what pyenv would start. */
export function* onPath(system: System): Generator<Proposal> {
  const commands = system.platform === 'win32' ? ['python.exe'] : ['python3', 'python']
  const seen = new Set<string>()
  for (const command of commands) {
    for (const folder of pathFolders(system)) {
      for (const proposal of commandIn(system, folder, command)) {
        const key = identity(system, proposal.path)
        if (!seen.has(key)) yield proposal
        seen.add(key)
      }
    }
  }
}

/** Where installers put Python without putting it on the PATH that this process has: macOS applications, Windows, uv. */
export function* elsewhere(system: System): Generator<Proposal> {
  for (const path of [...system.places, ...windowsInstalls(system), ...uvPythons(system)]) {
    if (!system.files.exists(path)) continue
    yield {
      source: 'usual places',
      path,
      reason: `${path} is in a usual place.`,
      weight: 'optional',
      inspect: () => inspectPath(system, path),
    }
  }
}

function* commandIn(system: System, folder: string, command: string): Generator<Proposal> {
  const root = pyenvRoot(system, folder)
  const path = join(folder, command)
  // pyenv-win's shims are python.bat, so there the folder alone decides.
  if (root !== undefined && (system.platform === 'win32' || system.files.exists(path)))
    return yield* pyenv(system, root, command)
  if (!system.files.exists(path) || isStoreStub(system, folder) || isAppleStub(system, path)) return
  const reason = `${path} is the first usable ${command} on PATH.`
  yield { source: 'PATH', path, reason, weight: 'optional', inspect: () => inspectExecutable(system, path) }
}

function pathFolders(system: System): string[] {
  // Windows spells it Path, and a copied environment has lost its indifference to case.
  const key = Object.keys(system.env).find(
    (name) => name === 'PATH' || (system.platform === 'win32' && name.toUpperCase() === 'PATH'),
  )
  const entries = (key === undefined ? '' : (system.env[key] ?? ''))
    .split(delimiter)
    .map((entry) => entry.replace(/^"(.*)"$/, '$1'))
  return entries.filter((entry) => entry !== '').map((entry) => resolve(system.cwd, entry))
}

/** One file under two names, as in /bin and /usr/bin, is one candidate; a virtual environment's link to it is another. */
function identity(system: System, path: string): string {
  return `${system.files.realPath(join(path, '..'))}|${system.files.realPath(path) ?? path}`
}

/** The python.exe that only opens the Microsoft Store. */
function isStoreStub(system: System, folder: string): boolean {
  return system.platform === 'win32' && /[\\/]Microsoft[\\/]WindowsApps$/i.test(folder)
}

/** macOS' /usr/bin/python3, which asks the user to install Apple's tools, and then is older than 3.10. */
function isAppleStub(system: System, path: string): boolean {
  return system.platform === 'darwin' && path.startsWith('/usr/bin/')
}

function windowsInstalls(system: System): string[] {
  if (system.platform !== 'win32') return []
  const { LOCALAPPDATA, ProgramFiles } = system.env
  const folders = [LOCALAPPDATA && join(LOCALAPPDATA, 'Programs', 'Python'), ProgramFiles].filter(
    (folder) => folder !== undefined && folder !== '',
  )
  return folders.flatMap((folder) => {
    const names = system.files.list(folder as string).filter((name) => /^Python3\d+$/i.test(name))
    return names
      .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
      .map((name) => join(folder as string, name))
  })
}
