import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'

// Loads dist/python-ts.js with what V8 compiled of it in an earlier process, which takes a third of the time (bench: start). It is
// kept in .cache/ of the package, under the name of the contents and of V8's version. Where that folder cannot be written, all works without.
// Of Node's functions, it takes those that finding Python needs, too: Node compiles each at its first call.

const BUNDLE = join(__dirname, 'python-ts.js')
const FOLDER = join(__dirname, '..', '.cache')
const PREFIX = 'compiled-'
/** What makes a function of the bundle. */
const [BEGIN, END] = ['(function (exports, require, module, __filename, __dirname) {', '\n})']
/** What `scripts/setup/bundle.mjs` begins the file with, before a hash of the rest. */
const HEAD = `${BEGIN}// python-ts `
const HASH_LENGTH = 16

/** What a module of lib/ exports, by its path. */
interface Library {
  (name: 'runtime/start'): { whenEnding(act: () => void): void }
  (name: string): object
}

type Wrapper = (exports: object, require: NodeRequire, module: object, file: string, folder: string) => void

/** Undefined where only `require` will do: Bun and Deno keep what they compiled in their own way; an Electron application may be signed, and must stay as it is. */
function load(): Library | undefined {
  const { bun, deno, electron, v8 } = process.versions
  if (bun ?? deno ?? electron) return undefined
  const source = attempt(wrapped)
  if (source === undefined || !source.startsWith(HEAD)) return undefined
  const contents = source.slice(HEAD.length, HEAD.length + HASH_LENGTH)
  const file = join(FOLDER, `${PREFIX}${contents}-${v8}-${process.arch}`)
  const cachedData = attempt(() => undamaged(file))
  const script = new Script(source, { filename: BUNDLE, ...(cachedData && { cachedData }) })
  const wrapper = script.runInThisContext() as Wrapper
  // Test runners load modules into realms of their own, where this function is a stranger.
  if (!(wrapper instanceof Function)) return undefined
  const module = { exports: {} as Library }
  // The bundle is beside this module, so this `require` is as good as one of its own.
  wrapper.call(module.exports, module.exports, require, module, BUNDLE, __dirname)
  // V8 refuses what another version of it, or other flags, have made.
  if (cachedData === undefined || script.cachedDataRejected)
    module.exports('runtime/start').whenEnding(() => keep(script, file, contents))
  return module.exports
}

/** The bundle as the text of a function. It is put together as bytes: V8 would copy a text of two parts once more. */
function wrapped(): string {
  const { size } = statSync(BUNDLE)
  const bytes = Buffer.allocUnsafeSlow(BEGIN.length + size + END.length)
  bytes.write(BEGIN)
  readInto(bytes.subarray(BEGIN.length), BUNDLE)
  bytes.write(END, BEGIN.length + size)
  return bytes.toString('latin1')
}

/** The file holds the same twice: V8 crashes on what is damaged, and a comparison costs less than any hash. */
function undamaged(file: string): Buffer | undefined {
  const twice = Buffer.allocUnsafeSlow(statSync(file).size)
  readInto(twice, file)
  const half = twice.length >> 1
  const data = twice.subarray(0, half)
  return data.equals(twice.subarray(half)) ? data : undefined
}

function readInto(bytes: Buffer, file: string): void {
  const descriptor = openSync(file, 'r')
  readSync(descriptor, bytes)
  closeSync(descriptor)
}

/** With the functions that were compiled as they ran. Another process sees all of the file or nothing. What belongs to other contents goes. */
function keep(script: Script, file: string, contents: string): void {
  try {
    mkdirSync(FOLDER, { recursive: true })
    const isOld = (name: string): boolean => name.startsWith(PREFIX) && !name.startsWith(PREFIX + contents)
    for (const name of readdirSync(FOLDER).filter(isOld)) rmSync(join(FOLDER, name))
    const data = script.createCachedData()
    writeFileSync(`${file}.${process.pid}`, Buffer.concat([data, data]), { flush: true })
    renameSync(`${file}.${process.pid}`, file)
  } catch {
    // The folder is read-only, or the disk is full: the next process compiles anew.
  }
}

/** A file that cannot be read is as good as none. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

export = load() ?? require('./python-ts.js')
