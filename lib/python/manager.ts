import { Op } from '../codec/tags'
import { asThrown } from '../codec/thrown'
import type { Run } from './runner'

/**
 * Python's `with`: enters, calls `body` with what `__enter__` gave, and leaves, after the promise settled where `body` returns one.
 * What is thrown goes to `__exit__`, and on to the caller unless it is suppressed; then the result is undefined.
 */
export function withManager(run: Run, manager: unknown, body: (value: unknown) => unknown): unknown {
  const value = run(Op.ENTER, 'with', manager)
  let result: unknown
  try {
    result = body(value)
  } catch (error) {
    return leaveWith(run, manager, error)
  }
  if (isPromise(result)) return leaveLater(run, manager, result)
  leave(run, manager)
  return result
}

async function leaveLater(run: Run, manager: unknown, promise: PromiseLike<unknown>): Promise<unknown> {
  let result: unknown
  try {
    result = await promise
  } catch (error) {
    return leaveWith(run, manager, error)
  }
  leave(run, manager)
  return result
}

function leave(run: Run, manager: unknown): void {
  run(Op.EXIT, 'with', manager, false, null, [])
}

function leaveWith(run: Run, manager: unknown, error: unknown): undefined {
  const isSuppressed = run(Op.EXIT, 'with', manager, true, ...asThrown(error))
  if (isSuppressed !== true) throw error
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    typeof (value as Partial<PromiseLike<unknown>>).then === 'function'
  )
}

/** A context manager that was entered, for `using`: the end of the block leaves it. */
export class Entered<T> {
  /** What `__enter__` gave. */
  readonly value: T
  readonly #run: Run
  /** Undefined when it was left. */
  #manager: unknown

  constructor(run: Run, manager: unknown) {
    this.#run = run
    this.value = run(Op.ENTER, 'enter', manager) as T
    this.#manager = manager
  }

  /** Leaves the context, once: `__exit__(None, None, None)`, since `using` does not tell what was thrown. */
  [Symbol.dispose](): void {
    const manager = this.#manager
    this.#manager = undefined
    if (manager !== undefined) leave(this.#run, manager)
  }
}
