import { types } from 'node:util'
import { hasFixedPrototype } from '../codec/kinds'
import { isPlainObject } from '../plain'
import { ABSENT, Answer } from './answer'

/** The methods of Python's lists, dicts and sets: on those of `py.ref()` they come before what JavaScript inherits. */
const PYTHON_NAMES: ReadonlySet<string> = new Set(
  (
    'add append clear copy count discard extend get index insert isdisjoint items keys pop popitem remove reverse ' +
    'setdefault sort update values'
  ).split(' '),
)

/** `target[name]`; a method goes with its object, so that Python can call it. */
export function member(target: object, name: string): unknown {
  if (!(name in target) || isPythonName(target, name)) return ABSENT
  const value: unknown = Reflect.get(target, name)
  return isMethod(value) ? new Answer((encoder) => encoder.method(value, target)) : value
}

function isPythonName(target: object, name: string): boolean {
  return PYTHON_NAMES.has(name) && isContainer(target) && !Object.hasOwn(target, name)
}

function isContainer(target: object): boolean {
  if (typeof target === 'function') return false
  return (
    Array.isArray(target) ||
    types.isMap(target) ||
    types.isSet(target) ||
    types.isTypedArray(target) ||
    isPlainObject(target)
  )
}

/** Classes stand for themselves. */
function isMethod(value: unknown): value is object {
  return typeof value === 'function' && !hasFixedPrototype(value)
}

export function setMember(target: object, name: string, value: unknown): void {
  if (!Reflect.set(target, name, value)) throw new TypeError(`The property '${name}' cannot be set.`)
}

export function deleteMember(target: object, name: string): boolean {
  const isThere = name in target
  if (!Reflect.deleteProperty(target, name)) throw new TypeError(`The property '${name}' cannot be deleted.`)
  return isThere
}

/** The names up to the root prototype, whose members every object has. */
export function memberNames(target: object): string[] {
  const names = new Set<string>()
  let level: object | null = target
  while (level !== null) {
    const parent = Object.getPrototypeOf(level) as object | null
    if (parent !== null || level === target)
      for (const name of Object.getOwnPropertyNames(level)) names.add(name)
    level = parent
  }
  return [...names]
}
