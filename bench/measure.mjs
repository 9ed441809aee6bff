/** The measurement of one operation in this process. Every sample asserts the value of its last run. */
import assert from 'node:assert/strict'
import { SAME } from './rows.mjs'

/** Durations in milliseconds. */
export const effort = {
  full: { trials: 5, warmUp: 400, sample: 10, samples: 40 },
  quick: { trials: 1, warmUp: 60, sample: 4, samples: 10 },
}

/** Nanoseconds per run: the median of the samples. */
export function measure(operation, expected, { warmUp, sample, samples }) {
  const first = operation()
  const check =
    expected === SAME ? (value) => assert.equal(value, first) : (value) => assert.deepEqual(value, expected)
  check(first)
  const runs = runsIn(sample, operation, warmUp)
  return median(Array.from({ length: samples }, () => timed(operation, runs, check)))
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Warms up, and finds out how many runs fit in a sample. */
function runsIn(sample, operation, warmUp) {
  const end = performance.now() + warmUp
  let runs = 1
  for (;;) {
    const took = timed(operation, runs, () => {}) * runs * 1e-6
    if (took < sample / 2) runs *= 2
    else if (performance.now() >= end) return Math.max(1, Math.round((runs * sample) / took))
  }
}

function timed(operation, runs, check) {
  let value
  const start = process.hrtime.bigint()
  for (let run = 0; run < runs; run++) value = operation()
  const took = Number(process.hrtime.bigint() - start)
  check(value)
  return took / runs
}
