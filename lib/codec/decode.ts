import { types } from 'node:util'
import { foreignError, PythonError, type PythonErrorDetails, releasedError } from '../errors'
import { type Frame, interleave } from '../errors/frames'
import { Kwargs } from '../kwargs'
import { fromWords } from './bigint'
import { Custom, convertCustoms, leaveCustoms } from './converters'
import { isFailure, type Place, positionOf } from './failures'
import { Keys } from './keys'
import { METHOD, Stop } from './outcomes'
import type { References } from './refs'
import { floatsAt, integersAt } from './runs'
import { defineData, type RecordReader, type ShapeSource, Shapes } from './shapes'
import { Const, Ext, MAX_DEPTH, Misuse, SHAPED, TAG_BITS, TAG_MASK, Tag } from './tags'

/** Where messages from Python come from: the reading half of `Core`. */
export interface Source extends ShapeSource {
  output(): [words: ArrayBuffer, doubles: ArrayBuffer]
  latin(): string
  wide(): string
  blob(): Buffer
}

/** The live objects, as far as decoding meets them. */
export interface LiveObjects {
  /** The live object of a reference that was handed out. */
  receive(id: number, flags: number): object
  /** The type name of a reference, where it is known. */
  typeName(id: number): string | undefined
}

/** Reads messages from Python (see tags.ts). Runs no code of the user's. */
export class Decoder {
  /** Whether what was thrown last is an error that was made here, and no value that JavaScript threw. */
  isOwnFailure = false
  readonly #source: Source
  readonly #references: References
  readonly #objects: LiveObjects
  readonly #keys: Keys
  readonly #shapes: Shapes
  readonly #reader: RecordReader
  #words = new Int32Array(1)
  #doubles = new Float64Array(0)
  #serial = -1
  #word = 0
  #double = 0
  #latin = ''
  #latinAt = 0
  #wide = ''
  #wideAt = 0
  #shared: unknown[] = []
  #hasCustoms = false

  constructor(source: Source, references: References, objects: LiveObjects, keys = new Keys()) {
    this.#source = source
    this.#references = references
    this.#objects = objects
    this.#keys = keys
    this.#shapes = new Shapes(source, keys)
    this.#reader = { share: (record) => this.#shared.push(record), value: (depth) => this.#value(depth) }
  }

  /** Reads a message of one value; CONST ABSENT is undefined. Throws what the message says was thrown. */
  value(): unknown {
    this.#start()
    if (isFailure(this.#words[1] as number)) {
      const { raised, thrown } = this.#whole()
      // Here, where few frames of ours are below: V8 looks at each (bench: fail).
      throw raised === undefined ? thrown : new PythonError(raised)
    }
    let value: unknown
    let shared: readonly unknown[]
    try {
      value = this.#value(0)
    } finally {
      shared = this.#end()
    }
    return this.#hasCustoms ? convertCustoms(value, shared) : value
  }

  /** The live object of a reference that was handed out. */
  object(id: number, flags: number): object {
    return this.#objects.receive(id, flags)
  }

  /** What a message that is nothing else says was thrown: made here and thrown outside, because each `finally` on the way unwinds the stack once more (bench: fail). */
  #whole(): { raised?: PythonErrorDetails; thrown?: unknown } {
    try {
      const ext = this.#take() >>> TAG_BITS
      const thrown = ext === Ext.RAISED ? { raised: this.#exception() } : { thrown: this.#failure(ext) }
      this.isOwnFailure = ext !== Ext.THROWN
      return thrown
    } finally {
      this.#end()
    }
  }

  /** Reads an ARGS message; keyword arguments follow the positional ones as a `Kwargs`. */
  arguments(): unknown[] {
    this.#start()
    let args: unknown[]
    let shared: readonly unknown[]
    try {
      args = this.#arguments()
    } finally {
      shared = this.#end()
    }
    if (this.#hasCustoms)
      convertCustoms(undefined, [...shared, args, (args.at(-1) as Partial<Kwargs>)?.values ?? {}])
    return args
  }

  #arguments(): unknown[] {
    this.#word += 1
    const positional = this.#take()
    const keywords = this.#take()
    const args: unknown[] = []
    for (let i = 0; i < positional; i++) args.push(this.#value(0))
    if (keywords > 0) args.push(new Kwargs(this.#fill({}, keywords, 0)))
    return args
  }

  #start(): void {
    if (this.#words[0] !== this.#serial) this.#attach()
    this.#word = 1
    this.#double = 0
    this.#latinAt = this.#wideAt = 0
    this.#keys.begin()
    this.#hasCustoms = false
    // Where the stack ended, `#end` could not be called.
    if (this.#shared.length > 0 || this.#latin !== '' || this.#wide !== '') this.#end()
  }

  /** What was read belongs to the user alone, who may drop it. */
  #end(): readonly unknown[] {
    this.#latin = this.#wide = ''
    const shared = this.#shared
    if (shared.length > 0) this.#shared = []
    return shared
  }

  #attach(): void {
    const [words, doubles] = this.#source.output()
    this.#words = new Int32Array(words)
    this.#doubles = new Float64Array(doubles)
    this.#serial = this.#words[0] as number
  }

  #take(): number {
    return this.#words[this.#word++] as number
  }

  #takeDouble(): number {
    return this.#doubles[this.#double++] as number
  }

  #value(depth: number): unknown {
    const word = this.#take()
    const payload = word >>> TAG_BITS
    switch (word & TAG_MASK) {
      case Tag.INT:
        return word >> TAG_BITS
      case Tag.STR:
        return this.#latinText(payload)
      case Tag.WIDE:
        return this.#wideText(payload)
      case Tag.FLOAT:
      case Tag.INT53:
        return this.#takeDouble()
      case Tag.CONST:
        return constant(payload)
      case Tag.LIST:
        return this.#list(payload, depth)
      case Tag.DICT:
        return payload < SHAPED
          ? this.#fill(this.#share({}), payload, depth)
          : this.#record(payload - SHAPED, depth)
      case Tag.OBJECT:
        return this.#objects.receive(this.#takeId(), payload)
      default:
        return this.#rare(word & TAG_MASK, payload, depth)
    }
  }

  #rare(tag: number, payload: number, depth: number): unknown {
    switch (tag) {
      case Tag.BIGINT:
        return this.#bigint(payload)
      case Tag.MAP:
        return this.#map(payload, depth)
      case Tag.SET:
        return this.#set(payload, depth)
      case Tag.BACK:
        return this.#shared[payload]
      case Tag.DATE:
        return this.#share(new Date(this.#takeDouble()))
      case Tag.BYTES:
        return this.#share(this.#source.blob())
      default:
        return this.#extension(payload, depth)
    }
  }

  #extension(ext: number, depth: number): unknown {
    switch (ext) {
      case Ext.JSREF:
        return this.#reference()
      case Ext.METHOD:
        return METHOD
      case Ext.CUSTOM:
        return this.#custom(depth)
      case Ext.STOP:
        return new Stop(this.#value(depth))
      default:
        throw this.#thrownBy(ext)
    }
  }

  #custom(depth: number): Custom {
    this.#hasCustoms = true
    return new Custom(this.#take(), this.#value(depth) as object)
  }

  #reference(): unknown {
    const entry = this.#references.entry(this.#take())
    this.#word += 1
    return entry.value
  }

  /** What the message says was thrown, and whose it is. */
  #thrownBy(ext: number): unknown {
    const failure = this.#failure(ext)
    this.isOwnFailure = ext !== Ext.THROWN
    return failure
  }

  /** What is to be thrown. */
  #failure(ext: number): unknown {
    switch (ext) {
      case Ext.RAISED:
        return new PythonError(this.#exception())
      case Ext.THROWN:
        return this.#thrown()
      case Ext.RELEASED:
        return releasedError(this.#objects.typeName(this.#takeId()))
      case Ext.FOREIGN:
        return foreignError(this.#objects.typeName(this.#takeId()))
      default:
        return this.#misuse()
    }
  }

  #exception(): PythonErrorDetails {
    const value = this.#value(0)
    const pytype = this.#value(0) as string
    const message = this.#value(0) as string
    const traceback = this.#value(0) as string
    const cause = this.#take()
    const details: PythonErrorDetails = { value, pytype, message, traceback }
    if ((cause & TAG_MASK) === Tag.EXT) details.cause = this.#failure(cause >>> TAG_BITS)
    const notes = this.#value(0) as string[] | null
    if (notes !== null) details.notes = notes
    const position = this.#value(0) as Place | null
    if (position !== null) details.position = positionOf(position)
    const group = this.#take()
    if ((group & TAG_MASK) === Tag.LIST) details.errors = this.#group(group >>> TAG_BITS)
    return details
  }

  #group(length: number): unknown[] {
    return Array.from({ length }, () => this.#failure(this.#take() >>> TAG_BITS))
  }

  #thrown(): unknown {
    const value = this.#value(0)
    const frames = this.#value(0) as Frame[]
    if (types.isNativeError(value)) interleave(value, frames)
    return this.#hasCustoms ? leaveCustoms(value, this.#shared) : value
  }

  #misuse(): Error {
    const kind = this.#take()
    const message = this.#value(0) as string
    if (kind === Misuse.TYPE_ERROR) return new TypeError(message)
    return kind === Misuse.RANGE_ERROR ? new RangeError(message) : new Error(message)
  }

  #takeId(): number {
    const low = this.#take() >>> 0
    return this.#take() * 2 ** 32 + low
  }

  #bigint(payload: number): bigint {
    const count = payload >>> 1
    const magnitude = fromWords(this.#words, this.#word, count)
    this.#word += count
    return (payload & 1) === 1 ? -magnitude : magnitude
  }

  #latinText(length: number): string {
    if (this.#latinAt + length > this.#latin.length) {
      this.#latin = this.#source.latin()
      this.#latinAt = 0
    }
    const start = this.#latinAt
    this.#latinAt = start + length
    return this.#latin.substring(start, start + length)
  }

  #wideText(length: number): string {
    if (this.#wideAt + length > this.#wide.length) {
      this.#wide = this.#source.wide()
      this.#wideAt = 0
    }
    const start = this.#wideAt
    this.#wideAt = start + length
    return this.#wide.substring(start, start + length)
  }

  #list(length: number, depth: number): unknown[] {
    checkDepth(depth)
    const list = this.#share(this.#numbers(length))
    for (let i = list.length; i < length; i++) list.push(this.#value(depth + 1))
    return list
  }

  /** The numbers of one kind that a list begins with. */
  #numbers(length: number): unknown[] {
    const integers = integersAt(this.#words, this.#word, length)
    const run =
      integers.length > 0 ? integers : floatsAt(this.#words, this.#word, this.#doubles, this.#double, length)
    if (run !== integers) this.#double += run.length
    this.#word += run.length
    return run
  }

  #fill(dict: Record<string, unknown>, length: number, depth: number): Record<string, unknown> {
    checkDepth(depth)
    const keys = this.#keys
    for (let i = 0; i < length; i++) {
      const word = this.#words[this.#word] as number
      // What Object.prototype has (`__proto__`, or a setter that someone put there) must not get in the way.
      if ((word & TAG_MASK) === Tag.INT) {
        this.#word += 1
        const number = word >>> TAG_BITS
        const key = keys.text(number)
        const value = this.#value(depth + 1)
        if (keys.isPlain(number, key)) dict[key] = value
        else defineData(dict, key, value)
      } else {
        const key = this.#value(depth + 1) as string
        const value = this.#value(depth + 1)
        if (key in dict) defineData(dict, key, value)
        else dict[key] = value
      }
    }
    return dict
  }

  #record(shape: number, depth: number): object {
    checkDepth(depth)
    return this.#shapes.read(shape, this.#reader, depth + 1)
  }

  #map(length: number, depth: number): Map<unknown, unknown> {
    checkDepth(depth)
    const map = this.#share(new Map<unknown, unknown>())
    for (let i = 0; i < length; i++) {
      const key = this.#value(depth + 1)
      map.set(key, this.#value(depth + 1))
    }
    return map
  }

  #set(length: number, depth: number): Set<unknown> {
    checkDepth(depth)
    const set = this.#share(new Set<unknown>())
    for (let i = 0; i < length; i++) set.add(this.#value(depth + 1))
    return set
  }

  #share<T>(value: T): T {
    this.#shared.push(value)
    return value
  }
}

function constant(which: number): null | boolean | undefined {
  if (which === Const.NONE) return null
  return which === Const.ABSENT ? undefined : which === Const.TRUE
}

function checkDepth(depth: number): void {
  if (depth >= MAX_DEPTH) {
    throw new RangeError(`Values nested deeper than ${MAX_DEPTH} levels cannot come from Python.`)
  }
}
