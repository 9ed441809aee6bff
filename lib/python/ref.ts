import { linkOf } from '../codec/cell'
import { Ref } from '../codec/ref'

/** The marker of `py.ref()`. What Python owns, and a marker, is itself already. */
export function refOf<T extends object>(object: T): Ref<T> {
  const isObject = (typeof object === 'object' && object !== null) || typeof object === 'function'
  if (!isObject)
    throw new TypeError(`ref() takes an object, not ${object === null ? 'null' : typeof object}.`)
  if (object instanceof Ref) return object
  if (linkOf(object) !== undefined)
    throw new TypeError('ref() takes an object of JavaScript, not a live Python object.')
  return new Ref(object)
}
