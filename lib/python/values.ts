import { types } from 'node:util'
import type { PyIterable, PyObject, PyValue } from '../../types/objects'
import { linkOf } from '../codec/cell'
import { isIterable } from '../codec/kinds'
import { LIVE, Op } from '../codec/tags'
import { type Converter, register } from './converters'
import { type Dicts, withDictsAs } from './dicts'
import { interpreterOf, isOpen, runnerOf } from './runner'
import { Twins } from './twins'

/** How deep `toJS` converts, and into what. */
export interface ToJSOptions {
  /** How many levels of containers are converted; those below stay live. Default: all. */
  depth?: number
  /** What dicts become. Default `'auto'`: plain objects where all keys are `str`, else Maps. */
  dicts?: Dicts
  /** Called with each object that has no natural value; what it returns takes its place. Default: the object stays live. */
  default?: (object: PyValue) => unknown
}

/**
 * Python's own types, for what JavaScript has no literal for: the result is a live object of exactly that type, which can be
 * passed anywhere. `int`, `str` and `bool`, which JavaScript has, come by value.
 */
export class Values extends Twins {
  /** A Python float: `py.float(1)` is 1.0, where 1 alone would arrive as an int. Also of a text, or of a live number. */
  float(value: unknown = 0): PyObject {
    return this.#make('float', value)
  }

  /** `int()`: of a text (in `base`), of a number (cut towards zero), or of a live object. A number or a BigInt, exact at any size. */
  int(value: unknown = 0, base?: number): number | bigint {
    const args = base === undefined ? [value] : [value, base]
    return runnerOf(this)(Op.OPERATE, 'int', 'int', ...args) as number | bigint
  }

  /** A Python complex number. */
  complex(real: unknown = 0, imaginary?: unknown): PyObject {
    return imaginary === undefined
      ? this.#make('complex', real)
      : this.#make('complex', asFloat(real), asFloat(imaginary))
  }

  /** A tuple of the items. */
  tuple<T = PyValue>(items: Iterable<T> | PyObject = []): PyIterable<T> {
    return this.#collect('tuple', items)
  }

  /** A list that stays in Python: what Python does to it is seen, as a live object. */
  list<T = PyValue>(items: Iterable<T> | PyObject = []): PyIterable<T> {
    return this.#collect('list', items)
  }

  /** A set that stays in Python. */
  set<T = PyValue>(items: Iterable<T> | PyObject = []): PyIterable<T> {
    return this.#collect('set', items)
  }

  /** A frozenset of the items. */
  frozenset<T = PyValue>(items: Iterable<T> | PyObject = []): PyIterable<T> {
    return this.#collect('frozenset', items)
  }

  /** A dict that stays in Python, of a plain object, a Map, pairs of key and value, or a live mapping. */
  dict(items: unknown = {}): PyIterable {
    const isGiven = typeof items === 'object' || linkOf(items) !== undefined
    if (!isGiven || items === null)
      throw new TypeError('dict() takes a plain object, a Map, or pairs of key and value.')
    return this.#make('dict', isPairs(items) ? [...items] : items) as PyIterable
  }

  /** Python's bytes of a buffer, a typed array (its memory), or an array of numbers from 0 to 255. */
  bytes(data: unknown = []): PyObject {
    return this.#make('bytes', memoryOf(data, 'bytes()'))
  }

  /** A bytearray, which Python can change. */
  bytearray(data: unknown = []): PyObject {
    return this.#make('bytearray', memoryOf(data, 'bytearray()'))
  }

  /** `str()` of any value. */
  str(value: unknown = ''): string {
    return runnerOf(this)(Op.STR, 'str', value) as string
  }

  /** `repr()` of any value. */
  repr(value: unknown): string {
    return runnerOf(this)(Op.REPR, 'repr', value) as string
  }

  /** Whether Python takes a value for true. */
  bool(value: unknown = false): boolean {
    return runnerOf(this)(Op.OPERATE, 'bool', 'bool', value) as boolean
  }

  /**
   * The value of an object, as deep as wanted, where conversion alone leaves it live: subclasses of the by-value types, named
   * tuples and dataclasses (as objects), enum members, arrays, DataFrames (as rows), mappings, ranges, views.
   *
   * @throws TypeError for options that are none; RangeError for a depth that is no whole number.
   */
  toJS<T = PyValue>(value: unknown, options: ToJSOptions = {}): T {
    const { depth, dicts = 'auto', default: fallback } = checkToJS(options)
    const found = runnerOf(this)(Op.OPERATE, 'toJS', 'to_js', value, depth ?? null, fallback ?? null)
    return withDictsAs(found, dicts) as T
  }

  /**
   * Registers a converter for the objects of a class, in this context and thread: it is used wherever such an object crosses, in
   * containers, callbacks and asynchronous results too. Gives the function that takes it away again.
   *
   * @throws TypeError when the converter is incomplete, or for a class that converts by value.
   */
  registerConverter<Instance>(converter: Converter<Instance>): () => boolean {
    const remove = register(runnerOf(this), interpreterOf(this), converter)
    return () => isOpen(this) && remove()
  }

  #make(type: string, ...args: unknown[]): PyObject {
    return runnerOf(this)(Op.OPERATE | LIVE, type, type, ...args) as PyObject
  }

  #collect<T>(type: string, items: unknown): PyIterable<T> {
    return this.#make(type, itemsOf(items, `${type}()`)) as PyIterable<T>
  }
}

/** A BigInt beyond a float is Python's OverflowError; a text must be none of complex()'s two arguments. */
function asFloat(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}

/** In JavaScript's order, which a Set would lose in Python. */
function itemsOf(items: unknown, method: string): unknown {
  if (linkOf(items) !== undefined || Array.isArray(items) || typeof items === 'string') return items
  if (typeof items === 'object' && items !== null && isIterable(items)) return [...items]
  throw new TypeError(`${method} takes an array or another iterable.`)
}

function isPairs(value: unknown): value is Iterable<unknown> {
  const isOurs = linkOf(value) !== undefined || types.isMap(value) || Array.isArray(value)
  return !isOurs && isIterable(value as object)
}

function memoryOf(data: unknown, method: string): unknown {
  if (linkOf(data) !== undefined || Array.isArray(data) || types.isArrayBuffer(data)) return data
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  throw new TypeError(
    `${method} takes a buffer, a typed array or an array of numbers; a text has Buffer.from(text).`,
  )
}

const DICTS: readonly unknown[] = ['auto', 'object', 'map']
const OPTIONS: readonly string[] = ['depth', 'dicts', 'default']

/** The options of `toJS`. */
export function checkToJS(options: ToJSOptions): ToJSOptions {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('The options of toJS() must be an object.')
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name))
      throw new TypeError(`toJS() has no option '${name}'; its options are depth, dicts and default.`)
  }
  const { depth, dicts, default: fallback } = options
  if (depth !== undefined && (!Number.isSafeInteger(depth) || depth < 0))
    throw new RangeError('The option depth of toJS() must be a whole number from 0 on.')
  if (dicts !== undefined && !DICTS.includes(dicts))
    throw new TypeError("The option dicts of toJS() must be 'auto', 'object' or 'map'.")
  if (fallback !== undefined && typeof fallback !== 'function')
    throw new TypeError('The option default of toJS() must be a function.')
  return options
}
