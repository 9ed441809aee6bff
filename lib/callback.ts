import type { Dispatcher } from '../types/native'
import { ABSENT, Answer } from './callback/answer'
import { call, dispose, disposeAsync, isInstance, isSubclass, primitive } from './callback/classes'
import { clear, contains, deleteItem, item, length, setItem, splice } from './callback/items'
import {
  asyncIterator,
  asyncNext,
  iterator,
  keyIterator,
  leave,
  next,
  send,
  throwInto,
} from './callback/iteration'
import { deleteMember, member, memberNames, setMember } from './callback/members'
import { parametersOf } from './callback/signature'
import { describe } from './callback/text'
import { answer, decodeArguments, disconnect, references } from './codec/bridge'
import { submit } from './codec/calls'
import { type Link, linkOf } from './codec/cell'
import { refer } from './codec/ref'
import type { Entry } from './codec/refs'
import { AsyncOp, Dispatch } from './codec/tags'
import { asThrown } from './codec/thrown'

type Operation = (target: never, args: unknown[], entry: Entry) => unknown

/** Answers the calls of Python on JavaScript values. Never throws: what is thrown goes to Python. */
export const dispatch: Dispatcher = (op, ref, interpreter) => {
  if (op === Dispatch.DISCONNECT) return disconnect()
  try {
    const entry = references.entry(ref)
    const result = operation(op)(entry.value as never, decodeArguments(), entry)
    return reply(result, entry.isLive && READS.has(op), interpreter)
  } catch (error) {
    return answer(interpreter, (encoder) => encoder.thrown(error))
  }
}

function reply(result: unknown, isLive: boolean, interpreter: number): ReturnType<Dispatcher> {
  if (isDirect(result)) return result
  if (result instanceof Answer) return answer(interpreter, result.write)
  return answer(interpreter, (encoder) => encoder.value(isLive ? refer(result) : result))
}

function isDirect(value: unknown): value is undefined | null | boolean | number | string {
  return value === null || ['undefined', 'boolean', 'number', 'string'].includes(typeof value)
}

function operation(op: number): Operation {
  const known = OPERATIONS[op]
  if (known === undefined) throw new Error(`Python asked for the unknown operation ${op}.`)
  return known
}

/** What reads from an object: the result of a live one is live. */
const READS: ReadonlySet<number> = new Set([Dispatch.GET, Dispatch.GET_ITEM, Dispatch.NEXT])

const OPERATIONS: Readonly<Record<number, Operation>> = {
  [Dispatch.CALL]: (target: () => unknown, args, { receiver }) => call(target, args, receiver),
  [Dispatch.NEW]: (target: new () => unknown, args) => Reflect.construct(target, args),
  [Dispatch.GET]: (target: object, [name]) => member(target, name as string),
  [Dispatch.SET]: (target: object, [name, value]) => setMember(target, name as string, value),
  [Dispatch.DELETE]: (target: object, [name]) => deleteMember(target, name as string),
  [Dispatch.REPR]: (target: unknown) => describe(target),
  [Dispatch.DIR]: (target: object) => memberNames(target),
  [Dispatch.SIGNATURE]: (target: object) => parametersOf(target) ?? ABSENT,
  [Dispatch.ITER]: (target: object, _args, { isLive }) => iterator(target, isLive),
  [Dispatch.NEXT]: (target: Iterator<unknown>) => next(target),
  [Dispatch.SEND]: (target: Iterator<unknown>, [value], { isLive }) => send(target, value, isLive),
  [Dispatch.THROW]: (target: Iterator<unknown>, [error], { isLive }) => throwInto(target, error, isLive),
  [Dispatch.RETURN]: (target: Iterator<unknown>) => leave(target),
  [Dispatch.ASYNC_ITER]: (target: object, _args, { isLive }) => asyncIterator(target, isLive),
  [Dispatch.ASYNC_NEXT]: (target: AsyncIterator<unknown>, _args, { isLive }) => asyncNext(target, isLive),
  [Dispatch.THEN]: (target: PromiseLike<unknown>, [settle]) => settleWith(target, settle as object),
  [Dispatch.GET_ITEM]: (target: object, [key]) => item(target, key),
  [Dispatch.SET_ITEM]: (target: object, [key, value]) => setItem(target, key, value),
  [Dispatch.DELETE_ITEM]: (target: object, [key]) => deleteItem(target, key),
  [Dispatch.LENGTH]: (target: object) => length(target),
  [Dispatch.CONTAINS]: (target: object, [key]) => contains(target, key),
  [Dispatch.SPLICE]: (target: unknown[], args) => splice(target, args),
  [Dispatch.KEYS]: (target: object, _args, { isLive }) => keyIterator(target, isLive),
  [Dispatch.CLEAR]: (target: object) => clear(target),
  [Dispatch.ADD]: (target: Set<unknown>, [value]) => void target.add(value),
  [Dispatch.INSTANCE_OF]: (target: object, [value]) => isInstance(target, value),
  [Dispatch.SUBCLASS_OF]: (target: object, [value]) => isSubclass(target, value),
  [Dispatch.DISPOSE]: (target: Disposable) => dispose(target),
  [Dispatch.ASYNC_DISPOSE]: (target: AsyncDisposable) => disposeAsync(target),
  [Dispatch.PRIMITIVE]: (target: object) => primitive(target),
  [Dispatch.PING]: () => null,
}

/**
 * Has Python told how the promise settles, once it does, as `await` takes it: what a thenable gives may be one again. Nobody waits
 * for an answer, and where Python has ended meanwhile, nobody for the promise.
 */
function settleWith(promise: PromiseLike<unknown>, settle: object): void {
  const { interpreter } = linkOf(settle) as Link
  const tell = (...how: [true, unknown] | [false, ...thrown: [unknown, unknown]]): Promise<unknown> =>
    submit(AsyncOp.SETTLE, interpreter, settle, ...how)
  Promise.resolve(promise)
    .then((value) => tell(true, value))
    .catch((reason) => tell(false, ...asThrown(reason)))
    .catch(() => undefined)
}
