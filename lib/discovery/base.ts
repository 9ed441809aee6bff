import { basename, dirname, join } from 'node:path'
import { Unsuitable } from './errors'
import { findLibrary, firstLoadable, noSharedLibrary } from './library'
import type { Answer, Installation, System } from './types'
import {
  newestFirst,
  requireSupported,
  shortName,
  type Version,
  versionOfLibrary,
  versionOfName,
} from './version'

/**
 * The installation that a python executable belongs to, told from the layout around its real path; where that does not tell, the executable is run
 * once and asked. `executable` is shown as it is given.
 */
export function inspectBase(system: System, executable: string): Installation {
  const real = realExecutable(system, executable)
  requireCPython(basename(real), executable)
  const prefix = prefixOf(system, real)
  const version = deduceVersion(system, real, prefix)
  if (version === undefined) return inspectAnswer(system, executable, askOrThrow(system, executable))
  requireSupported(version, executable)
  const library = findLibrary(system, prefix, version)
  if (library !== undefined) return { library, executable, version: shortName(version), prefix }
  const answer = system.ask(executable)
  if (answer === undefined) throw noSharedLibrary(system, executable, prefix, version)
  return inspectAnswer(system, executable, answer)
}

/** Throws for what is not there, with the place where a broken link leads. */
export function realExecutable(system: System, executable: string): string {
  const real = system.files.realPath(executable)
  if (real !== undefined && system.files.isFile(real)) return real
  if (real !== undefined) throw new Unsuitable('not-python', `${executable} is not a file.`)
  if (system.files.exists(executable))
    throw new Unsuitable('missing', `${executable} is a link that leads nowhere.`)
  throw new Unsuitable('missing', `${executable} does not exist.`)
}

export function askOrThrow(system: System, executable: string): Answer {
  const answer = system.ask(executable)
  if (answer !== undefined) return answer
  throw new Unsuitable(
    'not-python',
    `${executable} does not tell its version by its name or folder, and gave no answer when it was run.`,
  )
}

/** The folder of an installation, from the real path of its executable. */
export function prefixOf(system: System, real: string): string {
  return system.platform === 'win32' ? dirname(real) : dirname(dirname(real))
}

export function requireCPython(implementation: string, path: string): void {
  const other = /^(pypy|graalpy|graalpython|ironpython|jython)/i.exec(implementation)?.[0]
  if (other !== undefined)
    throw new Unsuitable('not-cpython', `${path} is ${other}; python-ts needs CPython.`)
}

function deduceVersion(system: System, real: string, prefix: string): Version | undefined {
  if (system.platform === 'win32') return versionByDll(system, prefix)
  return versionOfName(basename(real)) ?? versionByLandmark(system, prefix)
}

function versionByDll(system: System, prefix: string): Version | undefined {
  const versions = system.files.list(prefix).map(versionOfLibrary).filter(isVersion).sort(newestFirst)
  // A free-threaded python313t.dll may be installed beside the standard one, which python.exe uses.
  return versions.find((version) => version.flags === '') ?? versions[0]
}

/** CPython's own landmark for its standard library, os.py, where exactly one version has it: `/usr/lib` may hold several. */
function versionByLandmark(system: System, prefix: string): Version | undefined {
  const found = new Map<string, Version>()
  for (const folder of [join(prefix, 'lib'), join(prefix, 'lib64')]) {
    for (const name of system.files.list(folder)) {
      const version = versionOfName(name)
      if (version !== undefined && system.files.isFile(join(folder, name, 'os.py'))) found.set(name, version)
    }
  }
  const [only, ...others] = found.values()
  return others.length === 0 ? only : undefined
}

function inspectAnswer(system: System, executable: string, answer: Answer): Installation {
  requireCPython(answer.implementation, executable)
  const version: Version = { major: answer.major, minor: answer.minor, flags: answer.freeThreaded ? 't' : '' }
  requireSupported(version, executable)
  const library = findLibrary(system, answer.prefix, version) ?? firstLoadable(system, answer.libraries)
  if (library === undefined) throw noSharedLibrary(system, executable, answer.prefix, version)
  return { library, executable, version: shortName(version), prefix: answer.prefix }
}

function isVersion(version: Version | undefined): version is Version {
  return version !== undefined
}
