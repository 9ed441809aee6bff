import { isClass } from '../codec/kinds'
import { ABSENT } from './answer'

/** A class makes an instance: it knows no other call. */
export function call(target: () => unknown, args: unknown[], receiver: unknown): unknown {
  return isClass(target) ? Reflect.construct(target, args) : Reflect.apply(target, receiver, args)
}

export function isInstance(target: object, value: unknown): boolean {
  return value instanceof (target as new () => unknown)
}

export function isSubclass(target: object, value: unknown): boolean {
  let level = typeof value === 'function' ? (value as object | null) : null
  while (level !== null && level !== target) level = Object.getPrototypeOf(level) as object | null
  return level === target
}

export function dispose(target: Partial<Disposable>): void {
  target[Symbol.dispose]?.()
}

export async function disposeAsync(target: Partial<AsyncDisposable>): Promise<void> {
  await target[Symbol.asyncDispose]?.()
}

/** The number that an object stands for. Text is none: it would join where Python adds. */
export function primitive(target: object): unknown {
  const convert = (target as { [Symbol.toPrimitive]?: unknown })[Symbol.toPrimitive]
  const value: unknown = typeof convert === 'function' ? convert.call(target, 'number') : target.valueOf()
  return typeof value === 'number' || typeof value === 'bigint' ? value : ABSENT
}
