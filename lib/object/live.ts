import type { Cell } from '../codec/cell'
import { DERIVED, Flag } from '../codec/tags'
import { classOf, functionOf } from './callable'
import { createInstance } from './derived/instance'
import { prototypeOf } from './prototype'

/**
 * A new live object: a plain object, or a function when Python can call it, whose prototype is a proxy of its own. The
 * proxy answers for every name that is not cached on the object (see attributes.ts).
 */
export function createLiveObject(cell: Cell): object {
  if ((cell.flags & DERIVED) !== 0) return createInstance(cell)
  const prototype = prototypeOf(cell)
  // An object literal, because an assignment would meet the proxy.
  if ((cell.flags & Flag.CALLABLE) === 0) return { __proto__: prototype }
  return dress((cell.flags & Flag.CLASS) === 0 ? functionOf(cell) : classOf(cell), prototype)
}

/** Takes from a function what is JavaScript's own, so that only Python's attributes show. */
export function dress<F extends object>(func: F, prototype: object): F {
  Reflect.deleteProperty(func, 'name')
  Reflect.deleteProperty(func, 'length')
  return Object.setPrototypeOf(func, prototype) as F
}
