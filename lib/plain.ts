import { types } from 'node:util'

/**
 * Whether `value` is a plain object: one without a prototype, or whose prototype is the root prototype of any realm; the namespace of a module is none.
 * May run the traps of a user's proxy; never throws otherwise.
 */
export function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value) as object | null
  if (prototype === null) return !types.isModuleNamespaceObject(value)
  return prototype === Object.prototype || isRootPrototype(prototype)
}

function isRootPrototype(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')
}

/**
 * Whether a plain object is a namespace of the language's, like `Math`, `JSON` and `Intl`: it shows no properties, and says what it is. By value,
 * nothing would be left of it.
 */
export function isNamespace(plain: object): boolean {
  return Object.hasOwn(plain, Symbol.toStringTag) && Object.keys(plain).length === 0
}
