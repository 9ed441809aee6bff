/**
 * `node --expose-gc bench/soak.mjs [SECONDS]`: does a bit of everything in a loop for so long (a minute, unless told), prints the memory and the
 * references of both sides ten times, and fails when they have grown. An hour of it (`3600`) stands for a day.
 */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { setImmediate } from 'node:timers/promises'
import { inRoot } from '../scripts/setup/paths.mjs'

const require = createRequire(import.meta.url)
const { Python } = require('..')
const bridge = require('../dist/codec/bridge.js')

/** What the allocators of both sides may keep for themselves. */
const SLACK = 48 * 2 ** 20
const REPORTS = 10
/** The reports before this one belong to the warm-up. */
const WARM = 3

const seconds = Number(process.argv[2] ?? 60)
assert.ok(seconds > 0, 'the duration is a number of seconds')
assert.ok(globalThis.gc, 'run it with node --expose-gc')

const py = new Python()
py.add_syspath(inRoot('plugins'))
py.exec(`
class Thing:
    def __init__(self, size=0): self.payload = bytearray(size)
    def call(self, f, *args): return f(*args)
`)
const { Thing } = py.import('__main__')
const dummy = py.import('Dummy').Dummy()
const text = '数据 é ascii '.repeat(40)
const document = { list: [1, 2.5, 'x', null, [true]], text, nested: { a: { b: 2n ** 70n } } }

/** One round of work; the numbers make each round another one. */
async function round(number) {
  for (let i = 0; i < 200; i++) {
    const thing = new Thing(1024)
    assert.equal(dummy.add(i, number), i + number)
    assert.equal(dummy.echo(text), text)
    assert.equal(
      thing.call((x, y) => x * y, i, 2),
      2 * i,
    )
    thing[`name${i % 20}`] = number
    assert.equal(thing[`name${i % 20}`], number)
    assert.equal([...dummy.countdown(3)].length, 3)
    assert.throws(() => dummy.fail(`${i}`), { message: `${i}` })
    assert.equal(py.import('Dummy').Dummy, py.import('Dummy').Dummy)
  }
  assert.deepEqual(dummy.echo(document), document)
  assert.equal(await dummy.add_async(number, 1), number + 1)
  await setImmediate()
}

async function settled() {
  for (let i = 0; i < 5; i++) {
    globalThis.gc()
    py.exec('import gc; gc.collect()')
    await setImmediate()
  }
  return {
    rss: process.memoryUsage.rss(),
    python: bridge.core.references(0),
    javascript: bridge.references.size,
  }
}

const start = performance.now()
let rounds = 0
let before
for (let report = 0; report <= REPORTS; report++) {
  const until = start + (seconds * 1000 * report) / REPORTS
  do await round(rounds++)
  while (performance.now() < until)
  const now = await settled()
  if (report === WARM) before = now
  const megabytes = (now.rss / 2 ** 20).toFixed(1)
  console.log(
    `${((performance.now() - start) / 1000).toFixed(0).padStart(6)} s  ${String(rounds).padStart(7)} rounds  ${megabytes.padStart(7)} MB  ` +
      `${now.python} Python objects  ${now.javascript} JavaScript values`,
  )
  if (report <= WARM) continue
  assert.ok(now.rss - before.rss < SLACK, `the memory has grown from ${before.rss} to ${now.rss} bytes`)
  assert.ok(now.python <= before.python, `${now.python} Python objects are held, before ${before.python}`)
  assert.ok(now.javascript <= before.javascript, `${now.javascript} JavaScript values are held`)
}
