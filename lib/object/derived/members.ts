import { linkOf } from '../../codec/cell'

/** What Python is given of a member: its name, what it is, and the functions that do it; see subclass.py. */
export type Member = [name: string, kind: string, ...functions: unknown[]]

const OF_EVERY_CLASS: ReadonlySet<string> = new Set(['length', 'name', 'prototype'])

/** The members that a class defines itself, under the names of strings. */
export function membersOf(func: object): Member[] {
  const prototype = (func as { prototype: object }).prototype
  const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor')
  const statics = Object.getOwnPropertyNames(func).filter((name) => !OF_EVERY_CLASS.has(name))
  return [
    ...statics.map((name) => staticMember(func, name)),
    ...names.map((name) => instanceMember(prototype, name)),
  ]
}

/** Looked up at each call, so that a method that is replaced later is the one called. */
function instanceMember(prototype: object, name: string): Member {
  const found = Object.getOwnPropertyDescriptor(prototype, name)
  if (typeof found?.value === 'function') return [name, 'method', caller(prototype, name)]
  const read = (self: unknown) => Reflect.get(prototype, name, self)
  if (found !== undefined && 'value' in found) return [name, 'static field', ...field(prototype, name)]
  const write = (self: unknown, value: unknown) => void Reflect.set(prototype, name, value, self)
  return [name, 'property', found?.get && read, found?.set && write]
}

const withPrivateFields = new WeakMap<object, boolean>()

/** Whether the classes of a prototype have private fields, or may have: their source has the sign. */
export function hasPrivateFields(prototype: object): boolean {
  const known = withPrivateFields.get(prototype)
  if (known !== undefined) return known
  const func = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown
  const isClass = typeof func === 'function' && linkOf(func) === undefined
  const parent = Object.getPrototypeOf(prototype) as object | null
  const found =
    isClass &&
    (String(Function.prototype.toString.call(func)).includes('#') ||
      (parent !== null && hasPrivateFields(parent)))
  withPrivateFields.set(prototype, found)
  return found
}

function caller(prototype: object, name: string): (self: unknown, ...args: unknown[]) => unknown {
  return (self, ...args) => Reflect.apply(Reflect.get(prototype, name, self) as () => unknown, self, args)
}

/** Names with underscores, and what is Python's, are for Python's own machinery, which reads them when the class is made. */
function staticMember(func: object, name: string): Member {
  const value: unknown = Reflect.get(func, name)
  const isPlain = name.startsWith('_') || linkOf(value) !== undefined
  if (typeof value === 'function' && linkOf(value) === undefined) {
    return [name, 'static method', (...args: unknown[]) => Reflect.apply(Reflect.get(func, name), func, args)]
  }
  return isPlain ? [name, 'value', value] : [name, 'static field', ...field(func, name)]
}

/** Reads and writes a data property. */
function field(target: object, name: string): [read: () => unknown, write: (value: unknown) => void] {
  const write = (value: unknown): void => {
    if (!Reflect.set(target, name, value)) throw new TypeError(`The static field '${name}' cannot be set.`)
  }
  return [() => Reflect.get(target, name), write]
}
