import {
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { resolve } from 'node:path'
import { askPython } from './ask'
import type { DiscoveryOptions, Files, System } from './types'

/** The machine this process runs on. */
export function hostSystem(options: DiscoveryOptions = {}): System {
  const env = options.env ?? process.env
  return {
    platform: process.platform,
    arch: process.arch,
    env,
    cwd: resolve(options.cwd ?? '.'),
    get home() {
      // Loaded here: few places need it.
      return (require('node:os') as typeof import('node:os')).homedir()
    },
    places: usualPlaces(process.platform),
    files: realFiles,
    ask: (executable) => askPython(executable, env),
  }
}

/** Where installers put Python outside the PATH of a program that was not started from a shell. */
function usualPlaces(platform: NodeJS.Platform): string[] {
  if (platform === 'win32') return []
  const folders = ['/usr/local/bin', '/usr/bin']
  if (platform === 'darwin')
    folders.unshift('/opt/homebrew/bin', '/Library/Frameworks/Python.framework/Versions/Current/bin')
  return folders.map((folder) => `${folder}/python3`)
}

// An absent file is the common case, and an exception for each costs more than the look.
const QUIET = { throwIfNoEntry: false } as const

export const realFiles: Files = {
  isFile: (path) => attempt(() => statSync(path, QUIET)?.isFile()) ?? false,
  isFolder: (path) => attempt(() => statSync(path, QUIET)?.isDirectory()) ?? false,
  exists: (path) => attempt(() => lstatSync(path, QUIET)) !== undefined,
  // The native one also follows what Windows calls reparse points, and gives the true case.
  realPath: (path) => attempt(() => realpathSync.native(path)),
  list: (folder) => attempt(() => readdirSync(folder).sort()) ?? [],
  text: (path) => attempt(() => readFileSync(path, 'utf8')),
  head: (path, length) => attempt(() => readHead(path, length)) ?? new Uint8Array(),
}

function readHead(path: string, length: number): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const bytes = new Uint8Array(length)
    return bytes.subarray(0, readSync(file, bytes, 0, length, 0))
  } finally {
    closeSync(file)
  }
}

/** A file that cannot be read (absent, no permission, a loop of links) is the same to discovery as one that is not there. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
