import type { Keys } from './keys'
import type { ShapeSource } from './shapes'

/** A shape with a number, and those that came after it last: records come in rows, and inside of others. */
interface Numbered {
  readonly keys: readonly string[]
  readonly number: number
  next: Numbered | undefined
  other: Numbered | undefined
}

/** How many hashes of shapes that came once are remembered. A power of two. */
const ONCE = 512
/** Shapes with the same first key beyond so many are not looked for. */
const MAX_ALIKE = 8
/** So many shapes that have no number are looked at: most may never come again. */
const PATIENCE = 4096
/** What is gained by a shape that came again. */
const GAIN = 64

/** The shapes of this thread by their keys: of an object whose keys came before, in order, only the values cross (bench: dict, document, records). */
export class ShapeNumbers {
  readonly #source: ShapeSource
  readonly #keys: Keys
  readonly #alike = new Map<string, Numbered[]>()
  readonly #once = new Int32Array(ONCE)
  #last: Numbered = { keys: [], number: -1, next: undefined, other: undefined }
  #patience = PATIENCE

  constructor(source: ShapeSource, keys: Keys) {
    this.#source = source
    this.#keys = keys
  }

  /** The number of a shape; negative for one whose keys cross with the values. */
  of(keys: readonly string[]): number {
    const last = this.#last
    let found = last.next
    if (found === undefined || !isSame(found.keys, keys)) {
      found = last.other
      if (found === undefined || !isSame(found.keys, keys)) return this.#find(keys)
    }
    this.#last = found
    return found.number
  }

  #find(keys: readonly string[]): number {
    const alike = this.#alike.get(keys[0] as string) ?? []
    const found = alike.find((shape) => isSame(shape.keys, keys))
    if (found === undefined) return alike.length < MAX_ALIKE ? this.#admit(keys) : -1
    return this.#follow(found)
  }

  #follow(found: Numbered): number {
    this.#last.other = this.#last.next
    this.#last.next = found
    this.#last = found
    return found.number
  }

  /** Like keys, shapes that come once are data: the second time gives a number, once all keys have one. */
  #admit(keys: readonly string[]): number {
    if (this.#patience === 0) return -1
    let units = ''
    let hash = keys.length
    for (const key of keys) {
      const number = this.#keys.known(key)
      if (number < 0) return -1
      units += String.fromCharCode(number)
      hash = (Math.imul(hash, 31) + number) | 0
    }
    this.#patience -= 1
    const place = hash & (ONCE - 1)
    if (this.#once[place] !== hash) {
      this.#once[place] = hash
      return -1
    }
    return this.#add(keys, this.#source.shapeNumber(units))
  }

  #add(keys: readonly string[], number: number): number {
    if (number < 0) {
      this.#patience = 0
      return number
    }
    this.#patience = Math.min(this.#patience + GAIN, PATIENCE)
    const shape = { keys: [...keys], number, next: undefined, other: undefined }
    const alike = this.#alike.get(shape.keys[0] as string)
    if (alike === undefined) this.#alike.set(shape.keys[0] as string, [shape])
    else alike.push(shape)
    return this.#follow(shape)
  }
}

function isSame(keys: readonly string[], others: readonly string[]): boolean {
  const { length } = keys
  if (others.length !== length) return false
  for (let i = 0; i < length; i++) if (keys[i] !== others[i]) return false
  return true
}
