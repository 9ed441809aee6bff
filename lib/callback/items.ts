import { types } from 'node:util'
import { isIterable } from '../codec/kinds'
import { isPlainObject } from '../plain'
import { ABSENT } from './answer'
import { deleteMember, setMember } from './members'

export function item(target: object, key: unknown): unknown {
  if (types.isMap(target)) return target.has(key) ? target.get(key) : ABSENT
  return hasItem(target, propertyKey(key)) ? Reflect.get(target, propertyKey(key)) : ABSENT
}

export function setItem(target: object, key: unknown, value: unknown): void {
  if (types.isMap(target)) target.set(key, value)
  else if (isPlainObject(target)) setOwn(target, propertyKey(key), value)
  else setMember(target, propertyKey(key), value)
}

export function deleteItem(target: object, key: unknown): boolean {
  if (types.isMap(target) || types.isSet(target)) return target.delete(key)
  return hasItem(target, propertyKey(key)) && deleteMember(target, propertyKey(key))
}

export function contains(target: object, key: unknown): boolean {
  if (types.isMap(target) || types.isSet(target)) return target.has(key)
  if (isIterable(target)) return [...target].includes(key)
  return hasItem(target, propertyKey(key))
}

export function length(target: object): unknown {
  if (isPlainObject(target)) return Object.keys(target).length
  const { length, size } = target as { length?: unknown; size?: unknown }
  const count = length ?? size
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : ABSENT
}

export function splice(target: unknown[], [start, count, items]: unknown[]): void {
  target.splice(start as number, count as number, ...(items as unknown[]))
}

export function clear(target: object): void {
  if (types.isMap(target) || types.isSet(target)) target.clear()
  else if (Array.isArray(target)) target.length = 0
  else for (const key of Object.keys(target)) deleteMember(target, key)
}

/** The keys as an iterable. */
export function keys(target: object): Iterable<unknown> {
  return types.isMap(target) ? target.keys() : Object.keys(target).values()
}

/** A plain object has its own items only, and an array also those that its holes hide. */
function hasItem(target: object, key: string): boolean {
  if (Array.isArray(target)) return key in target || Number(key) < target.length
  return isPlainObject(target) ? Object.hasOwn(target, key) : key in target
}

/** Data, whatever the prototype makes of the name (`__proto__`). */
function setOwn(target: object, key: string, value: unknown): void {
  const data = { value, writable: true, enumerable: true, configurable: true }
  if (Object.hasOwn(target, key) || !(key in target)) setMember(target, key, value)
  else if (!Reflect.defineProperty(target, key, data))
    throw new TypeError(`The property '${key}' cannot be set.`)
}

function propertyKey(key: unknown): string {
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint') return String(key)
  throw new TypeError('The items of a JavaScript object are found by a str or an int.')
}
