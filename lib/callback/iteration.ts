import { run } from '../codec/bridge'
import { linkOf } from '../codec/cell'
import { isIterable } from '../codec/kinds'
import { refer } from '../codec/ref'
import { JsKind, Op } from '../codec/tags'
import { asThrown } from '../codec/thrown'
import { ABSENT, Answer } from './answer'
import { keys } from './items'

export function iterator(target: object, isLive: boolean): Answer {
  return isIterable(target) ? byReference(target[Symbol.iterator](), JsKind.ITERATOR, isLive) : ABSENT
}

export function keyIterator(target: object, isLive: boolean): Answer {
  return byReference(keys(target)[Symbol.iterator](), JsKind.ITERATOR, isLive)
}

export function asyncIterator(target: object, isLive: boolean): Answer {
  const make = (target as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator]
  if (typeof make !== 'function') return ABSENT
  return byReference(make.call(target), JsKind.ASYNC_ITERATOR, isLive)
}

function byReference(iterator: object, kind: number, isLive: boolean): Answer {
  return new Answer((encoder) => encoder.iterator(iterator, kind, isLive))
}

export function next(iterator: Iterator<unknown>): unknown {
  const { done, value } = checked(iterator.next())
  return done ? new Answer((encoder) => encoder.stop(value)) : value
}

/** `[done, value]`, as Python unpacks it. */
export function send(iterator: Iterator<unknown>, value: unknown, isLive: boolean): unknown[] {
  return pair(checked(iterator.next(value)), isLive)
}

/** Throws into a generator what Python raised: a PythonError, or the error of JavaScript's that it was. */
export function throwInto(iterator: Iterator<unknown>, raised: unknown, isLive: boolean): unknown[] {
  const error = asThrownHere(raised)
  if (typeof iterator.throw === 'function') return pair(checked(iterator.throw(error)), isLive)
  iterator.return?.()
  throw error
}

/** A live exception as a PythonError: by raising it, where there is no generator to catch it. */
function asThrownHere(raised: unknown): unknown {
  const link = linkOf(raised)
  if (link === undefined) return raised
  try {
    return run(Op.THROW, link.interpreter, link, ...asThrown(raised))
  } catch (error) {
    return error
  }
}

function pair({ done, value }: IteratorResult<unknown>, isLive: boolean): unknown[] {
  return [done === true, isLive ? refer(value) : value]
}

/** `[done, value]`, as Python unpacks it. */
export async function asyncNext(iterator: AsyncIterator<unknown>, isLive: boolean): Promise<unknown[]> {
  const { done, value } = checked(await iterator.next())
  return [done === true, done === true ? null : isLive ? refer(value) : value]
}

/** Ends the iteration. That of an async iterator is a promise for Python to await. */
export function leave(iterator: Partial<Iterator<unknown>>): unknown {
  const left: unknown = iterator.return?.()
  return Symbol.asyncIterator in iterator ? Promise.resolve(left).then(() => undefined) : undefined
}

function checked(result: unknown): IteratorResult<unknown> {
  if (Object(result) !== result)
    throw new TypeError('The result of next() of a JavaScript iterator is not an object.')
  return result as IteratorResult<unknown>
}
