import { isResolving } from '../codec/calls'
import { Cell, isReleased, type Link, linkOf } from '../codec/cell'
import { Flag } from '../codec/tags'
import { getAttribute, getAttributeById, hasAttribute, hasStatically, setAttribute } from './attributes'
import { isAwaitable, PROMISE_METHODS } from './awaitable'
import { basePrototype } from './derived/base'
import { inheritor } from './derived/classes'
import { PROBED, readName } from './names'
import { define, NOTHING, Nothing } from './nothing'
import { ownName } from './own'
import { protocol } from './protocols'
import { attributeTwin, hasTwin } from './twins'

/** The prototype of the live object (or method function) of `link`. */
export function prototypeOf(link: Link): object {
  return new Proxy(NOTHING, new Attributes(link))
}

/** Answers for one live object; which one, a trap like `has` could not know from its arguments. */
class Attributes extends Nothing {
  readonly #link: Link
  readonly #isClass: boolean
  /** Own and first: the engine looks it up at each read of an attribute, and finds it at once (`--rows attribute`). */
  readonly get = this.#get

  constructor(link: Link) {
    super()
    this.#link = link
    this.#isClass = link instanceof Cell && (link.flags & Flag.CLASS) !== 0
  }

  #get(_target: object, key: string | symbol, receiver?: unknown): unknown {
    if (typeof key === 'symbol') return protocol(this.#link, key)
    if (this.#isClass && receiver !== undefined) {
      const derived = inheritor(this.#link, receiver)
      if (derived !== undefined) return Reflect.get(derived, key)
      if (key === 'prototype' && !this.#shows(key)) return basePrototype(this.#link as Cell)
    }
    const id = readName(key)
    if (id === PROBED && (key === 'then' || !this.#shows(key))) return this.#probed(key)
    const value = id >= 0 ? getAttributeById(this.#link, key, id) : getAttribute(this.#link, key)
    return value === undefined ? (attributeTwin(this.#link, key) ?? ownName(this.#link, key)) : value
  }

  #probed(key: string): unknown {
    return key === 'then' ? readThen(this.#link) : ownName(this.#link, key)
  }

  set(_target: object, key: string | symbol, value: unknown, receiver: object): boolean {
    const isOwn = linkOf(receiver) === this.#link
    if (isOwn && typeof key === 'string') setAttribute(this.#link, key, value)
    else return define(receiver, key, value)
    return true
  }

  has(_target: object, key: string | symbol): boolean {
    if (typeof key === 'symbol') return protocol(this.#link, key) !== undefined
    return hasAttribute(this.#link, key) || hasTwin(this.#link, key)
  }

  #shows(name: string): boolean {
    return !isReleased(this.#link) && hasStatically(this.#link, name)
  }
}

/** `then` never runs `__getattr__`, and a callable one is not shown: `await` would take the object for a promise. */
function readThen(link: Link): unknown {
  if (isReleased(link) || isResolving()) return undefined
  if (isAwaitable(link)) return PROMISE_METHODS.then
  if (!hasStatically(link, 'then')) return undefined
  const value = getAttribute(link, 'then')
  return typeof value === 'function' ? undefined : value
}
