import { types } from 'node:util'
import { isNamespace, isPlainObject } from '../plain'
import { JsKind, JsTrait } from './tags'

/** What Python may do with a JavaScript value that it holds by reference. May run getters and traps of the user's. */
export function kindOf(value: unknown): number {
  if (typeof value === 'function') return isClass(value) ? JsKind.CLASS : JsKind.FUNCTION
  if (typeof value !== 'object' || value === null) return JsKind.OBJECT
  if (types.isPromise(value)) return JsKind.PROMISE
  return isError(value) ? JsKind.ERROR : JsKind.OBJECT | traitsOf(value)
}

/** The kind of what would go by value, for `py.ref()`; undefined for what goes by reference anyway. */
export function containerKind(value: object): number | undefined {
  if (Array.isArray(value)) return JsKind.ARRAY
  if (types.isMap(value)) return JsKind.MAP
  if (types.isSet(value)) return JsKind.SET
  if (types.isTypedArray(value)) return JsKind.TYPED_ARRAY
  if (types.isDate(value) || types.isAnyArrayBuffer(value) || types.isDataView(value)) return kindOf(value)
  return isPlainObject(value) && !isNamespace(value) ? JsKind.DICT : undefined
}

/** Whether a function is to be called with `new`. An ordinary function can have a fixed `prototype` too: when it is frozen. */
export function isClass(target: object): boolean {
  if (!hasFixedPrototype(target) || target === Symbol || target === BigInt) return false
  const source = Function.prototype.toString.call(target)
  return source.startsWith('class') || source.endsWith('{ [native code] }')
}

/** Classes are known by their fixed `prototype`. */
export function hasFixedPrototype(func: object): boolean {
  return Object.getOwnPropertyDescriptor(func, 'prototype')?.writable === false
}

/** Whether `value` is an Error of any realm. */
export function isError(value: object): boolean {
  return types.isNativeError(value) || value instanceof Error
}

/** Whether `value` has an iterator. May run a getter of the user's. */
export function isIterable(value: object): value is Iterable<unknown> {
  return typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function'
}

function traitsOf(value: object): number {
  let traits = isIterable(value) ? JsTrait.ITERABLE : 0
  if (Symbol.asyncIterator in value) traits |= JsTrait.ASYNC_ITERABLE
  if (typeof (value as { then?: unknown }).then === 'function') traits |= JsTrait.THENABLE
  if ('length' in value || 'size' in value) traits |= JsTrait.SIZED
  if (isDisposable(value, Symbol.dispose)) traits |= JsTrait.DISPOSABLE
  if (isDisposable(value, Symbol.asyncDispose)) traits |= JsTrait.ASYNC_DISPOSABLE
  return isValued(value) ? traits | JsTrait.VALUED : traits
}

/** Node.js has these symbols from 18.18 on. */
function isDisposable(value: object, symbol: symbol | undefined): boolean {
  return symbol !== undefined && symbol in value
}

function isValued(value: object): boolean {
  return Symbol.toPrimitive in value || ('valueOf' in value && value.valueOf !== Object.prototype.valueOf)
}
