import { throwOverflow } from './errors/overflow'
import { Kwargs, misplacedKwargs } from './kwargs'
import { isPlainObject } from './plain'

/** What ends an asynchronous call early. */
export interface CallLimits {
  /** When it is aborted, the call ends, and rejects with the signal's reason. */
  signal?: AbortSignal | undefined
  /** After so many milliseconds the call ends, and rejects with a TimeoutError. */
  timeout?: number | undefined
}

/** The limits of an asynchronous call, as `callOptions()` makes them. */
export class CallOptions {
  readonly signal: AbortSignal | undefined
  readonly timeout: number | undefined

  /** @throws TypeError or RangeError for anything else than a `signal` and a `timeout`. */
  constructor(limits: CallLimits) {
    if (typeof limits !== 'object' || limits === null || !isPlainObject(limits)) {
      throw new TypeError('The options of an asynchronous call are a plain object with signal and timeout.')
    }
    for (const name of Object.keys(limits)) checkName(name)
    // Read once: what is checked is what is used.
    const { signal, timeout }: { signal?: unknown; timeout?: unknown } = limits
    checkSignal(signal)
    checkTimeout(timeout)
    this.signal = signal
    this.timeout = timeout
  }
}

/** The limits of one call, which tell what became of it. */
export class WatchedOptions extends CallOptions {
  /** The number of the call, once its limits have ended it: Python may be at it still. */
  aborted: number | undefined
}

/** The longest time that a timer can wait. */
const MAX_TIMEOUT = 2 ** 31 - 1

/**
 * Marks limits of an asynchronous call: `await slow_async(1, callOptions({ timeout: 500 }))`. They stand at the end of the arguments, beside
 * `kwargs()`.
 *
 * @throws TypeError or RangeError for anything else than a `signal` and a `timeout`.
 */
export function callOptions(limits: CallLimits): CallOptions {
  return limits instanceof CallOptions ? limits : new CallOptions(limits)
}

/** Parts the arguments of an asynchronous call into the positional ones, the values of `kwargs()`, and the `callOptions()`. */
export function splitCall(
  values: readonly unknown[],
): [args: readonly unknown[], kwargs: object, options: CallOptions | undefined] {
  let end = values.length
  let kwargs: object | undefined
  let options: CallOptions | undefined
  for (; end > 0; end--) {
    const last = values[end - 1]
    if (last instanceof Kwargs && kwargs === undefined) kwargs = last.values
    else if (last instanceof CallOptions && options === undefined) options = last
    else break
  }
  return [end === values.length ? values : values.slice(0, end), kwargs ?? {}, options]
}

/** The error for a marker anywhere else than at the end of a call, or of the wrong kind of call. */
export function misplaced(marker: Kwargs | CallOptions): TypeError {
  if (marker instanceof Kwargs) return misplacedKwargs()
  return new TypeError(
    'callOptions() must be at the end of the arguments of an asynchronous call and come once.',
  )
}

function checkName(name: string): void {
  if (name === 'signal' || name === 'timeout') return
  throw new TypeError(`An asynchronous call has no option '${name}'; its options are signal and timeout.`)
}

function checkSignal(signal: unknown): asserts signal is AbortSignal | undefined {
  if (signal !== undefined && !isSignal(signal)) {
    throw new TypeError('The option signal of an asynchronous call must be an AbortSignal.')
  }
}

/** Whether it is a signal of this runtime, and not only an heir of their prototype. */
function isSignal(value: unknown): value is AbortSignal {
  try {
    return value instanceof AbortSignal && typeof value.aborted === 'boolean'
  } catch (error) {
    throwOverflow(error)
    return false
  }
}

function checkTimeout(timeout: unknown): asserts timeout is number | undefined {
  if (timeout === undefined) return
  if (typeof timeout !== 'number') {
    throw new TypeError('The option timeout of an asynchronous call must be a number of milliseconds.')
  }
  if (!(timeout >= 0 && timeout <= MAX_TIMEOUT)) {
    throw new RangeError(
      `The option timeout of an asynchronous call must be between 0 and ${MAX_TIMEOUT} milliseconds.`,
    )
  }
}
