/** Memory: what is dropped on one side is dropped on the other. It is measured for the process, so in one place. */
import assert from 'node:assert/strict'
import { setTimeout as pause, setImmediate } from 'node:timers/promises'
import { Python } from 'python-ts'
import { counts, test } from '../support/leaks'

const py = new Python()
py.exec(`
import gc
deleted = 0
class Counted:
    def __del__(self):
        global deleted
        deleted += 1
    def method(self, x=None): return x
def echo(x): return x
def call(f, *args): return f(*args)
def repeat(f, n):
    for i in range(n): f(i)
kept = None
`)
const main = py.import('__main__')
const MB = 1024 * 1024
const isGlibc = 'glibcVersionRuntime' in (process.report.getReport() as { header: object }).header
/** What the allocators of both sides may keep for themselves. */
const SLACK = 24 * MB

async function collect(isDone: () => boolean = () => false): Promise<void> {
  for (let i = 0; i < 100 && !isDone(); i++) {
    globalThis.gc?.()
    await setImmediate()
    await pause(i < 5 ? 1 : 10)
    py.exec('gc.collect(0)')
  }
}

/** How much the process grows while `run` runs a second time, after a first time as warm-up. */
async function growth(run: () => void): Promise<number> {
  run()
  await collect(() => counts().python < 20)
  const before = process.memoryUsage.rss()
  run()
  await collect(() => counts().python < 20)
  return process.memoryUsage.rss() - before
}

test('10⁵ live objects created and dropped: both counts return to zero', async () => {
  const before = counts().python
  main.deleted = 0
  const { Counted } = main
  for (let i = 0; i < 100_000; i++) {
    const object = Counted()
    if (i % 1000 === 0) assert.equal(object.method(i), i)
    if (i % 10_000 === 0) await setImmediate()
  }
  await collect(() => counts().python <= before + 1 && main.deleted === 100_000)
  assert.equal(main.deleted, 100_000)
  assert.ok(counts().python <= before + 1, String(counts().python))
})

test('10⁵ live objects in one list, dropped at once', async () => {
  const before = counts().python
  main.deleted = 0
  let list: unknown[] | undefined = py.eval('[Counted() for _ in range(100_000)]')
  assert.equal(list?.length, 100_000)
  assert.ok(counts().python >= before + 100_000)
  list = undefined
  await collect(() => main.deleted === 100_000)
  assert.equal(main.deleted, 100_000)
})

test('10⁵ objects released by gc, and by clear', () => {
  const own = new Python({ context: true })
  try {
    own.exec('n = 0\nclass Counted:\n  def __del__(self):\n    global n\n    n += 1')
    const Counted = own.eval('Counted')
    for (let i = 0; i < 50_000; i++) own.gc(Counted())
    const kept = Array.from({ length: 50_000 }, () => Counted())
    assert.ok(own.clear() >= kept.length)
    assert.equal(own.eval('n'), 100_000)
  } finally {
    own.delete()
  }
})

test('10⁶ calls leave the memory flat', async () => {
  const echo = py.eval('echo')
  const { method } = py.eval('Counted()')
  const grown = await growth(() => {
    for (let i = 0; i < 500_000; i++) {
      if (echo(i) !== i) assert.fail()
      if (method('text') !== 'text') assert.fail()
    }
  })
  assert.ok(grown < SLACK, `${grown / MB} MB`)
})

test('10⁵ conversions of containers leave the memory flat', async () => {
  const echo = py.eval('echo')
  const value = {
    list: [1, 2.5, 'x', null],
    text: 'é😀',
    nested: { a: [true, { b: 2n ** 70n }] },
    bytes: Buffer.from('abc'),
  }
  const grown = await growth(() => {
    for (let i = 0; i < 50_000; i++) echo(value)
  })
  assert.ok(grown < SLACK, `${grown / MB} MB`)
  assert.deepEqual(echo(value), value)
})

test('large bytes leave the memory flat, and meet pages that the process has', async () => {
  const echo = py.eval('echo')
  const value = Buffer.alloc(MB, 'python-ts')
  const run = () => {
    for (let i = 0; i < 300; i++) assert.equal(echo(value).byteLength, MB)
  }
  const grown = await growth(run)
  // The room for two rounds of V8's, of 32 MB each, may stay with the process or not; 300 MB went there and back.
  assert.ok(grown < 64 * MB + SLACK, `${grown / MB} MB`)
  const faults = () => {
    const before = process.resourceUsage().minorPageFault
    run()
    return (process.resourceUsage().minorPageFault - before) / 300
  }
  const each = Array.from({ length: 6 }, faults)
  assert.equal(echo(value).compare(value), 0)
  // Of 256 pages that JavaScript gets with each; a system short of memory takes some of them. What other C libraries do with freed memory is theirs.
  if (isGlibc) assert.ok(Math.min(...each) < 64, `${each} page faults a call`)
})

test('10⁵ callbacks leave the memory flat, and no reference', async () => {
  const before = counts().javascript
  const call = py.eval('call')
  const repeat = py.eval('repeat')
  const grown = await growth(() => {
    for (let i = 0; i < 50_000; i++) call((x: number) => x + i, 1)
    repeat((i: number) => [i], 50_000)
  })
  assert.ok(grown < SLACK, `${grown / MB} MB`)
  await collect(() => counts().javascript <= before)
  assert.ok(counts().javascript <= before, String(counts().javascript))
})

test('10⁵ errors leave the memory flat', async () => {
  const call = py.eval('call')
  const fails = py.eval('lambda x: {}[x]')
  const grown = await growth(() => {
    for (let i = 0; i < 20_000; i++) {
      try {
        fails('k')
      } catch {}
      try {
        call(() => {
          throw new Error('x')
        })
      } catch {}
    }
  })
  assert.ok(grown < SLACK, `${grown / MB} MB`)
})

test('method functions, wrappers and attributes do not pile up', async () => {
  const before = counts().python
  for (let i = 0; i < 20_000; i++) {
    const object = main.Counted()
    object.method(1)
    object[`attribute${i % 10}`] = i
    assert.equal(typeof object.__wrapper__.value, 'string')
  }
  await collect(() => counts().python <= before)
  assert.ok(counts().python <= before + 2, String(counts().python))
})

test('a JavaScript object that dies does not release the one that was handed out after it', async () => {
  py.exec('one = Counted()')
  for (let round = 0; round < 50; round++) {
    let first = py.eval('one')
    assert.equal(first.method(round), round)
    first = undefined
    globalThis.gc?.()
    // The finalizer of the first one has not run: this is another JavaScript object for the same reference.
    const second = py.eval('one')
    await setImmediate()
    globalThis.gc?.()
    await pause(1)
    assert.equal(second.method(round), round)
    assert.equal(py.eval('one'), second)
  }
})

test('nor after gc', async () => {
  for (let round = 0; round < 50; round++) {
    const first = py.eval('one')
    py.gc(first)
    const second = py.eval('one')
    globalThis.gc?.()
    await setImmediate()
    assert.equal(second.method(round), round)
  }
})

test('a method keeps its object alive', async () => {
  main.deleted = 0
  let { method } = main.Counted()
  await collect(() => main.deleted > 0 || Math.random() < 0.2)
  assert.deepEqual([method(5), main.deleted], [5, 0])
  method = undefined
  await collect(() => main.deleted === 1)
  assert.equal(main.deleted, 1)
})

test('iterators left early and late are given back', async () => {
  const before = counts().python
  const numbers = py.eval('lambda: (Counted() for _ in range(3))')
  for (let i = 0; i < 1000; i++) {
    for (const _ of numbers()) if (i % 2) break
  }
  await collect(() => counts().python <= before + 3)
  assert.ok(counts().python <= before + 3, String(counts().python))
})
