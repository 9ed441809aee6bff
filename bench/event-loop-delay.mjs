/**
 * `node bench/event-loop-delay.mjs [SECONDS]`: how long the event loop is held up while four CPU-bound calls run in the main interpreter, and a thousand
 * more asynchronous calls are sent again and again. Prints percentiles of the delay, beside those of an idle event loop in the same process.
 */
import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { callOptions, Python } from 'python-ts'

const seconds = Number(process.argv[2] ?? 4)
/** In milliseconds: how often the monitor looks, which the percentiles include. */
const RESOLUTION = 1

const py = new Python({ threads: 8 })
py.exec(`
def busy():
    n = 0
    while True: n += 1
def echo(x): return x
`)
const { busy_async, echo_async } = py.import('__main__')

show('idle', await measured(() => pause(1000)))
const controller = new AbortController()
const running = Array.from({ length: 4 }, () =>
  busy_async(callOptions({ signal: controller.signal })).catch((reason) => reason),
)
await pause(100)
let calls = 0
show('four CPU-bound calls running, a thousand sent at a time', await measured(sendThousands))
controller.abort('enough')
assert.deepEqual(await Promise.all(running), ['enough', 'enough', 'enough', 'enough'])
console.log(`${calls} calls were answered meanwhile`)

async function sendThousands() {
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    const batch = Array.from({ length: 1000 }, (_, i) => echo_async(i))
    assert.equal((await Promise.all(batch))[999], 999)
    calls += batch.length
    await pause(1)
  }
}

async function measured(work) {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION })
  histogram.enable()
  await work()
  histogram.disable()
  return histogram
}

/** The monitor counts the time between its own turns: what is above its resolution is delay. */
function show(what, histogram) {
  const delay = (percentile) =>
    `${Math.max(0, histogram.percentile(percentile) / 1e6 - RESOLUTION).toFixed(2)} ms`
  console.log(`${what}: p50 ${delay(50)}, p99 ${delay(99)}, most ${delay(100)}`)
}
