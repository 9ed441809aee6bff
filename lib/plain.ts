/**
 * Whether `value` is a plain object: one without a prototype, or whose prototype is the root prototype of any realm.
 * May run the traps of a user's proxy; never throws otherwise.
 */
export function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || prototype === Object.prototype || isRootPrototype(prototype)
}

function isRootPrototype(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')
}
