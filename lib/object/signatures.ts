import { core } from '../codec/bridge'
import { internName } from './names'

/** A signature of more names has no number. */
const MOST_NAMES = 8
/** More than so many are not kept: a program may make names of its data. */
const MOST_KEPT = 4096

let kept = 0

/**
 * The names of keyword arguments, in order: each name leads to the next one, and the last one knows the core's number. Calls repeat
 * their names, so each remembers the one that followed last.
 */
export class Signature {
  readonly #name: string
  readonly #before: Signature | undefined
  readonly #length: number
  #following: Map<string, Signature> | undefined
  #last: Signature | undefined
  #number: number | undefined

  constructor(name = '', before?: Signature) {
    this.#name = name
    this.#before = before
    this.#length = before === undefined ? 0 : before.#length + 1
  }

  /** The signature with one more name; undefined where there is no room. */
  with(name: string): Signature | undefined {
    const last = this.#last
    return last !== undefined && last.#name === name ? last : this.#find(name)
  }

  /** The core's number of it; negative where it has none. */
  number(): number {
    this.#number ??= this.#length === 0 ? -1 : core.signature(...this.#ids())
    return this.#number
  }

  #find(name: string): Signature | undefined {
    this.#following ??= new Map()
    const known = this.#following.get(name) ?? this.#add(name, this.#following)
    if (known !== undefined) this.#last = known
    return known
  }

  #add(name: string, following: Map<string, Signature>): Signature | undefined {
    if (this.#length >= MOST_NAMES || kept >= MOST_KEPT || internName(name) < 0) return undefined
    kept += 1
    const added = new Signature(name, this)
    following.set(name, added)
    return added
  }

  #ids(): number[] {
    return this.#before === undefined ? [] : [...this.#before.#ids(), internName(this.#name)]
  }
}
