/**
 * `node bench/async.mjs`: asynchronous calls beside `fs.promises.stat`, Node's own way to a thread and back, in the same run: one after the other,
 * and a thousand in flight. The two take turns, so that a change in the machine's speed hits them alike.
 */
import assert from 'node:assert/strict'
import { promises } from 'node:fs'
import { Python } from 'python-ts'
import { median } from './measure.mjs'

const ROUNDS = 9
const SEQUENTIAL = 4000
const IN_FLIGHT = 1000
const BATCHES = 40

const py = new Python()
py.exec('def dummy(): return "dummy"')
const { dummy_async } = py.import('__main__')

const rows = {
  'fs.promises.stat, one after the other': () => sequence(() => promises.stat('.')),
  'dummy_async(), one after the other': () => sequence(dummy_async, 'dummy'),
  'dummy_async(), 1,000 in flight': flights,
}

const rates = Object.fromEntries(Object.keys(rows).map((row) => [row, []]))
for (const run of Object.values(rows)) await run()
for (let round = 0; round < ROUNDS; round++) {
  for (const [row, run] of Object.entries(rows)) rates[row].push(await run())
}

const base = median(rates['fs.promises.stat, one after the other'])
for (const [row, measured] of Object.entries(rates)) {
  const rate = median(measured)
  console.log(`${row}: ${Math.round(rate)}/s, ${(rate / base).toFixed(2)} × stat`)
}

async function sequence(call, expected) {
  const start = performance.now()
  let result
  for (let i = 0; i < SEQUENTIAL; i++) result = await call()
  const rate = (SEQUENTIAL / (performance.now() - start)) * 1000
  if (expected !== undefined) assert.equal(result, expected)
  return rate
}

async function flights() {
  const start = performance.now()
  let results
  for (let i = 0; i < BATCHES; i++) {
    results = await Promise.all(Array.from({ length: IN_FLIGHT }, () => dummy_async()))
  }
  const rate = ((IN_FLIGHT * BATCHES) / (performance.now() - start)) * 1000
  assert.equal(results[IN_FLIGHT - 1], 'dummy')
  return rate
}
