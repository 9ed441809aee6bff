import { basename, join } from 'node:path'
import { Unsuitable } from './errors'
import { HEAD_LENGTH, machinesOf } from './machine'
import type { System } from './types'
import { shortName, type Version } from './version'

/** Debian's names for the machines of `process.arch`: the folder of a "multiarch" library. */
const MULTIARCH: Record<string, string> = {
  arm: 'arm-linux-gnueabihf',
  arm64: 'aarch64-linux-gnu',
  ia32: 'i386-linux-gnu',
  loong64: 'loongarch64-linux-gnu',
  ppc64: 'powerpc64le-linux-gnu',
  riscv64: 'riscv64-linux-gnu',
  s390x: 's390x-linux-gnu',
  x64: 'x86_64-linux-gnu',
}

/**
 * The real path of the libpython of this version in an installation folder, or undefined where the layout has none. Throws where there is one,
 * but for another processor only.
 */
export function findLibrary(system: System, prefix: string, version: Version): string | undefined {
  return firstLoadable(system, libraryPaths(system, prefix, version))
}

/** The real path of the first of these that exists and that this process can load. */
export function firstLoadable(system: System, paths: readonly string[]): string | undefined {
  let refusal: unknown
  for (const path of paths) {
    const real = system.files.realPath(path)
    if (real === undefined || !system.files.isFile(real)) continue
    try {
      requireLoadable(system, real)
      return real
    } catch (error) {
      // Fedora keeps a 32-bit library in lib beside the 64-bit one in lib64.
      refusal ??= error
    }
  }
  if (refusal !== undefined) throw refusal
  return undefined
}

/** Throws unless the file is a binary for the processor that Node itself is built for. */
export function requireLoadable(system: System, path: string): void {
  const machines = machinesOf(system.files.head(path, HEAD_LENGTH))
  if (machines === undefined)
    throw new Unsuitable(
      'not-python',
      `${path} is not a shared library: its first bytes are those of no binary.`,
    )
  if (machines.includes(system.arch)) return
  throw new Unsuitable(
    'other-machine',
    `${path} is built for ${machines.join(' and ')}, but this Node is built for ${system.arch}; install a Python for ${system.arch}, or a Node for ${machines[0]}.`,
  )
}

function libraryPaths(system: System, prefix: string, version: Version): string[] {
  const name = shortName(version)
  const flags = version.flags
  if (system.platform === 'win32')
    return [join(prefix, `python${version.major}${version.minor}${flags === 'd' ? '_d' : flags}.dll`)]
  if (system.platform === 'darwin')
    return [...frameworkPaths(prefix), join(prefix, 'lib', `libpython${name}${flags}.dylib`)]
  const folders = [join(prefix, 'lib'), join(prefix, 'lib64')]
  const multiarch = MULTIARCH[system.arch]
  if (multiarch !== undefined) folders.push(join(prefix, 'lib', multiarch))
  const names = [`libpython${name}${flags}.so.1.0`, `libpython${name}${flags}.so`]
  return folders.flatMap((folder) => names.map((file) => join(folder, file)))
}

/** `…/Python.framework/Versions/3.12/Python`; Apple's own is `Python3.framework/…/Python3`. */
function frameworkPaths(prefix: string): string[] {
  const framework = /[\\/](Python3?)\.framework[\\/]Versions[\\/][^\\/]+$/.exec(prefix)?.[1]
  return framework === undefined ? [] : [join(prefix, framework)]
}

/** The error of a Python that is built without a shared libpython, or whose distribution ships it apart. */
export function noSharedLibrary(
  system: System,
  executable: string,
  prefix: string,
  version: Version,
): Unsuitable {
  return new Unsuitable(
    'no-shared-library',
    `${executable} (Python ${shortName(version)}) has no shared libpython; ${fix(system, prefix, version)}`,
  )
}

function fix(system: System, prefix: string, version: Version): string {
  const name = shortName(version)
  if (system.platform === 'win32')
    return `install Python ${name} from python.org, which has python${version.major}${version.minor}.dll.`
  if (system.platform === 'linux' && prefix === '/usr')
    return `install it, on Debian and Ubuntu with \`apt install libpython${name}\`.`
  if (/[\\/]versions[\\/][^\\/]+$/.test(prefix)) {
    return `build it again with one: \`PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install --force ${basename(prefix)}\`.`
  }
  return (
    `install one built with --enable-shared, e.g. \`PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install ${name}\` or \`uv python install ${name}\`` +
    `${system.platform === 'linux' ? `, or on Debian \`apt install libpython${name}\`` : ''}.`
  )
}
