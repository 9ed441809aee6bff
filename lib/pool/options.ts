import { isPlainObject } from '../plain'
import type { Python } from '../python'
import type { Gil } from '../runtime/contexts'

/** The options of `new PythonPool()`. */
export interface PoolOptions {
  /** How many contexts there are at most. Default: as many as the machine has processors for this process. */
  size?: number
  /** Modules that each context imports when it is made. */
  modules?: readonly string[]
  /** Folders put in front of the `sys.path` of each context. */
  syspath?: readonly string[]
  /** Python code that each context runs when it is made, or a JavaScript function that is given the context. */
  init?: string | ((py: Python) => unknown)
  /** `'own'`, the default: contexts run in parallel (CPython 3.12 or later). `'shared'`: they take turns, and load every extension module. */
  gil?: Gil
  /** As of `new Python()`. */
  runtime_path?: string
}

/** The options of `pool.map()`. */
export interface MapOptions {
  /** How many items are in work at a time. Default: the size of the pool. */
  concurrency?: number
  /** Ends the map: it rejects with the signal's reason, what runs is interrupted, and no more items are taken. */
  signal?: AbortSignal
  /** Called after each item: how many are done, and of how many, where that is known. */
  onProgress?: (done: number, total: number | undefined) => void
}

type Checks = Readonly<Record<string, (value: unknown) => string | undefined>>

const POOL: Checks = {
  size: isCount,
  modules: isTexts,
  syspath: isTexts,
  init: (value) =>
    typeof value === 'string' || typeof value === 'function' ? undefined : 'Python code or a function',
  gil: (value) => (value === 'own' || value === 'shared' ? undefined : "'own' or 'shared'"),
  runtime_path: (value) => (typeof value === 'string' && value !== '' ? undefined : 'a path'),
}

const MAP: Checks = {
  concurrency: isCount,
  signal: (value) => (value instanceof AbortSignal ? undefined : 'an AbortSignal'),
  onProgress: (value) => (typeof value === 'function' ? undefined : 'a function'),
}

/** @throws TypeError with one sentence when an option is unknown or of the wrong type. */
export function checkPoolOptions(options: unknown): asserts options is PoolOptions {
  check(options, POOL, 'PythonPool')
}

/** @throws TypeError with one sentence when an option is unknown or of the wrong type. */
export function checkMapOptions(options: unknown): asserts options is MapOptions {
  check(options, MAP, 'map()')
}

/** How many contexts can run at a time. */
export function defaultSize(): number {
  // Loaded here: most programs have no pool.
  const { availableParallelism, cpus } = require('node:os') as typeof import('node:os')
  return typeof availableParallelism === 'function' ? availableParallelism() : Math.max(1, cpus().length)
}

function check(options: unknown, checks: Checks, whose: string): void {
  if (typeof options !== 'object' || options === null || !isPlainObject(options)) {
    throw new TypeError(`The options of ${whose} must be a plain object.`)
  }
  for (const [name, value] of Object.entries(options)) checkOption(name, value, checks, whose)
}

function checkOption(name: string, value: unknown, checks: Checks, whose: string): void {
  const wanted = Object.hasOwn(checks, name) ? checks[name] : undefined
  if (wanted === undefined) {
    throw new TypeError(
      `${whose} has no option '${name}'; its options are ${Object.keys(checks).join(', ')}.`,
    )
  }
  const what = value === undefined ? undefined : wanted(value)
  if (what !== undefined) throw new TypeError(`The option ${name} of ${whose} must be ${what}.`)
}

function isCount(value: unknown): string | undefined {
  return Number.isSafeInteger(value) && (value as number) > 0 ? undefined : 'a positive integer'
}

function isTexts(value: unknown): string | undefined {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
    ? undefined
    : 'an array of strings'
}
