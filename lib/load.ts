import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'

// Loads dist/python-ts.js with what V8 compiled of it in an earlier process, which takes a third of the time (bench: start). It is
// kept in .cache/ of the package, under the name of the contents and of V8's version. Where that folder cannot be written, all works without.

const BUNDLE = join(__dirname, 'python-ts.js')
const FOLDER = join(__dirname, '..', '.cache')
const PREFIX = 'compiled-'
/** What `scripts/setup/bundle.mjs` begins the file with: a hash of the rest. */
const HEAD = /^\/\/ python-ts ([0-9a-f]{16})\n/

/** Bun and Deno keep what they compiled in their own way; an Electron application may be signed, and must stay as it is. */
const OTHERS = ['bun', 'deno', 'electron']

/** What a module of lib/ exports, by its path. */
interface Library {
  (name: 'runtime/start'): { whenEnding(act: () => void): void }
  (name: string): object
}

type Wrapper = (exports: object, require: NodeRequire, module: object, file: string, folder: string) => void

/** Undefined where only `require` will do. */
function load(): Library | undefined {
  if (OTHERS.some((host) => host in process.versions)) return undefined
  const source = read(BUNDLE)?.toString('latin1')
  const contents = source && HEAD.exec(source)?.[1]
  if (!source || !contents) return undefined
  const file = join(FOLDER, `${PREFIX}${contents}-${process.versions.v8}-${process.arch}`)
  const cachedData = undamaged(read(file))
  const script = compile(source, cachedData)
  const wrapper: unknown = script.runInThisContext()
  // Test runners load modules into realms of their own, where this function is a stranger.
  if (!(wrapper instanceof Function)) return undefined
  const library = evaluate(wrapper as Wrapper)
  if (cachedData === undefined || script.cachedDataRejected)
    library('runtime/start').whenEnding(() => keep(script, file, contents))
  return library
}

/** The file holds the same twice: V8 crashes on what is damaged, and a comparison costs less than any hash. */
function undamaged(twice: Buffer | undefined): Buffer | undefined {
  if (twice === undefined) return undefined
  const half = twice.length >> 1
  return twice.subarray(0, half).equals(twice.subarray(half)) ? twice.subarray(0, half) : undefined
}

/** V8 refuses what another version of it, or other flags, have made. */
function compile(source: string, cachedData: Buffer | undefined): Script {
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${source}\n})`
  return new Script(wrapped, { filename: BUNDLE, ...(cachedData && { cachedData }) })
}

/** In the place of this module, whose folder is that of the bundle: its `require` is as good. */
function evaluate(wrapper: Wrapper): Library {
  const module = { exports: {} as Library }
  wrapper.call(module.exports, module.exports, require, module, BUNDLE, __dirname)
  return module.exports
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

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

export = load() ?? require('./python-ts.js')
