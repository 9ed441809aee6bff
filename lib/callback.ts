import type { Dispatcher } from '../types/native'
import { answer, decodeArguments, disconnect, references } from './codec/bridge'
import type { Encoder } from './codec/encode'
import { isIterable } from './codec/refs'
import { Dispatch } from './codec/tags'

/** What an operation answers when it is not simply a value: how to write it. */
class Answer {
  constructor(readonly write: (encoder: Encoder) => void) {}
}

const ABSENT = new Answer((encoder) => encoder.absent())

type Operation = (target: never, args: unknown[], receiver: unknown) => unknown

/** Answers the calls of Python on JavaScript values. Never throws: what is thrown goes to Python. */
export const dispatch: Dispatcher = (op, ref, interpreter) => {
  if (op === Dispatch.DISCONNECT) return disconnect()
  try {
    const { value, receiver } = references.entry(ref)
    return reply(operation(op)(value as never, decodeArguments(), receiver), interpreter)
  } catch (error) {
    return answer(interpreter, (encoder) => encoder.thrown(error))
  }
}

function reply(result: unknown, interpreter: number): ReturnType<Dispatcher> {
  if (result instanceof Answer) return answer(interpreter, result.write)
  return isDirect(result) ? result : answer(interpreter, (encoder) => encoder.value(result))
}

function isDirect(value: unknown): value is undefined | null | boolean | number | string {
  return value === null || ['undefined', 'boolean', 'number', 'string'].includes(typeof value)
}

function operation(op: number): Operation {
  const known = OPERATIONS[op]
  if (known === undefined) throw new Error(`Python asked for the unknown operation ${op}.`)
  return known
}

const OPERATIONS: Readonly<Record<number, Operation>> = {
  [Dispatch.CALL]: (target: () => unknown, args, receiver) => call(target, args, receiver),
  [Dispatch.NEW]: (target: new () => unknown, args) => Reflect.construct(target, args),
  [Dispatch.GET]: (target: object, [name]) => member(target, name as string),
  [Dispatch.SET]: (target: object, [name, value]) => setMember(target, name as string, value),
  [Dispatch.DELETE]: (target: object, [name]) => deleteMember(target, name as string),
  [Dispatch.REPR]: (target: unknown) => describe(target),
  [Dispatch.DIR]: (target: object) => memberNames(target),
  [Dispatch.ITER]: (target: object) => iterator(target),
  [Dispatch.NEXT]: (target: Iterator<unknown>) => next(target),
  [Dispatch.THEN]: (target: PromiseLike<unknown>, [settle]) => settleWith(target, settle as Settle),
  [Dispatch.GET_ITEM]: (target: object, [key]) => item(target, key),
  [Dispatch.SET_ITEM]: (target: object, [key, value]) => setItem(target, key, value),
  [Dispatch.DELETE_ITEM]: (target: object, [key]) => deleteItem(target, key),
  [Dispatch.LENGTH]: (target: object) => length(target),
  [Dispatch.CONTAINS]: (target: object, [key]) => contains(target, key),
}

/** A class makes an instance: it knows no other call. */
function call(target: () => unknown, args: unknown[], receiver: unknown): unknown {
  return isClass(target) ? Reflect.construct(target, args) : Reflect.apply(target, receiver, args)
}

/** Whether a function is to be called with `new`. An ordinary function can have a fixed `prototype` too: when it is frozen. */
function isClass(target: object): boolean {
  if (!hasFixedPrototype(target) || target === Symbol || target === BigInt) return false
  const source = Function.prototype.toString.call(target)
  return source.startsWith('class') || source.endsWith('{ [native code] }')
}

/** `target[name]`; a method goes with its object, so that Python can call it. */
function member(target: object, name: string): unknown {
  if (!(name in target)) return ABSENT
  const value: unknown = Reflect.get(target, name)
  return isMethod(value) ? new Answer((encoder) => encoder.method(value, target)) : value
}

/** Classes stand for themselves; they are known by their fixed `prototype`. */
function isMethod(value: unknown): value is object {
  return typeof value === 'function' && !hasFixedPrototype(value)
}

function hasFixedPrototype(func: object): boolean {
  return Object.getOwnPropertyDescriptor(func, 'prototype')?.writable === false
}

function setMember(target: object, name: string, value: unknown): void {
  if (!Reflect.set(target, name, value)) throw new TypeError(`The property '${name}' cannot be set.`)
}

function deleteMember(target: object, name: string): boolean {
  const isThere = name in target
  if (!Reflect.deleteProperty(target, name)) throw new TypeError(`The property '${name}' cannot be deleted.`)
  return isThere
}

function describe(target: unknown): string {
  try {
    return String(target)
  } catch {
    return Object.prototype.toString.call(target)
  }
}

/** The names up to the root prototype, whose members every object has. */
function memberNames(target: object): string[] {
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

function iterator(target: object): Answer {
  if (!isIterable(target)) return ABSENT
  const iterator = target[Symbol.iterator]()
  return new Answer((encoder) => encoder.iterator(iterator))
}

function next(iterator: Iterator<unknown>): unknown {
  const result: unknown = iterator.next()
  if (Object(result) !== result)
    throw new TypeError('The result of next() of a JavaScript iterator is not an object.')
  const { done, value } = result as IteratorResult<unknown>
  return done ? new Answer((encoder) => encoder.stop(value)) : value
}

type Settle = (isFulfilled: boolean, value: unknown) => void

function settleWith(promise: PromiseLike<unknown>, settle: Settle): void {
  promise.then(
    (value) => settle(true, value),
    (reason) => settle(false, reason),
  )
}

function item(target: object, key: unknown): unknown {
  if (target instanceof Map) return target.has(key) ? target.get(key) : ABSENT
  return propertyKey(key) in target ? Reflect.get(target, propertyKey(key)) : ABSENT
}

function setItem(target: object, key: unknown, value: unknown): void {
  if (target instanceof Map) target.set(key, value)
  else setMember(target, propertyKey(key), value)
}

function deleteItem(target: object, key: unknown): boolean {
  return target instanceof Map ? target.delete(key) : deleteMember(target, propertyKey(key))
}

function propertyKey(key: unknown): string {
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint') return String(key)
  throw new TypeError('The items of a JavaScript object are found by a str or an int.')
}

function length(target: object): unknown {
  const { length, size } = target as { length?: unknown; size?: unknown }
  const count = length ?? size
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : ABSENT
}

function contains(target: object, key: unknown): boolean {
  if (target instanceof Map || target instanceof Set) return target.has(key)
  if (isIterable(target)) return [...target].includes(key)
  return propertyKey(key) in target
}
