import { core } from '../codec/bridge'
import type { Cell } from '../codec/cell'
import { placeKey, placeObject, result } from '../codec/registers'

/** Keys that need no message. */
export type DirectKey = number | string | bigint | boolean | null | undefined

/** `object[key]` of an object that was not released (`npm run bench -- --rows getitem`). */
export function itemOf(object: Cell, key: DirectKey): unknown {
  const direct = typeof key === 'number' ? byNumber(object, key) : byPrimitive(object, key)
  return direct === undefined ? result() : direct
}

function byNumber(object: Cell, key: number): unknown {
  placeKey(object.id, key)
  return core.item()
}

function byPrimitive(object: Cell, key: DirectKey): unknown {
  placeObject(object.id)
  return core.itemOf(key)
}

/** Whether a key needs no message. */
export function isDirectKey(key: unknown): key is DirectKey {
  return key === null || (typeof key !== 'object' && typeof key !== 'function' && typeof key !== 'symbol')
}
