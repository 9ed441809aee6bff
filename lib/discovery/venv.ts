import { basename, dirname, join, resolve, sep } from 'node:path'
import { inspectBase, realExecutable, requireCPython } from './base'
import { Unsuitable } from './errors'
import type { Installation, System } from './types'
import { parseVersion, shortName, versionOfName } from './version'

const CONFIG = 'pyvenv.cfg'

/** The virtual environment that an executable belongs to, by CPython's rule: pyvenv.cfg beside it or one folder up, links not resolved. */
export function venvAround(system: System, executable: string): string | undefined {
  const beside = dirname(executable)
  return [beside, dirname(beside)].find((folder) => isVenv(system, folder))
}

export function isVenv(system: System, folder: string): boolean {
  return system.files.isFile(join(folder, CONFIG))
}

/** The installation behind a virtual environment made by venv, virtualenv or uv. */
export function inspectVenv(
  system: System,
  venv: string,
  executable: string = pythonOf(system, venv),
): Installation {
  const config = readConfig(system, venv)
  requireCPython(config.get('implementation') ?? '', venv)
  const base = inspectBase(system, basePython(system, venv, executable, config))
  requireSameVersion(venv, config, base.version)
  return { ...base, executable, venv }
}

function pythonOf(system: System, venv: string): string {
  const names =
    system.platform === 'win32'
      ? ['Scripts/python.exe', 'python.exe', 'bin/python.exe']
      : ['bin/python', 'bin/python3']
  const paths = names.map((name) => join(venv, name))
  const found = paths.find((path) => system.files.isFile(path))
  if (found !== undefined) return found
  const link = paths.find((path) => system.files.exists(path))
  throw broken(
    venv,
    link === undefined
      ? `has no ${names[0]}`
      : `was made with a Python that is gone: ${link} is a link that leads nowhere`,
  )
}

/** Keys in lower case. As site.py reads it: UTF-8, lines of `key = value`; here also after a byte order mark. */
function readConfig(system: System, venv: string): Map<string, string> {
  const text = system.files.text(join(venv, CONFIG)) ?? ''
  const config = new Map<string, string>()
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    const at = line.indexOf('=')
    if (at > 0 && !line.startsWith('#'))
      config.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim())
  }
  return config
}

/** The base installation's executable: where the environment's own one leads, or, where it is a copy, the one in `home`. */
function basePython(system: System, venv: string, executable: string, config: Map<string, string>): string {
  const home = config.get('home')
  if (home === undefined || home === '')
    throw broken(venv, `has a ${CONFIG} that does not name its base Python with \`home\``)
  const real = realExecutable(system, executable)
  if (!isInside(system, real, venv) && versionOfName(basename(real)) !== undefined) return real
  const folder = resolve(venv, home)
  const names = namesIn(system, config)
  const found = names.map((name) => join(folder, name)).find((path) => system.files.isFile(path))
  if (found !== undefined) return found
  throw broken(venv, `was made with a Python that is gone: ${folder} has no ${names.join(' or ')}`)
}

function namesIn(system: System, config: Map<string, string>): string[] {
  if (system.platform === 'win32') return ['python.exe']
  const version = versionIn(config)
  return [...(version === undefined ? [] : [`python${version}`]), 'python3', 'python']
}

/** venv writes `version`, virtualenv and uv `version_info`. */
function versionIn(config: Map<string, string>): string | undefined {
  const version = parseVersion(config.get('version_info') ?? config.get('version') ?? '')
  return version === undefined ? undefined : shortName(version)
}

/** A base that was upgraded in place runs, but does not see the packages in `lib/python3.X` of the version before. */
function requireSameVersion(venv: string, config: Map<string, string>, version: string): void {
  const made = versionIn(config)
  if (made !== undefined && made !== version)
    throw broken(venv, `was made for Python ${made}, but its base is Python ${version} now`)
}

function isInside(system: System, path: string, folder: string): boolean {
  return path.startsWith((system.files.realPath(folder) ?? folder) + sep)
}

function broken(venv: string, what: string): Unsuitable {
  return new Unsuitable('broken-venv', `The virtual environment ${venv} ${what}; make it anew.`)
}
