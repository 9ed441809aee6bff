import { basename, dirname, join, resolve } from 'node:path'
import { prefixOf } from './base'
import { Unsuitable } from './errors'
import { inspectExecutable } from './executable'
import { requireLoadable } from './library'
import type { Installation, Proposal, System } from './types'
import { inspectVenv, isVenv } from './venv'
import {
  newestFirst,
  parseVersion,
  requireSupported,
  shortName,
  type Version,
  versionOfLibrary,
  versionOfName,
} from './version'

const FORMS =
  'it may be the folder of a Python installation (with bin/python3, or python.exe), the folder of a virtual environment (with pyvenv.cfg), ' +
  'a python executable, or a libpython file (libpython3.X.so, libpython3.X.dylib, python3X.dll)'

/** What the user named, in a constructor option or in our environment variable. */
export function* named(system: System, runtimePath: string | undefined): Generator<Proposal> {
  if (runtimePath !== undefined) yield required(system, 'runtime_path', runtimePath)
  const variable = system.env.PYTHON_TS_RUNTIME
  if (variable) yield required(system, 'PYTHON_TS_RUNTIME', variable)
}

function required(system: System, source: string, given: string): Proposal {
  const path = given === '' ? '' : resolve(system.cwd, given)
  return {
    source,
    path,
    reason: `${source} names ${path}.`,
    weight: 'required',
    inspect: () => inspectPath(system, path),
  }
}

/** Any of the four forms. */
export function inspectPath(system: System, path: string): Installation {
  const files = system.files
  if (path === '') throw new Unsuitable('missing', `The path is empty; ${FORMS}.`)
  if (files.isFolder(path)) return inspectFolder(system, path)
  if (system.platform === 'win32' && !files.isFile(path) && files.isFile(`${path}.exe`))
    return inspectExecutable(system, `${path}.exe`)
  if (files.isFile(path))
    return isLibrary(path) ? inspectLibrary(system, path) : inspectExecutable(system, path)
  throw new Unsuitable(
    'missing',
    `${path} ${files.exists(path) ? 'is a link that leads nowhere' : 'does not exist'}; ${FORMS}.`,
  )
}

function inspectFolder(system: System, folder: string): Installation {
  if (isVenv(system, folder)) return inspectVenv(system, folder)
  const executable = pythonIn(system, folder)
  if (executable !== undefined) return inspectExecutable(system, executable)
  const library = libraryIn(system, folder)
  if (library !== undefined) return inspectLibrary(system, library)
  throw new Unsuitable('not-python', `${folder} holds no Python; ${FORMS}.`)
}

/** The python of an installation folder, or of its folder of executables. */
function pythonIn(system: System, folder: string): string | undefined {
  const windows = system.platform === 'win32'
  const names = windows ? ['python.exe'] : ['python3', 'python']
  const folders = windows ? [folder] : [join(folder, 'bin'), folder]
  const plain = folders.flatMap((where) => names.map((name) => join(where, name)))
  return [...plain, ...(windows ? [] : versioned(system, join(folder, 'bin')))].find((path) =>
    system.files.isFile(path),
  )
}

/** `bin/python3.12` and the like, newest first: an `altinstall` has no other name. */
function versioned(system: System, folder: string): string[] {
  return newest(system, folder, versionOfName)
}

function libraryIn(system: System, folder: string): string | undefined {
  return [folder, join(folder, 'lib'), join(folder, 'lib64')]
    .flatMap((where) => newest(system, where, versionOfLibrary))
    .find((path) => system.files.isFile(path))
}

function newest(system: System, folder: string, versionOf: (name: string) => Version | undefined): string[] {
  return system.files
    .list(folder)
    .map((name) => ({ name, version: versionOf(name) }))
    .filter((entry): entry is { name: string; version: Version } => entry.version !== undefined)
    .sort((a, b) => a.version.flags.length - b.version.flags.length || newestFirst(a.version, b.version))
    .map((entry) => join(folder, entry.name))
}

const STUB = /^(libpython3\.(so|dylib)|python3\.dll)$/i
const FRAMEWORK = /[\\/]Python3?\.framework[\\/]Versions[\\/]([^\\/]+)[\\/]Python3?$/

function isLibrary(path: string): boolean {
  return versionOfLibrary(basename(path)) !== undefined || STUB.test(basename(path)) || FRAMEWORK.test(path)
}

function inspectLibrary(system: System, path: string): Installation {
  const library = system.files.realPath(path) ?? path
  const version = versionOfFile(path) ?? versionOfFile(library)
  if (version === undefined) {
    throw new Unsuitable(
      'not-python',
      `${path} is only the stub of the stable ABI; name the library with the version in its name instead.`,
    )
  }
  requireSupported(version, path)
  requireLoadable(system, library)
  const executable = pythonNear(system, [library, path], version)
  const prefix = prefixOf(system, system.files.realPath(executable) ?? executable)
  return { library, executable, version: shortName(version), prefix }
}

function versionOfFile(path: string): Version | undefined {
  return versionOfLibrary(basename(path)) ?? parseVersion(FRAMEWORK.exec(path)?.[1] ?? '')
}

/** The python of the installation that a library belongs to: in `bin` of a folder above it, or beside it on Windows. */
function pythonNear(system: System, libraries: string[], version: Version): string {
  const folders = libraries.flatMap((path) => foldersAbove(path, 4))
  if (system.platform === 'win32') {
    // A folder with the DLL alone works; what needs an executable (multiprocessing) does not. CPython takes its prefix from this path.
    const paths = folders.slice(0, 2).map((folder) => join(folder, 'python.exe'))
    return paths.find((path) => system.files.isFile(path)) ?? join(dirname(libraries[0] ?? ''), 'python.exe')
  }
  const exact = `python${shortName(version)}${version.flags}`
  for (const folder of folders) {
    const named = join(folder, 'bin', exact)
    if (system.files.isFile(named)) return named
    const plain = ['python3', 'python']
      .map((name) => join(folder, 'bin', name))
      .find((path) => isVersion(system, path, exact))
    if (plain !== undefined) return plain
  }
  throw new Unsuitable(
    'missing',
    `${libraries.at(-1)} has no ${exact} in its installation, which sys.executable must name; install it, or name the executable instead.`,
  )
}

function isVersion(system: System, executable: string, name: string): boolean {
  return basename(system.files.realPath(executable) ?? '') === name
}

function foldersAbove(path: string, count: number): string[] {
  const folders = [dirname(path)]
  while (folders.length < count) folders.push(dirname(folders.at(-1) ?? path))
  return folders
}
