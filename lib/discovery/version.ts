import { Unsuitable } from './errors'

/** A Python version as its files name it: `python3.13t` is 3.13 with flag `t`. */
export interface Version {
  major: number
  minor: number
  /** `t` free-threaded, `d` debug; both or none. */
  flags: string
}

export const LEAST_MINOR = 10

/** `'3.11'` */
export function shortName(version: Version): string {
  return `${version.major}.${version.minor}`
}

/** `'3.11.7'`, `'3.11.7.final.0'`, `'3.11'` → 3.11 */
export function parseVersion(text: string): Version | undefined {
  const match = /^(\d+)\.(\d+)/.exec(text)
  return match ? { major: Number(match[1]), minor: Number(match[2]), flags: '' } : undefined
}

/** `'python3.11'`, `'python3.13t'` → a version; `'python3'` → undefined */
export function versionOfName(name: string): Version | undefined {
  const match = /^python(\d)\.(\d+)([a-z]*)$/.exec(name)
  return match ? { major: Number(match[1]), minor: Number(match[2]), flags: match[3] ?? '' } : undefined
}

/** `'libpython3.11.so.1.0'`, `'libpython3.13t.dylib'`, `'python311.dll'`, `'python313t_d.dll'` → a version */
export function versionOfLibrary(name: string): Version | undefined {
  const posix = /^libpython(\d)\.(\d+)([a-z]*)\.(?:so|dylib)/.exec(name)
  if (posix) return { major: Number(posix[1]), minor: Number(posix[2]), flags: posix[3] ?? '' }
  const windows = /^python(\d)(\d+)(t?)(?:_(d))?\.dll$/i.exec(name)
  if (windows)
    return {
      major: Number(windows[1]),
      minor: Number(windows[2]),
      flags: `${windows[3] ?? ''}${windows[4] ?? ''}`.toLowerCase(),
    }
  return undefined
}

/** Highest first. */
export function newestFirst(a: Version, b: Version): number {
  return b.major - a.major || b.minor - a.minor
}

/** Throws for a Python that python-ts cannot run, whatever its library. */
export function requireSupported(version: Version, path: string): void {
  if (version.major !== 3 || version.minor < LEAST_MINOR) {
    throw new Unsuitable(
      'too-old',
      `${path} is Python ${shortName(version)}; 3.${LEAST_MINOR} is the least that python-ts can use.`,
    )
  }
  if (version.flags.includes('t')) {
    throw new Unsuitable(
      'free-threaded',
      `${path} is a free-threaded build (${shortName(version)}t), which python-ts does not support yet; use the standard build of Python ${shortName(version)}.`,
    )
  }
}
