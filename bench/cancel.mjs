/** How long a worker takes to come back from an endless loop: from the abort to the answer of its next call, nanoseconds, the slowest of some. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'

const TIMES = 20

/** `spin(signal)` runs `bench_rows.spin` on the only worker, `isSpinning()` says whether it has begun, and `next()` is a call for the same worker. */
export function cancelOf(spin, isSpinning, next) {
  return async () => {
    const times = []
    while (times.length < TIMES) times.push(await once(spin, isSpinning, next))
    return Math.max(...times)
  }
}

async function once(spin, isSpinning, next) {
  const controller = new AbortController()
  const endless = spin(controller.signal).then(
    () => undefined,
    (error) => error,
  )
  while (!isSpinning()) await pause(1)
  const start = performance.now()
  controller.abort()
  const value = await next()
  const took = performance.now() - start
  assert.equal(await endless, controller.signal.reason)
  assert.equal(value, 7)
  return took * 1e6
}
