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
import { offerReader } from './readers'
import { attributeTwin, hasTwin } from './twins'

/** The prototype of the live object (or method function) of `link`. */
export function prototypeOf(link: Link): object {
  const isObject = link instanceof Cell && !isClass(link)
  return new Proxy(NOTHING, isObject ? new OfObject(link) : new OfOthers(link))
}

function isClass(link: Link): boolean {
  return link instanceof Cell && (link.flags & Flag.CLASS) !== 0
}

/** Answers for one live object; which one, a trap like `has` could not know from its arguments. */
class Attributes extends Nothing {
  // Not `#`: V8 marks each instance of a class with private methods (bench: make).
  constructor(protected readonly link: Link) {
    super()
  }

  protected read(key: string | symbol, receiver: unknown): unknown {
    if (typeof key === 'symbol') return protocol(this.link, key)
    if (receiver !== undefined && isClass(this.link)) {
      const derived = inheritor(this.link, receiver)
      if (derived !== undefined) return Reflect.get(derived, key)
      if (key === 'prototype' && !this.shows(key)) return basePrototype(this.link as Cell)
    }
    const id = readName(key)
    if (id === PROBED && (key === 'then' || !this.shows(key))) return this.probed(key)
    const value = id >= 0 ? getAttributeById(this.link, key, id) : getAttribute(this.link, key)
    return value === undefined ? this.absent(key) : value
  }

  /** A name that Python's object does not have. */
  protected absent(name: string): unknown {
    return attributeTwin(this.link, name) ?? ownName(this.link, name)
  }

  private probed(key: string): unknown {
    return key === 'then' ? readThen(this.link) : ownName(this.link, key)
  }

  set(_target: object, key: string | symbol, value: unknown, receiver: object): boolean {
    const isOwn = linkOf(receiver) === this.link
    if (isOwn && typeof key === 'string') setAttribute(this.link, key, value)
    else return define(receiver, key, value)
    return true
  }

  has(_target: object, key: string | symbol): boolean {
    if (typeof key === 'symbol') return protocol(this.link, key) !== undefined
    return hasAttribute(this.link, key) || hasTwin(this.link, key)
  }

  private shows(name: string): boolean {
    return !isReleased(this.link) && hasStatically(this.link, name)
  }
}

/** Of methods and classes. */
class OfOthers extends Attributes {
  get(_target: object, key: string | symbol, receiver?: unknown): unknown {
    return this.read(key, receiver)
  }
}

/** So many reads of one name in a row, and an accessor may be made for it. To ask whether costs as much as a hundred reads. */
const OFTEN = 1000

/** Of all other objects: the last name and its id are at hand (bench: attribute). */
class OfObject extends Attributes {
  private name = ''
  private id = -1
  private reads = 0
  /** Own and last: the engine looks it up at each read of an attribute, from the end, and finds it at once. */
  readonly get = this.hot

  private hot(_target: object, key: string | symbol, receiver?: unknown): unknown {
    if (key !== this.name) return this.other(key, receiver)
    this.reads += 1
    if (this.reads === OFTEN) offerReader(this.link as Cell, key)
    const value = getAttributeById(this.link, key, this.id)
    return value === undefined ? this.absent(key) : value
  }

  private other(key: string | symbol, receiver: unknown): unknown {
    const id = typeof key === 'string' ? readName(key) : PROBED
    if (id >= 0) {
      this.name = key as string
      this.id = id
      this.reads = 0
    }
    return this.read(key, receiver)
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
