import { run } from '../codec/bridge'
import { Cell, isReleased, type Link, linkOf } from '../codec/cell'
import { Flag, Op } from '../codec/tags'
import { refreshAttributes } from './attributes'
import { isAwaitable, PROMISE_METHODS } from './awaitable'
import { OF_ITERATORS } from './iterator'
import { wrapperOf } from './wrapper'

/** A name of ours, for objects whose Python side has no attribute of that name; undefined for every other name. */
export function ownName(link: Link, name: string): unknown {
  if (name === '__wrapper__') return wrapperOf(link)
  if (isAwaitable(link) && name in PROMISE_METHODS) return PROMISE_METHODS[name]
  return OWN[name] ?? ofKind(link, name)
}

function ofKind(link: Link, name: string): unknown {
  if ((link.flags & Flag.CALLABLE) !== 0) return OF_FUNCTIONS[name]
  return (link.flags & Flag.ITERATOR) !== 0 ? OF_ITERATORS[name] : undefined
}

/** `str()` of a Python object; throws what `__str__` raises. */
export function textOf(link: Link): string {
  return run(Op.STR, link.interpreter, link) as string
}

/** The link of `this` in a method of ours. */
export function ownLink(self: unknown, method: string): Link {
  const link = linkOf(self)
  if (link === undefined)
    throw new TypeError(`${method} was called on a value that is not a live Python object.`)
  return link
}

type Names = Readonly<Record<string, unknown>>

const OWN: Names = {
  __proto__: null,

  unwrap(this: unknown): unknown {
    ownLink(this, 'unwrap()')
    return this
  },

  __refresh__(this: object): unknown {
    if (ownLink(this, '__refresh__()') instanceof Cell) refreshAttributes(this)
    return this
  },

  toString(this: unknown): string {
    return textOf(ownLink(this, 'toString()'))
  },

  /** The object by value, where JSON has it: subclasses of the by-value types do. `str()` otherwise. */
  toJSON(this: unknown): unknown {
    const link = ownLink(this, 'toJSON()')
    const value = run(Op.VALUE, link.interpreter, link)
    if (value instanceof Date) return value.toJSON()
    return value === undefined || typeof value === 'bigint' ? textOf(link) : value
  },

  /** The number that a number is, where JavaScript has it; any other object is itself. */
  valueOf(this: unknown): unknown {
    const link = ownLink(this, 'valueOf()')
    const scalar = isReleased(link) ? this : run(Op.OPERATE, link.interpreter, 'scalar', link)
    return typeof scalar === 'object' || typeof scalar === 'function' ? this : scalar
  },
}

/** What JavaScript code expects of any function that it is given. */
const { call, apply, bind } = Function.prototype
const OF_FUNCTIONS: Names = { __proto__: null, call, apply, bind }
