/** The converters that users have registered: which values cross by their functions. */

import { linkOf } from './cell'
import { MAX_DEPTH } from './tags'

type Convert = (value: never) => unknown

interface ToJS {
  readonly interpreter: number
  readonly convert: Convert
}

/** A converter of instances of a JavaScript class; of those for the same class, the last counts. */
export interface ToPython {
  readonly prototype: object
  readonly convert: Convert
}

/** By the number that the core knows them by. */
const toJS = new Map<number, ToJS>()
/** By interpreter, the last one first. */
const toPython = new Map<number, ToPython[]>()
let issued = 0

/** Notes a converter of Python objects, and gives its number. */
export function addToJS(interpreter: number, convert: Convert): number {
  toJS.set(++issued, { interpreter, convert })
  return issued
}

/** Forgets a converter of Python objects. */
export function removeToJS(number: number): void {
  toJS.delete(number)
}

/** Notes a converter of JavaScript objects. */
export function addToPython(interpreter: number, converter: ToPython): void {
  toPython.set(interpreter, [converter, ...(toPython.get(interpreter) ?? [])])
}

/** Forgets a converter of JavaScript objects. */
export function removeToPython(interpreter: number, converter: ToPython): void {
  const rest = (toPython.get(interpreter) ?? []).filter((known) => known !== converter)
  if (rest.length > 0) toPython.set(interpreter, rest)
  else toPython.delete(interpreter)
}

/** Forgets the converters of an interpreter that has ended, or of all. */
export function forgetConverters(interpreter?: number): void {
  for (const [number, converter] of toJS)
    if (interpreter === undefined || converter.interpreter === interpreter) toJS.delete(number)
  if (interpreter === undefined) toPython.clear()
  else toPython.delete(interpreter)
}

/** Whether an interpreter has converters of JavaScript objects. */
export function hasConverters(interpreter: number): boolean {
  return toPython.size > 0 && toPython.has(interpreter)
}

/** What one message to an interpreter converts; undefined when it has no converters of JavaScript objects. */
export function conversionFor(interpreter: number): Conversion | undefined {
  const converters = toPython.size === 0 ? undefined : toPython.get(interpreter)
  return converters === undefined ? undefined : new Conversion(converters)
}

/** The objects of one message that cross by converters: each is converted once. */
export class Conversion {
  readonly #converters: readonly ToPython[]
  readonly #made = new Map<object, unknown>()
  /** What a converter made of an object of its own class: it goes as it would without. */
  readonly #final = new Set<unknown>()

  constructor(converters: readonly ToPython[]) {
    this.#converters = converters
  }

  /**
   * What goes in the place of an object: the object itself, where it has no converter.
   *
   * @throws RangeError when converters make objects for one another without end.
   */
  of(object: object, depth: number): unknown {
    if (this.#made.has(object)) return this.#made.get(object)
    const converter = this.#final.has(object) ? undefined : converterFor(this.#converters, object)
    if (converter === undefined) return object
    if (depth >= MAX_DEPTH)
      throw new RangeError(`Converters that nest deeper than ${MAX_DEPTH} levels cannot be used.`)
    const made = converter.convert(object as never)
    this.#made.set(object, made)
    if (isObject(made) && converterFor(this.#converters, made) === converter) this.#final.add(made)
    return made
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && linkOf(value) === undefined
}

/** The converter for an object, by the nearest class in its prototype chain. */
function converterFor(converters: readonly ToPython[], value: object): ToPython | undefined {
  let prototype = Object.getPrototypeOf(value) as object | null
  while (prototype !== null) {
    const found = converters.find((converter) => converter.prototype === prototype)
    if (found !== undefined) return found
    prototype = Object.getPrototypeOf(prototype) as object | null
  }
  return undefined
}

/** A Python object in a message that is to be converted, after the whole message was read. */
export class Custom {
  constructor(
    readonly number: number,
    readonly object: object,
  ) {}
}

/**
 * Puts what the converters make into the place of the objects: in `value` and in the containers of its message. Runs the users'
 * functions, once for each object.
 */
export function convertCustoms(value: unknown, containers: readonly unknown[]): unknown {
  const known = new Map<object, unknown>()
  return replace(value, containers, ({ number, object }) => {
    if (!known.has(object)) known.set(object, converted(number, object))
    return known.get(object)
  })
}

/** The object itself, where its converter was taken away meanwhile. */
function converted(number: number, object: object): unknown {
  const converter = toJS.get(number)
  return converter === undefined ? object : converter.convert(object as never)
}

/** Puts the objects themselves there, for what was thrown. */
export function leaveCustoms(value: unknown, containers: readonly unknown[]): unknown {
  return replace(value, containers, ({ object }) => object)
}

function replace(value: unknown, containers: readonly unknown[], by: (custom: Custom) => unknown): unknown {
  const final = (item: unknown): unknown => (item instanceof Custom ? by(item) : item)
  for (const container of containers) replaceIn(container, final)
  return final(value)
}

function replaceIn(container: unknown, final: (item: unknown) => unknown): void {
  if (container instanceof Map) replaceInMap(container, final)
  else if (container instanceof Set) replaceInSet(container, final)
  else if (!Buffer.isBuffer(container) && !(container instanceof Date))
    replaceInObject(container as Record<string, unknown>, final)
}

function replaceInObject(object: Record<string, unknown>, final: (item: unknown) => unknown): void {
  for (const key of Object.keys(object)) {
    const item = object[key]
    if (item instanceof Custom) object[key] = final(item)
  }
}

function replaceInMap(map: Map<unknown, unknown>, final: (item: unknown) => unknown): void {
  const pairs = [...map]
  map.clear()
  for (const [key, item] of pairs) map.set(final(key), final(item))
}

function replaceInSet(set: Set<unknown>, final: (item: unknown) => unknown): void {
  const items = [...set]
  set.clear()
  for (const item of items) set.add(final(item))
}
