import { isIterable } from '../codec/kinds'
import { refer } from '../codec/ref'
import { JsKind } from '../codec/tags'
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
