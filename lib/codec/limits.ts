import type { CallOptions } from '../call-options'

/** Ends a call that is in flight, and rejects it. */
export interface Abort {
  because(call: number, reason: unknown): void
  /** With an error that is made for it. */
  with(call: number, make: () => unknown): void
}

/** The calls that wait for a signal, which has one listener for all of them, and how each is ended. */
interface Listening {
  readonly calls: Map<number, Abort>
  readonly listener: () => void
}

const signals = new WeakMap<AbortSignal, Listening>()

/** Has a call aborted when its limits say so. Returns what puts an end to that. */
export function watch(call: number, { signal, timeout }: CallOptions, abort: Abort): () => void {
  const timer =
    timeout === undefined ? undefined : setTimeout(() => abort.with(call, () => tooLong(timeout)), timeout)
  if (signal !== undefined) listen(signal, call, abort)
  return () => {
    clearTimeout(timer)
    if (signal !== undefined) leave(signal, call)
  }
}

/** As `AbortSignal.timeout()` gives it. */
function tooLong(timeout: number): DOMException {
  return new DOMException(`The Python call took longer than ${timeout} ms.`, 'TimeoutError')
}

function listen(signal: AbortSignal, call: number, abort: Abort): void {
  let listening = signals.get(signal)
  if (listening === undefined) {
    const calls: Listening['calls'] = new Map()
    listening = {
      calls,
      listener: () => {
        for (const [waiting, { because }] of [...calls]) because(waiting, signal.reason)
      },
    }
    signals.set(signal, listening)
    signal.addEventListener('abort', listening.listener)
  }
  listening.calls.set(call, abort)
}

/** A listener keeps some signals alive: it stays only as long as calls wait. */
function leave(signal: AbortSignal, call: number): void {
  const listening = signals.get(signal)
  if (listening === undefined) return
  listening.calls.delete(call)
  if (listening.calls.size > 0) return
  signal.removeEventListener('abort', listening.listener)
  signals.delete(signal)
}
