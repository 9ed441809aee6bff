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
  if ((cell.flags & Flag.CALLABLE) === 0) return objectWith(prototype)
  return dress((cell.flags & Flag.CLASS) === 0 ? functionOf(cell) : classOf(cell), prototype)
}

/** A constructor with whatever prototype is wanted. */
const Constructor = Object.bind(undefined) as unknown as { prototype: object | undefined }
Object.defineProperty(Constructor, 'prototype', { value: undefined, writable: true })

/**
 * An empty object with a prototype of its own. V8 notes for each literal (`{ __proto__: prototype }`) and for each prototype that is set which kind of object came of it,
 * and looks through all that live before it makes another; what is constructed for a foreign `new.target` is spared that (a third of the time; bench: make).
 */
function objectWith(prototype: object): object {
  Constructor.prototype = prototype
  const object = Reflect.construct(Object, [], Constructor as unknown as NewableFunction) as object
  Constructor.prototype = undefined
  return object
}

/** Takes from a function what is JavaScript's own, so that only Python's attributes show. */
export function dress<F extends object>(func: F, prototype: object): F {
  Reflect.deleteProperty(func, 'name')
  Reflect.deleteProperty(func, 'length')
  return Object.setPrototypeOf(func, prototype) as F
}
