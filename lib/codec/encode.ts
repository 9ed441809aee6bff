import { types } from 'node:util'
import { CallOptions, misplaced } from '../call-options'
import { PythonError } from '../errors'
import { Kwargs } from '../kwargs'
import { isNamespace, isPlainObject } from '../plain'
import { toWords } from './bigint'
import { bytesOf, formatOf } from './bytes'
import {
  anchorDerived,
  Cell,
  checkAlive,
  derivedClassOf,
  hasRootPrototype,
  isReleased,
  type Link,
  linkOf,
  type Method,
} from './cell'
import { withClass } from './class-names'
import { type Conversion, conversionFor } from './converters'
import { Identities } from './identities'
import { Keys } from './keys'
import { containerKind, kindOf } from './kinds'
import { Message } from './message'
import { momentOf } from './moments'
import { isPrimitive, unbox } from './primitives'
import { Ref } from './ref'
import { leaveToPython, type References } from './refs'
import type { ShapeNumbers } from './shape-numbers'
import { Const, Ext, JsKind, MAX_DEPTH, SHAPED, TAG_BITS, Tag } from './tags'
import { framesOf, isPythonError, kindOfThrown, Thrown } from './thrown'
import { tuning } from './tuning'

/** Lengths travel in 28 bits. */
const MAX_LENGTH = 2 ** 28 - 1

/**
 * Writes JavaScript values as a message for Python (see tags.ts). Getters and proxies of the user's run while it works, so each encoder serves one message at
 * a time. At the end of the stack any call can throw, that of `clear` too: so what an earlier message has left is looked for when the next one begins.
 */
export class Encoder {
  /** The interpreter that the message is for. */
  interpreter = 0
  readonly message = new Message()
  /** Takes the live objects that are written, when the message outlives the call. */
  #kept: unknown[] | undefined
  /** What crosses by converters of the user's, if there are any. */
  #conversion: Conversion | undefined
  /** Whether anything may be left of a message. */
  #isUsed = false
  readonly #references: References
  readonly #keys: Keys
  readonly #shapes: ShapeNumbers | undefined
  readonly #identities = new Identities()
  /** The references in the message, as long as it has not gone to Python. */
  #sent: number[] | undefined

  constructor(references: References, keys = new Keys(), shapes?: ShapeNumbers) {
    this.#references = references
    this.#keys = keys
    this.#shapes = shapes
  }

  /** Begins a message. */
  begin(interpreter: number, kept?: unknown[]): void {
    if (this.#isUsed) this.clear()
    this.#isUsed = true
    this.interpreter = interpreter
    this.#conversion = conversionFor(interpreter)
    this.#kept = kept
  }

  /** An ARGS message of positional values. */
  arguments(values: readonly unknown[]): void {
    this.#write(() => {
      this.message.tag(Tag.EXT, Ext.ARGS)
      this.message.word(values.length)
      this.message.word(0)
      for (let i = 0; i < values.length; i++) this.#value(values[i], 0)
    })
  }

  /** A message of one value. */
  value(value: unknown): void {
    this.#write(() => this.#value(value, 0))
  }

  /** A message of a method of `receiver`, by reference. */
  method(func: object, receiver: object): void {
    this.#write(() => this.#reference(func, JsKind.FUNCTION, receiver))
  }

  /** A message of an iterator, by reference; what a live one gives goes by reference too. */
  iterator(iterator: object, kind: number, isLive: boolean): void {
    this.#write(() => {
      this.#reference(iterator, kind)
      if (isLive) this.#references.makeLive(iterator)
    })
  }

  /** A THROWN message. Objects go by reference, so that the same one comes back; primitives by value. */
  thrown(reason: unknown): void {
    this.#write(() => {
      this.message.tag(Tag.EXT, Ext.THROWN)
      this.#thrown(reason)
      this.#list(framesOf(reason), 0)
    })
  }

  /** A STOP message: the end of an iteration. */
  stop(value: unknown): void {
    this.#write(() => {
      this.message.tag(Tag.EXT, Ext.STOP)
      this.#value(value, 0)
    })
  }

  /** The message for what is not there. */
  absent(): void {
    this.#write(() => this.message.tag(Tag.CONST, Const.ABSENT))
  }

  /** The message goes to Python: what it refers to is Python's. */
  leave(): void {
    this.#sent = undefined
  }

  /** Forgets the message, and takes back what it refers to, unless that is Python's. */
  clear(): void {
    if (this.#sent !== undefined) this.#references.takeBack(this.#sent)
    this.message.clear()
    this.#identities.clear()
    this.#sent = this.#kept = this.#conversion = undefined
    this.#isUsed = false
  }

  #write(write: () => void): void {
    try {
      write()
      this.message.checkBlobs()
    } catch (error) {
      this.clear()
      throw error
    }
  }

  #value(value: unknown, depth: number): void {
    if (typeof value === 'number') this.message.number(value)
    else if (typeof value === 'string') this.#string(value)
    else if (typeof value === 'boolean') this.message.tag(Tag.CONST, value ? Const.TRUE : Const.FALSE)
    else if (value === undefined || value === null) this.message.tag(Tag.CONST, Const.NONE)
    else if (typeof value === 'object') this.#object(value, depth)
    else if (typeof value === 'function') this.#function(value)
    else if (typeof value === 'bigint') this.#bigint(value)
    else throw new TypeError('A Symbol cannot be passed to Python.')
  }

  #bigint(value: bigint): void {
    const words = toWords(value < 0n ? -value : value)
    this.message.tag(Tag.BIGINT, (words.length << 1) | (value < 0n ? 1 : 0))
    for (const word of words) this.message.word(word)
  }

  #string(value: string): void {
    const { length } = value
    this.#header(Tag.STR, length)
    this.message.string(value, length)
  }

  // biome-ignore lint/complexity/noBannedTypes: any function at all
  #function(value: Function): void {
    const holder = linkOf(value) === undefined ? derivedClassOf(value) : value
    const link = linkOf(holder)
    if (link === undefined) this.#reference(value)
    else this.#link(link, holder)
  }

  /** Most objects are Arrays and plain objects. Neither stands for a Python object: to ask that of one costs 20 ns (bench: document, records). */
  #object(value: object, depth: number): void {
    const isArray = Array.isArray(value)
    if ((!isArray && !hasRootPrototype(value)) || this.#conversion !== undefined) this.#anything(value, depth)
    else if (!this.#identities.add(value)) this.#back(value)
    else if (isArray) this.#list(value, depth)
    else this.#dict(value as Record<string, unknown>, depth)
  }

  /** A shareable value that came before is a reference to it; what is sent by reference each time may come again too. */
  #anything(value: object, depth: number): void {
    const link = linkOf(value)
    if (link !== undefined) this.#link(link, value)
    else if (this.#identities.has(value)) this.#back(value)
    else this.#content(value, depth)
  }

  #back(value: object): void {
    this.message.tag(Tag.BACK, this.#identities.indexOf(value))
  }

  #content(value: object, depth: number): void {
    const standIn = this.#conversion === undefined ? value : this.#conversion.of(value, depth)
    if (standIn === value) this.#plain(value, depth)
    else this.#value(standIn, depth + 1)
  }

  #plain(value: object, depth: number): void {
    if (Array.isArray(value)) {
      this.#identities.add(value)
      this.#list(value, depth)
    } else if (isPlainObject(value)) {
      this.#identities.add(value)
      this.#dict(value, depth)
    } else this.#instance(value, depth)
  }

  /** Told apart by brand, not by prototype: subclasses and other realms count. */
  #instance(value: object, depth: number): void {
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) this.#bytes(value)
    else if (types.isMap(value)) this.#map(value as Map<unknown, unknown>, depth)
    else if (types.isSet(value)) this.#set(value as Set<unknown>, depth)
    else if (types.isDate(value)) this.#date(value)
    else if (types.isBoxedPrimitive(value)) this.#value(unbox(value), depth)
    else if (value instanceof PythonError) this.#exception(value)
    else if (value instanceof Ref) this.#live(value.value)
    else if (value instanceof Kwargs || value instanceof CallOptions) throw misplaced(value)
    else if (value instanceof Thrown) this.#thrown(value.reason)
    else this.#reference(value)
  }

  #link(link: Link, holder: unknown): void {
    this.#kept?.push(holder)
    anchorDerived(link instanceof Cell ? link : link.cell)
    if (link instanceof Cell) this.#cell(link)
    else this.#method(link)
  }

  #method(method: Method): void {
    checkAlive(method.cell)
    this.message.tag(Tag.EXT, Ext.METHOD)
    this.message.id(method.cell.id)
    this.#string(method.name)
  }

  #cell(cell: Cell): void {
    checkAlive(cell)
    this.message.tag(Tag.OBJECT, cell.flags)
    this.message.id(cell.id)
  }

  /** The original exception; the error itself where that was released, or belongs to another context. */
  #exception(error: PythonError): void {
    const link = linkOf(error.value)
    if (link instanceof Cell && !link.released && link.interpreter === this.interpreter) this.#cell(link)
    else this.#reference(error)
  }

  #thrown(reason: unknown): void {
    const link = linkOf(reason)
    if (isPythonError(reason)) this.#exception(reason)
    else if (link !== undefined && !isReleased(link)) this.#link(link, reason)
    else if (reason === undefined) this.message.tag(Tag.CONST, Const.ABSENT)
    else if (isPrimitive(reason)) this.#value(reason, 0)
    else this.#reference(reason, kindOfThrown(reason))
  }

  #reference(value: unknown, kind: number = kindOf(value), receiver?: object): void {
    this.#sent ??= []
    const { length } = this.#sent
    // No other call is between the two: what is counted is known to be.
    this.#sent[length] = this.#references.send(value, receiver)
    if (kind === JsKind.PROMISE) leaveToPython(value as Promise<unknown>)
    this.message.tag(Tag.EXT, Ext.JSREF)
    this.message.word(this.#sent[length] as number)
    this.message.word(withClass(value, kind))
  }

  /** What `py.ref()` was asked for. */
  #live(value: object): void {
    if (types.isBoxedPrimitive(value) || value instanceof PythonError) this.#object(value, 0)
    else {
      this.#reference(value, containerKind(value) ?? kindOf(value))
      this.#references.makeLive(value)
    }
  }

  /** Each item is read once, in order, whatever getters do meanwhile. */
  #list(list: readonly unknown[], depth: number): void {
    const { length } = list
    this.#container(Tag.LIST, length, depth)
    const { message } = this
    for (let i = 0; i < length; i++) {
      let item = list[i]
      if (typeof item === 'number') {
        i = message.numbers(list, i, item, length)
        if (i === length) return
        item = message.refused
      }
      this.#value(item, depth + 1)
    }
  }

  /** The keys are those of now, and each is read once, in order, whatever getters do meanwhile. */
  #dict(dict: Record<string, unknown>, depth: number): void {
    const keys = Object.keys(dict)
    const first = keys[0]
    if ((first === undefined || first === '0') && types.isArgumentsObject(dict))
      this.#list(Array.prototype.slice.call(dict), depth)
    else if (first === undefined) this.#empty(dict, depth)
    else this.#pairs(dict, keys, depth)
  }

  /** What has no keys is not always a dict: it may be a namespace such as Math, or a live object whose prototype someone has replaced. */
  #empty(dict: Record<string, unknown>, depth: number): void {
    const link = linkOf(dict)
    const isReferred = link !== undefined || isNamespace(dict)
    if (isReferred) this.#identities.remove(dict)
    if (link !== undefined) this.#link(link, dict)
    else if (isReferred) this.#reference(dict)
    else this.#pairs(dict, [], depth)
  }

  #pairs(dict: Record<string, unknown>, keys: readonly string[], depth: number): void {
    const { length } = keys
    const isRecord = length > 0 && length <= tuning.record && this.#shapes !== undefined
    const shape = isRecord ? this.#shapes.of(keys) : -1
    if (shape >= 0) {
      this.#record(dict, keys, shape, depth)
      return
    }
    this.#container(Tag.DICT, length, depth)
    let i = 0
    // A loop that reads the same keys does without a look-up for each: a third of the time (bench: dict, document).
    for (const key in dict) {
      if (key !== keys[i]) break
      this.#pair(key, dict[key], i++, depth)
    }
    for (; i < length; i++) this.#pair(keys[i] as string, dict[keys[i] as string], i, depth)
  }

  #record(dict: Record<string, unknown>, keys: readonly string[], shape: number, depth: number): void {
    const { length } = keys
    this.#container(Tag.DICT, SHAPED + shape, depth)
    let i = 0
    for (const key in dict) {
      if (key !== keys[i]) break
      i += 1
      this.#value(dict[key], depth + 1)
    }
    for (; i < length; i++) this.#value(dict[keys[i] as string], depth + 1)
  }

  #pair(key: string, value: unknown, index: number, depth: number): void {
    const number = index < tuning.record ? this.#keys.number(key) : -1
    if (number >= 0) this.message.word(number << TAG_BITS)
    else this.#string(key)
    this.#value(value, depth + 1)
  }

  #map(map: Map<unknown, unknown>, depth: number): void {
    const pairs: unknown[] = []
    Map.prototype.forEach.call(map, (value, key) => pairs.push(key, value))
    this.#identities.add(map)
    this.#container(Tag.MAP, pairs.length / 2, depth)
    for (const item of pairs) this.#value(item, depth + 1)
  }

  #set(set: Set<unknown>, depth: number): void {
    const items: unknown[] = []
    Set.prototype.forEach.call(set, (item) => items.push(item))
    this.#identities.add(set)
    this.#container(Tag.SET, items.length, depth)
    for (const item of items) this.#value(item, depth + 1)
  }

  #date(date: Date): void {
    const moment = momentOf(date)
    this.#identities.add(date)
    this.message.tag(Tag.DATE, 0)
    this.message.double(moment)
  }

  #bytes(value: ArrayBufferView | ArrayBufferLike): void {
    const bytes = bytesOf(value)
    this.#identities.add(value)
    this.message.tag(Tag.BYTES, formatOf(value))
    this.message.blob(bytes)
  }

  #container(tag: number, length: number, depth: number): void {
    if (depth >= MAX_DEPTH) {
      throw new RangeError(`Values nested deeper than ${MAX_DEPTH} levels cannot be passed to Python.`)
    }
    this.#header(tag, length)
  }

  #header(tag: number, length: number): void {
    if (length > MAX_LENGTH)
      throw new RangeError(`A value longer than ${MAX_LENGTH} cannot be passed to Python.`)
    this.message.tag(tag, length)
  }
}
