/**
 * `node --expose-gc bench/soak.mjs [SECONDS]`: does a bit of everything in a loop for so long (a minute, unless told), prints the memory and the
 * references of both sides ten times, and fails when they have grown. An hour of it (`3600`) stands for a day.
 */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { setImmediate } from 'node:timers/promises'
import { inRoot } from '../scripts/setup/paths.mjs'

const require = createRequire(import.meta.url)
const { callOptions, Python } = require('..')
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

async def count(n):
    for i in range(n): yield i

async def answer(promise):
    return await promise
`)
const { Thing, count, answer } = py.import('__main__')
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
  await asynchronous(number)
  data(number)
  await setImmediate()
}

/** Asynchronous calls: many at once, coroutines, generators, exceptions, time limits. */
async function asynchronous(number) {
  assert.equal(await dummy.add_async(number, 1), number + 1)
  const many = Array.from({ length: 50 }, (_, i) => dummy.echo_async({ ...document, number: i }))
  for (const [i, echoed] of (await Promise.all(many)).entries()) {
    assert.deepEqual(echoed, { ...document, number: i })
  }
  assert.equal(await answer(Promise.resolve(number)), number)
  let sum = 0
  for await (const i of count(4)) sum += i
  for await (const i of py.iter_async(dummy.countdown(3))) sum += i
  assert.equal(sum, 12)
  await assert.rejects(dummy.fail_async('later'), { message: 'later' })
  await assert.rejects(dummy.add_async(1, 2, callOptions({ signal: AbortSignal.abort() })), {
    name: 'AbortError',
  })
}

/** Records with names of their own, bytes, arrays, JavaScript objects and functions in Python. */
function data(number) {
  const records = Array.from({ length: 20 }, (_, id) => ({
    id,
    [`key${number % 3000}`]: `value ${id}`,
    at: new Date(id),
  }))
  assert.deepEqual(dummy.echo(records), records)
  const bytes = Buffer.alloc(100_000, number)
  assert.equal(Buffer.compare(dummy.echo(bytes), bytes), 0)
  const array = py.ndarray(Float64Array.of(1, 2, 3, number), [2, 2])
  assert.equal(array.sum(), 6 + number)
  const listener = {
    number,
    seen: [],
    add(x) {
      this.seen.push(x)
    },
  }
  py.eval`[${py.ref(listener)}.add(i) for i in range(3)]`
  assert.deepEqual(listener.seen, [0, 1, 2])
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
