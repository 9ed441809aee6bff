/** How long the event loop is late while Python computes: nanoseconds, the 99th percentile. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { BATCH } from './rows.mjs'

/** Steps of `bench_rows.busy`: about a second of pure Python each. */
export const STEPS = 10_000_000
const CALLS = 4
const RESOLUTION = 1

/** Four calls of `busy(STEPS)` compute, and in the meantime a thousand of `request()` are sent and awaited. */
export function delayOf(busy, request) {
  return async () => {
    const histogram = monitorEventLoopDelay({ resolution: RESOLUTION })
    histogram.enable()
    const computing = Array.from({ length: CALLS }, () => busy(STEPS))
    await Promise.all(Array.from({ length: BATCH }, request))
    await Promise.all(computing)
    histogram.disable()
    return Math.max(1, histogram.percentile(99) - RESOLUTION * 1e6)
  }
}
