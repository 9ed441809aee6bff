import { throwOverflow } from '../errors/overflow'
import { CLASS_SHIFT, JsKind, KIND_BITS } from './tags'

/** More classes than these have no names in Python (docs/javascript-in-python.md): a program that makes classes without end must not fill it. */
const MOST_CLASSES = 4096
const MOST_LEVELS = 32
/** What both languages take for a name. Made at the first look: V8 needs a millisecond for the sets of characters. */
let namePattern: RegExp | undefined

let register: ((names: string) => number) | undefined
/** The numbers of what instances inherit from; classes of the same names are one. */
let numbers = new WeakMap<object, number>()
const byNames = new Map<string, number>()

/** `addClass` is told the names of classes, when their instances first go to Python, and gives each its number. */
export function connectClassNames(addClass: (names: string) => number): void {
  register = addClass
  numbers = new WeakMap()
  byNames.clear()
}

/** The kind of an object, with the number of its class: Python's class for it has that name. */
export function withClass(value: unknown, kind: number): number {
  if ((kind & KIND_BITS) !== JsKind.OBJECT || typeof value !== 'object' || value === null) return kind
  try {
    const prototype = Object.getPrototypeOf(value) as object | null
    return prototype === null ? kind : kind | (numberOf(prototype) << CLASS_SHIFT)
  } catch (error) {
    throwOverflow(error)
    // The trap of a proxy.
    return kind
  }
}

function numberOf(prototype: object): number {
  const known = numbers.get(prototype)
  if (known !== undefined) return known
  const number = numberOfNames(namesOf(prototype).join('/'))
  numbers.set(prototype, number)
  return number
}

function numberOfNames(names: string): number {
  const known = byNames.get(names)
  if (known !== undefined) return known
  if (names === '' || register === undefined || byNames.size >= MOST_CLASSES) return 0
  const number = register(names)
  byNames.set(names, number)
  return number
}

/** The root first. What has no name of its own goes by that of what it extends; `Object` is the root of all. */
function namesOf(prototype: object): string[] {
  const names: string[] = []
  let level: object | null = prototype
  for (let i = 0; level !== null && i < MOST_LEVELS; i++) {
    const parent = Object.getPrototypeOf(level) as object | null
    const name = parent === null ? undefined : nameOf(level)
    if (name !== undefined) names.unshift(name)
    level = parent
  }
  return names
}

/** Read without running anything of the user's, but for the traps of proxies. */
function nameOf(prototype: object): string | undefined {
  const made: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  if (typeof made !== 'function') return undefined
  const name: unknown = Object.getOwnPropertyDescriptor(made, 'name')?.value
  return typeof name === 'string' && name !== 'Object' && isName(name) ? name : undefined
}

function isName(text: string): boolean {
  namePattern ??= /^[\p{ID_Start}_][\p{ID_Continue}]*$/u
  return namePattern.test(text)
}
