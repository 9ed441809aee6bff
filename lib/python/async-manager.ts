import { CallOptions } from '../call-options'
import { submit, submitWithin } from '../codec/calls'
import { linkOf } from '../codec/cell'
import { watch } from '../codec/limits'
import { AsyncOp } from '../codec/tags'
import { asThrown } from '../codec/thrown'

/** What the body of an `async with` is given besides the value: it may end before the body does. */
export interface WithinManager {
  /** Aborted when the context was left before the body has ended, with what `with_async` rejects with. */
  readonly signal: AbortSignal
}

export type AsyncBody = (value: unknown, within?: WithinManager) => unknown

/** What AsyncOp.ENTER_ASYNC gives. */
type Stay = [value: unknown, end: unknown, settle: unknown]

/**
 * Python's `async with`, in one task of the asyncio loop. When that ends before `body` does, because it was cancelled, or by a limit, nobody
 * waits for `body` any more, and its signal is aborted.
 */
export async function withAsyncManager(
  interpreter: number,
  manager: unknown,
  body: AsyncBody,
  limits: CallOptions | undefined,
): Promise<unknown> {
  const ending = new AbortController()
  const unwatch = limits === undefined ? undefined : abortBy(limits, ending)
  const within = new CallOptions({ signal: ending.signal })
  let passage: Passage | undefined
  try {
    const [value, end, settle] = await enter(interpreter, manager, within)
    passage = new Passage(interpreter, settle, ending)
    const ended = submitWithin(within, AsyncOp.AWAIT, interpreter, end)
    void passage.run(body, value)
    const hasPassed = (await ended) === false
    return passage.end(hasPassed)
  } catch (error) {
    if (ending.signal.aborted) passage?.cancel()
    else ending.abort(error)
    throw error
  } finally {
    unwatch?.()
  }
}

function enter(interpreter: number, manager: unknown, limits: CallOptions | undefined): Promise<Stay> {
  return submitWithin(limits, AsyncOp.ENTER_ASYNC, interpreter, manager) as Promise<Stay>
}

/** Aborts `ending` when the limits say so. Returns what puts an end to that. */
function abortBy(limits: CallOptions, ending: AbortController): () => void {
  limits.signal?.throwIfAborted()
  return watch(0, limits, {
    because: (_, reason) => ending.abort(reason),
    with: (_, make) => ending.abort(make()),
  })
}

/** The body of an `async with`, while the task waits for it. */
class Passage {
  readonly #interpreter: number
  readonly #settle: unknown
  readonly #ending: AbortController
  #result: { value: unknown } | { thrown: unknown } | undefined

  constructor(interpreter: number, settle: unknown, ending: AbortController) {
    this.#interpreter = interpreter
    this.#settle = settle
    this.#ending = ending
  }

  /** Runs the body, and tells Python of its end, unless the task is over. */
  async run(body: AsyncBody, value: unknown): Promise<void> {
    const { signal } = this.#ending
    if (signal.aborted) return
    try {
      // Python's own functions take the value alone.
      const result = await (linkOf(body) === undefined ? body(value, { signal }) : body(value))
      this.#result ??= { value: result }
    } catch (thrown) {
      this.#result ??= { thrown }
    }
    if (signal.aborted) return
    const result = this.#result
    try {
      await ('thrown' in result ? this.#tell(false, ...asThrown(result.thrown)) : this.#tell(true, null))
    } catch (error) {
      this.#ending.abort(error)
    }
  }

  /** Cancels the task, if it goes on: that of a call that was not begun does. */
  cancel(): void {
    void this.#tell(null, null).catch(() => undefined)
  }

  /** The task is over: what comes of the body, where what it has thrown went through or not. */
  end(hasPassed: boolean): unknown {
    if (this.#result === undefined) {
      this.#ending.abort(new DOMException('The context was left before its body has ended.', 'AbortError'))
      return undefined
    }
    if ('value' in this.#result) return this.#result.value
    if (hasPassed) throw this.#result.thrown
    return undefined
  }

  #tell(...how: readonly unknown[]): Promise<unknown> {
    return submit(AsyncOp.SETTLE, this.#interpreter, this.#settle, ...how)
  }
}

/** An async context manager that was entered, for `await using`. */
export class EnteredAsync<T> {
  readonly #interpreter: number
  readonly #end: unknown
  /** Undefined when it was left. */
  #settle: unknown

  private constructor(
    interpreter: number,
    end: unknown,
    settle: unknown,
    /** What `__aenter__` gave. */
    readonly value: T,
  ) {
    this.#interpreter = interpreter
    this.#end = end
    this.#settle = settle
  }

  static async enter<T>(
    interpreter: number,
    manager: unknown,
    limits: CallOptions | undefined,
  ): Promise<EnteredAsync<T>> {
    const [value, end, settle] = await enter(interpreter, manager, limits)
    return new EnteredAsync(interpreter, end, settle, value as T)
  }

  /** Leaves the context, once: `__aexit__(None, None, None)`. Rejects with what that raises, or the task by which it was left before. */
  async [Symbol.asyncDispose](): Promise<void> {
    const settle = this.#settle
    this.#settle = undefined
    if (settle === undefined) return
    const left = submit(AsyncOp.SETTLE, this.#interpreter, settle, true, null)
    await Promise.all([left, submit(AsyncOp.AWAIT, this.#interpreter, this.#end)])
  }
}
