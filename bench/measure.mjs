/** The measurement of one operation in this process. Every sample asserts the value of its last run. */
import assert from 'node:assert/strict'
import { LIVE, SAME } from './rows.mjs'

/** Durations in milliseconds. */
export const effort = {
  full: { trials: 5, warmUp: 400, sample: 10, samples: 40 },
  curve: { trials: 1, warmUp: 100, sample: 5, samples: 15 },
  quick: { trials: 3, warmUp: 250, sample: 4, samples: 10 },
}

/** Nanoseconds per run: the median of the samples. */
export function measure(operation, expected, level) {
  const check = checkOf(expected, operation())
  const runs = runsIn(level, (runs) => timed(operation, runs, () => {}))
  return median(Array.from({ length: level.samples }, () => timed(operation, runs, check)))
}

/** The same of an operation that returns a promise: each run awaits it. */
export async function measureAsync(operation, expected, level) {
  const check = checkOf(expected, await operation())
  const end = performance.now() + level.warmUp
  let runs = 1
  for (;;) {
    const took = (await timedAsync(operation, runs, () => {})) * runs * 1e-6
    if (took < level.sample / 2) runs *= 2
    else if (performance.now() >= end) break
  }
  const samples = []
  while (samples.length < level.samples) samples.push(await timedAsync(operation, runs, check))
  return median(samples)
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Asserts what the operation gave, the first time too. */
export function checkOf(expected, first) {
  const check = comparison(expected, first)
  check(first)
  return check
}

function comparison(expected, first) {
  if (expected === SAME) return (value) => assert.equal(value, first)
  if (expected === LIVE) return (value) => assert.match(typeof value, /^(object|function)$/)
  return (value) => assert.deepEqual(value, expected)
}

/** Warms up, and finds out how many runs fit in a sample. `time` answers nanoseconds per run. */
function runsIn({ sample, warmUp }, time) {
  const end = performance.now() + warmUp
  let runs = 1
  for (;;) {
    const took = time(runs) * runs * 1e-6
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

async function timedAsync(operation, runs, check) {
  let value
  const start = process.hrtime.bigint()
  for (let run = 0; run < runs; run++) value = await operation()
  const took = Number(process.hrtime.bigint() - start)
  check(value)
  return took / runs
}
