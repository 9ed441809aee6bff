import { linkOf } from '../codec/cell'
import type { StreamOptions } from '../output/streams'
import { isPlainObject } from '../plain'
import type { Gil } from '../runtime/contexts'
import type { NodeAccess } from './node'

/** What kind of context `new Python()` makes. */
export interface ContextOptions {
  /**
   * `'own'`: runs in parallel to other contexts, and loads only extension modules that are made for that (CPython 3.12 or
   * later). `'shared'`: takes turns with the main context, and loads the others too. Default: `'own'` where CPython can.
   */
  gil?: Gil
}

/** The options of `new Python()`. */
export interface PythonOptions extends StreamOptions {
  /** Folder of a Python installation or virtual environment, or path of its executable or its libpython. Default: discovered. */
  runtime_path?: string
  /** True, or what kind: an isolated context (a sub-interpreter) of its own. Default: false. */
  context?: boolean | ContextOptions
  /**
   * How many milliseconds Python's threads, `atexit` handlers and child processes may take when this process, a context, or
   * Python ends, before they are interrupted. One for the whole process; 5000 unless set.
   */
  grace?: number
  /** How many asynchronous calls of this context run at the same time. Default: as many as there are processors, and four more. */
  threads?: number
  /**
   * How many milliseconds a Python thread waits for JavaScript while the JavaScript thread rests inside one call of Python, before it gets a RuntimeError: the two wait
   * for each other (docs/callbacks.md, “Threads”). A JavaScript thread that computes is never taken for one that waits. Default: 5000; Infinity: for ever.
   */
  deadlock?: number
  /** True, or what of it: Python code may `import node`, and has JavaScript's `require`, `globalThis` and `console`. Default: false. */
  node?: boolean | NodeAccess
  /** True: one line on stderr for every operation. Default: false. */
  debug?: boolean
}

const MAX_THREADS = 1024

const CHECKS: Readonly<Record<string, (value: unknown, name: string) => void>> = {
  runtime_path: checkPath,
  context: checkContext,
  grace: checkGrace,
  threads: checkThreads,
  deadlock: checkDeadlock,
  node: checkNode,
  debug: checkBoolean,
  stdout: checkOutput,
  stderr: checkOutput,
  stdin: checkInput,
  output: checkMode,
}

/** @throws TypeError with one sentence when an option is unknown or of the wrong type. */
export function checkOptions(options: unknown): asserts options is PythonOptions {
  if (!isDictionary(options)) throw new TypeError('The options of Python must be a plain object.')
  for (const [name, value] of Object.entries(options)) checkOption(name, value)
}

/** The context that the options ask for, as its kind; undefined for the main one. */
export function contextOf({ context }: PythonOptions): ContextOptions | undefined {
  if (context === undefined || context === false) return undefined
  return context === true ? {} : context
}

function checkOption(name: string, value: unknown): void {
  const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined
  if (check === undefined) {
    throw new TypeError(`Python has no option '${name}'; its options are ${listed(Object.keys(CHECKS))}.`)
  }
  if (value !== undefined) check(value, name)
}

function checkPath(value: unknown, name: string): void {
  if (typeof value !== 'string') throw new TypeError(`The option ${name} of Python must be a string.`)
  if (value === '') throw new TypeError(`The option ${name} of Python must not be empty.`)
}

function checkBoolean(value: unknown, name: string): void {
  if (typeof value !== 'boolean') throw new TypeError(`The option ${name} of Python must be a boolean.`)
}

function checkOutput(value: unknown, name: string): void {
  if (typeof value === 'function' || hasMethod(value, 'write')) return
  throw new TypeError(`The option ${name} of Python must be a function or a writable stream.`)
}

function checkInput(value: unknown, name: string): void {
  if (typeof value === 'function' || hasMethod(value, 'read')) return
  throw new TypeError(`The option ${name} of Python must be a function or a readable stream.`)
}

function checkMode(value: unknown, name: string): void {
  if (value === 'chunks' || value === 'lines') return
  throw new TypeError(`The option ${name} of Python must be 'chunks' or 'lines'.`)
}

function hasMethod(value: unknown, name: string): boolean {
  const isObject = typeof value === 'object' && value !== null && linkOf(value) === undefined
  return isObject && typeof (value as Record<string, unknown>)[name] === 'function'
}

function checkGrace(value: unknown): void {
  if (typeof value !== 'number') throw new TypeError('The option grace of Python must be a number.')
  if (!(value >= 0)) throw new RangeError('The option grace of Python must not be negative.')
}

function checkDeadlock(value: unknown): void {
  if (typeof value !== 'number') throw new TypeError('The option deadlock of Python must be a number.')
  if (!(value > 0)) throw new RangeError('The option deadlock of Python must be positive.')
}

function checkThreads(value: unknown, name: string): void {
  if (typeof value !== 'number') throw new TypeError(`The option ${name} of Python must be a number.`)
  if (!Number.isInteger(value) || value < 1 || value > MAX_THREADS) {
    throw new RangeError(`The option ${name} of Python must be a whole number between 1 and ${MAX_THREADS}.`)
  }
}

function checkContext(value: unknown): void {
  if (typeof value === 'boolean') return
  if (!isDictionary(value)) {
    throw new TypeError('The option context of Python must be a boolean or a plain object.')
  }
  for (const [name, setting] of Object.entries(value)) checkContextOption(name, setting)
}

function checkContextOption(name: string, value: unknown): void {
  if (name !== 'gil') throw new TypeError(`A context has no option '${name}'; its option is gil.`)
  if (value !== undefined && value !== 'own' && value !== 'shared') {
    throw new TypeError("The option gil of a context must be 'own' or 'shared'.")
  }
}

function checkNode(value: unknown): void {
  if (typeof value === 'boolean') return
  if (!isDictionary(value)) {
    throw new TypeError('The option node of Python must be a boolean or a plain object.')
  }
  for (const [name, setting] of Object.entries(value)) checkNodeOption(name, setting)
}

function checkNodeOption(name: string, value: unknown): void {
  const isFlag = name === 'require' || name === 'globalThis' || name === 'console'
  if (!isFlag && name !== 'from') {
    throw new TypeError(
      `The option node of Python has no '${name}'; it has require, globalThis, console and from.`,
    )
  }
  const type = isFlag ? 'boolean' : 'string'
  const isRight = value === undefined || (typeof value === type && value !== '')
  if (!isRight) throw new TypeError(`${name} in the option node of Python must be a ${type}.`)
}

function isDictionary(value: unknown): value is object {
  return typeof value === 'object' && value !== null && isPlainObject(value)
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
