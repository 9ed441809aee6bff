import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Core, Loader } from '../types/native'
import { unpacked } from './asar'

/** Where the addons of this machine are: `<package>/prebuilds/<platform>-<arch>`. */
const machine = `${process.platform}-${process.arch}`
const folder = join(__dirname, '..', 'prebuilds', machine)

/**
 * Opens libpython and then the core, which needs its symbols. The other threads find the note. Throws an Error that names both when another was opened
 * before.
 */
export function loadCore(library: string, note: string): Core {
  loadLoader().open(library, note)
  return quick(addon('core') as Core)
}

/**
 * V8 keeps an object that was given so many properties one by one as a table, and looks each function up at each call; what is a prototype it lays out anew, and then knows the functions as constants
 * (bench: attribute, method; 100 instructions a call).
 */
function quick<T extends object>(native: T): T {
  return Object.create(native) as T
}

/** The note on the libpython that this process has opened, by whatever thread; empty when it has opened none. */
export function notedLibrary(): string {
  return loadLoader().noted()
}

/** Whether this is Node's main thread. `node:worker_threads` tells, but brings Node's streams along, which takes 2 ms (bench: start). */
export function isMainThread(): boolean {
  isMain ??=
    loadLoader().isFirstThread() ||
    (require('node:worker_threads') as typeof import('node:worker_threads')).isMainThread
  return isMain
}

let isMain: boolean | undefined

function loadLoader(): Loader {
  return addon('loader') as Loader
}

function addon(name: 'loader' | 'core'): unknown {
  const path = unpacked(join(folder, `${name}.node`))
  if (!existsSync(path)) throw missing(path)
  return require(path)
}

function missing(path: string): Error {
  if (basename(__filename) !== 'python-ts.js') {
    return new Error(
      `python-ts has no native addon at ${path}, because a bundler has put its code into ${__filename}: ` +
        "tell the bundler to leave 'python-ts' out, as an external module.",
    )
  }
  return new Error(
    `python-ts has no native addon for ${machine}: ${path} does not exist. ` +
      'Install the package again, or run "npm run build" in its folder to build it for this platform.',
  )
}
