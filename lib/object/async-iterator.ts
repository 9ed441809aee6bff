import type { CallOptions } from '../call-options'
import { submit, submitWithin } from '../codec/calls'
import type { Link } from '../codec/cell'
import { Stop } from '../codec/outcomes'
import { AsyncOp, Flag, Op } from '../codec/tags'

/** %AsyncIteratorPrototype%: where the runtime keeps its iterator methods. */
const AsyncIteratorPrototype = Object.getPrototypeOf(
  Object.getPrototypeOf((async function* () {})()),
) as object

/** The operations by which a Python iterator is iterated. */
interface Operations {
  readonly iter: number
  readonly next: number
  readonly close: number
}

const SYNC: Operations = { iter: Op.ITER, next: Op.NEXT, close: Op.CLOSE }
const ASYNC: Operations = { iter: AsyncOp.AITER, next: AsyncOp.ANEXT, close: AsyncOp.ACLOSE }

/**
 * A JavaScript async iterator over a Python async iterable, by its asyncio loop, or over any other iterable, by the worker threads. What
 * is asked of it is done in order, one after the other, as async generators do.
 */
export class PyAsyncIterator implements AsyncIterableIterator<unknown> {
  readonly #interpreter: number
  readonly #limits: CallOptions | undefined
  readonly #operations: Operations
  /** Python's iterator. It comes by a promise of ours, which does not ask whether it can be awaited itself. */
  readonly #iterator: Promise<unknown>
  /** Settled when all that was asked is done. */
  #last: Promise<unknown>
  #isOver = false

  /** The limits are of each step. */
  constructor(iterable: Link, limits?: CallOptions) {
    this.#interpreter = iterable.interpreter
    this.#limits = limits
    this.#operations = (iterable.flags & Flag.ASYNC_ITERABLE) !== 0 ? ASYNC : SYNC
    this.#iterator = submitWithin(limits, this.#operations.iter, iterable.interpreter, iterable)
    this.#last = this.#iterator.catch(() => undefined)
  }

  /** The next value. An exception of Python's rejects and ends the iteration. */
  next(): Promise<IteratorResult<unknown>> {
    return this.#inOrder(() => this.#advance())
  }

  /** Leaves early: closes a generator. */
  return(value?: unknown): Promise<IteratorResult<unknown>> {
    return this.#inOrder(async () => {
      if (!this.#isOver) await this.#close()
      return { done: true, value: await value }
    })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** An async function, so that the stack of an error shows who waits. */
  async #inOrder(act: () => Promise<IteratorResult<unknown>>): Promise<IteratorResult<unknown>> {
    const last = this.#last
    let done: (() => void) | undefined
    this.#last = new Promise<void>((resolve) => {
      done = resolve
    })
    try {
      await last
      return await act()
    } finally {
      done?.()
    }
  }

  async #advance(): Promise<IteratorResult<unknown>> {
    if (this.#isOver) return { done: true, value: undefined }
    try {
      const iterator = await this.#iterator
      const value = await submitWithin(this.#limits, this.#operations.next, this.#interpreter, iterator)
      if (!Stop.is(value)) return { done: false, value }
      this.#isOver = true
      // An async generator ends without a value.
      return { done: true, value: this.#operations === ASYNC ? undefined : value.value }
    } catch (error) {
      this.#isOver = true
      // A step that its limits have ended may not have begun, so that the generator waits still. Nobody waits for what comes of closing it.
      if (this.#limits !== undefined) void this.#close().catch(() => undefined)
      throw error
    }
  }

  async #close(): Promise<void> {
    this.#isOver = true
    await submit(this.#operations.close, this.#interpreter, await this.#iterator)
  }
}

Object.setPrototypeOf(PyAsyncIterator.prototype, AsyncIteratorPrototype)
