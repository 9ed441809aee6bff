import type { Core } from '../../types/native'
import { type CallOptions, WatchedOptions } from '../call-options'
import { seenFromHere } from '../errors'
import { decode, isOwnFailure, withMessage } from './bridge'
import { linkOf } from './cell'
import { type Abort, watch } from './limits'
import { placeNumbers, placeTicket } from './registers'

/** Asynchronous calls: operations that the core's worker threads perform. Neither sending nor settling waits for the GIL. */

/** A call that is in flight. */
interface Call {
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
  /** What must not be collected before Python has read the arguments. */
  readonly kept: unknown
  /** Puts an end to what its limits wait for. */
  readonly unwatch: (() => void) | undefined
}

/** So many results are taken at a time; then the event loop gets a turn. */
const BATCH = 4096

const calls = new Map<number, Call>()
let issued = 0
let native: Core
let isSettling = false

/** Connects this thread to the native core. */
export function connectCalls(core: Core): void {
  native = core
  calls.clear()
}

/** Whether a promise is being resolved, which reads `then` of its value: the answer is no, and Python is not asked. */
export function isResolving(): boolean {
  return isSettling
}

/** Performs an operation (see `Op`) on a worker thread. Whatever is wrong, also with the arguments, rejects. */
export function submit(op: number, interpreter: number, ...args: readonly unknown[]): Promise<unknown> {
  return submitWithin(undefined, op, interpreter, ...args)
}

/** The same within limits. */
export function submitWithin(
  limits: CallOptions | undefined,
  op: number,
  interpreter: number,
  ...args: readonly unknown[]
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    limits?.signal?.throwIfAborted()
    const number = nextNumber()
    const kept: unknown[] = []
    const isSent = withMessage(interpreter, args, kept, (...message) => {
      // Getters of the arguments can have aborted it.
      limits?.signal?.throwIfAborted()
      return native.submit(number, op, interpreter, ...message)
    })
    if (isSent === undefined) decode()
    const unwatch = limits === undefined ? undefined : watch(number, limits, aborting(limits))
    calls.set(number, { resolve, reject, kept, unwatch })
  })
}

/** Calls an object, or its method with the id `name`, with up to three numbers. `kept` is what must not be collected before. */
export function submitNumbers(
  object: number,
  name: number,
  kept: object,
  numbers: readonly number[],
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const number = nextNumber()
    placeNumbers(object, name, numbers.length, numbers[0], numbers[1], numbers[2])
    placeTicket(number)
    if (native.submitNumbers() === undefined) decode()
    calls.set(number, { resolve, reject, kept, unwatch: undefined })
  })
}

/** Rejects a call at once; in Python it ends as soon as it can. */
const abort: Abort = {
  because: (number, reason) => leave(number)?.reject(reason),
  with: (number, make) => leave(number)?.resolve(rejected(make)),
}

/** The call, which Python is told that nobody waits for. Undefined when it is over. */
function leave(number: number): Call | undefined {
  const call = calls.get(number)
  if (call === undefined) return undefined
  calls.delete(number)
  call.unwatch?.()
  native.cancel(number)
  return call
}

/**
 * A promise that rejects with an error that `make` makes. That of a call is resolved with it: then `make` runs where V8 knows who awaits the call,
 * and its stack shows them ("async" frames), which costs calls without an error nothing.
 */
async function rejected(make: () => unknown): Promise<never> {
  // The promise of the call is linked to this one by the first turn, and seen from here in the second.
  await undefined
  await undefined
  throw make()
}

function aborting(limits: CallOptions): Abort {
  if (!(limits instanceof WatchedOptions)) return abort
  const noted = (end: Abort['because']): Abort['because'] => {
    return (number, how) => {
      limits.aborted = number
      end(number, how)
    }
  }
  return { because: noted(abort.because), with: noted(abort.with as Abort['because']) }
}

/** Takes the results that have arrived. */
export function settle(): void {
  for (let i = 0; i < BATCH; i++) {
    const number = native.take()
    if (number < 0) return
    const call = calls.get(number)
    calls.delete(number)
    if (call !== undefined) settleCall(call)
  }
}

function settleCall(call: Call): void {
  call.unwatch?.()
  let value: unknown
  try {
    value = decode()
  } catch (error) {
    if (isOwnFailure()) call.resolve(rejected(() => seenFromHere(error as Error)))
    else call.reject(error)
    return
  }
  resolve(call, value)
}

function resolve(call: Call, value: unknown): void {
  isSettling = linkOf(value) !== undefined
  try {
    call.resolve(value)
  } finally {
    isSettling = false
  }
}

function nextNumber(): number {
  do issued = (issued + 1) >>> 0
  while (calls.has(issued))
  return issued
}
