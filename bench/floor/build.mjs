/** Builds the floor addon with the C compiler, for one CPython: `build/floor/floor-3.11.node`. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inRoot, newest, oldest } from '../../scripts/setup/paths.mjs'

const folder = inRoot('bench', 'floor')
const sources = ['floor.c', 'objects.c', 'async.c'].map((name) => join(folder, name))

/** Returns the path of the addon; it is built where it is missing or older than its sources. */
export function buildFloor({ executable, version }) {
  const addon = inRoot('build', 'floor', `floor-${version}-${process.platform}-${process.arch}.node`)
  if (oldest(addon) > newest(folder)) return addon
  mkdirSync(dirname(addon), { recursive: true })
  const fresh = `${addon}.${process.pid}`
  const link =
    process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-fPIC']
  const includes = [`-I${pythonHeaders(executable)}`, `-I${nodeHeaders()}`]
  const compiler = process.env.CC ?? 'cc'
  try {
    const flags = ['-O3', '-std=gnu11', '-Wall', ...includes, ...link]
    execFileSync(compiler, [...flags, ...sources, '-pthread', '-o', fresh], { stdio: 'pipe' })
  } catch (error) {
    throw new Error(`The floor addon does not compile with ${compiler}:\n${error.stderr ?? error.message}`)
  }
  renameSync(fresh, addon)
  return addon
}

function pythonHeaders(executable) {
  const code = "import sysconfig; print(sysconfig.get_path('include'))"
  const folder = execFileSync(executable, ['-c', code], { encoding: 'utf8' }).trim()
  if (existsSync(join(folder, 'Python.h'))) return folder
  throw new Error(
    `The floor addon needs Python.h, which is not in ${folder}: on Debian, apt install python3-dev.`,
  )
}

export function nodeHeaders() {
  const places = [
    join(dirname(process.execPath), '..'),
    '/usr',
    '/usr/local',
    process.env.npm_config_nodedir ?? '',
  ]
  const folders = places.map((place) => join(place, 'include', 'node'))
  const folder = folders.find((place) => existsSync(join(place, 'node_api.h')))
  if (folder) return folder
  throw new Error(
    `The floor addon needs node_api.h, which is in none of ${folders.join(', ')}: name its place in npm_config_nodedir.`,
  )
}
