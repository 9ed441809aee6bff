import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { types } from 'node:util'
import { isPacked, unpacked } from './asar'
import { Cell, checkAlive, type Link, linkOf } from './codec/cell'
import { Kwargs } from './kwargs'
import { isPlainObject } from './plain'

// Every argument of the public API is checked here, once, at the border.

/** The link of an argument that must be a Python object (or its wrapper, or one of its methods). */
export function checkObject(value: unknown, method: string): Link {
  const link = linkOf(value)
  if (link === undefined) throw new TypeError(`${method} takes a live Python object, not ${describe(value)}.`)
  return link
}

/** An argument that must be a string, like a name or code. */
export function checkText(value: unknown, method: string, what: string): asserts value is string {
  if (typeof value !== 'string') {
    throw new TypeError(`${method} takes ${what} as a string, not ${describe(value)}.`)
  }
}

/** A folder that Python can read, as its full path. */
export function checkFolder(value: unknown, method: string): string {
  checkText(value, method, 'a folder')
  return readable(value)
}

/** A file or folder that Python can read, as its full path. */
export function checkFile(value: unknown, method: string): string {
  if (value instanceof URL) {
    if (value.protocol !== 'file:') throw new TypeError(`${method} takes a file: URL, not ${value.href}.`)
    return readable(fileURLToPath(value))
  }
  if (typeof value !== 'string') {
    throw new TypeError(`${method} takes a path as a string, or a file: URL, not ${describe(value)}.`)
  }
  return readable(value)
}

/** The full path; beside an archive of Electron's, for what was unpacked from it. */
function readable(file: string): string {
  const path = unpacked(resolve(file))
  if (isPacked(path)) {
    throw new Error(`Python cannot read ${path}, which is inside an archive: have it unpacked (asarUnpack).`)
  }
  return path
}

/** Positional arguments in an array. */
export function checkArguments(value: unknown, method: string): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new TypeError(`${method} takes the arguments as an array, not ${describe(value)}.`)
  }
}

/** Keyword arguments in a plain object. */
export function checkKeywords(value: unknown, method: string): asserts value is Record<string, unknown> {
  if (!isDict(value)) {
    throw new TypeError(`${method} takes the keyword arguments as a plain object, not ${describe(value)}.`)
  }
}

/** The globals of `exec` and `eval`: a live dict, a plain object or a Map. */
export function checkGlobals(value: unknown, method: string): void {
  const isGiven = value !== undefined && value !== null
  if (isGiven && linkOf(value) === undefined && !isDict(value) && !types.isMap(value)) {
    throw new TypeError(
      `${method} takes the globals as a Python dict or a plain object, not ${describe(value)}.`,
    )
  }
}

/** A function of the user's. */
export function checkFunction(value: unknown, method: string): void {
  if (typeof value !== 'function') throw new TypeError(`${method} takes a function, not ${describe(value)}.`)
}

/** The options of `onLog`. */
export function checkLogOptions(value: unknown): void {
  if (!isDict(value)) {
    throw new TypeError(`onLog() takes the options as a plain object, not ${describe(value)}.`)
  }
  for (const [name, option] of Object.entries(value as object)) checkLogOption(name, option)
}

function checkLogOption(name: string, value: unknown): void {
  const isNumber = name === 'level' && Number.isSafeInteger(value)
  if (name !== 'level' && name !== 'logger') {
    throw new TypeError(`onLog() has no option '${name}'; its options are level and logger.`)
  }
  if (value === undefined || typeof value === 'string' || isNumber) return
  throw new TypeError(
    `The option ${name} of onLog() must be a string${name === 'level' ? ' or an integer' : ''}.`,
  )
}

/** An argument that must be a Python object of its own, and not a method by name. */
export function checkCell(value: unknown, method: string): Cell {
  const link = checkObject(value, method)
  if (!(link instanceof Cell)) throw new TypeError(`${method} takes a live Python object, not a method.`)
  checkAlive(link)
  return link
}

/** The options of `buffer`. */
export function checkBufferOptions(value: unknown): void {
  if (!isDict(value)) {
    throw new TypeError(`buffer() takes the options as a plain object, not ${describe(value)}.`)
  }
  for (const [name, option] of Object.entries(value as object)) {
    if (name !== 'copy') throw new TypeError(`buffer() has no option '${name}'; its option is copy.`)
    if (option !== undefined && typeof option !== 'boolean') {
      throw new TypeError('The option copy of buffer() must be a boolean.')
    }
  }
}

/** A shape of `ndarray`: a length, or the lengths of all dimensions; −1 is for NumPy to find out. */
export function checkShape(value: unknown): void {
  const lengths = Array.isArray(value) ? value : [value ?? 0]
  if (!lengths.every((length) => Number.isSafeInteger(length))) {
    throw new TypeError('ndarray() takes the shape as an integer or an array of integers.')
  }
}

function isDict(value: unknown): boolean {
  return typeof value === 'object' && value !== null && linkOf(value) === undefined && isPlainObject(value)
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Kwargs) return 'what kwargs() makes'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
