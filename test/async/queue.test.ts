/** The queue of calls: what goes on while all threads are busy, and the order in which calls begin. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { callOptions, Python } from 'python-ts'
import { test } from '../support/leaks'

for (const [where, options] of [
  ['the main interpreter', {}],
  ['a context', { context: true }],
  ['a context whose GIL is shared', { context: { gil: 'shared' } }],
] as const) {
  const py = new Python({ ...options, threads: 1 })
  py.exec(`
import asyncio, threading
log = []
gate = threading.Event()
started = threading.Event()
def block():
    started.set()
    gate.wait(60)
def note(x): log.append(x)
async def give(x):
    await asyncio.sleep(0)
    return x
async def await_it(x): return await x
async def agen():
    for i in range(3):
        await asyncio.sleep(0)
        yield i
class Manager:
    async def __aenter__(self): return 5
    async def __aexit__(self, *args): log.append('left')
`)
  const main = py.import('__main__')

  /** Blocks the only thread while `body` is at it. */
  async function whileBusy(body: () => void | Promise<void>): Promise<void> {
    const busy = main.block_async()
    while (!main.started.is_set()) await pause(1)
    try {
      await body()
    } finally {
      main.gate.set()
      await busy
      main.gate.clear()
      main.started.clear()
    }
  }

  test(`in ${where}, the loop goes on while all threads are busy`, async () => {
    let done: ((value: unknown) => void) | undefined
    const waiting = main.await_it_async(new Promise((resolve) => (done = resolve)))
    const iterator = main.agen()[Symbol.asyncIterator]()
    assert.equal((await iterator.next()).value, 0)
    await whileBusy(async () => {
      done?.('settled')
      assert.equal(await waiting, 'settled')
      assert.equal(await main.give(1), 1)
      assert.equal((await iterator.next()).value, 1)
      assert.equal(await py.with_async(py.eval('Manager()'), (value) => main.give(value)), 5)
      assert.deepEqual(py.eval('[log.copy(), log.clear()][0]'), ['left'])
    })
    await iterator.return()
  })

  test(`in ${where}, calls begin in the order in which they were sent`, async () => {
    let calls: Promise<unknown>[] = []
    await whileBusy(() => {
      calls = Array.from({ length: 500 }, (_, i) => main.note_async(i))
    })
    await Promise.all(calls)
    assert.deepEqual(
      py.eval('[log.copy(), log.clear()][0]'),
      Array.from({ length: 500 }, (_, i) => i),
    )
  })

  test(`in ${where}, thousands of calls that wait are cancelled at once, and those between begin`, async () => {
    const controller = new AbortController()
    const limits = callOptions({ signal: controller.signal })
    let ended: PromiseSettledResult<unknown>[] = []
    let kept: Promise<unknown>[] = []
    await whileBusy(async () => {
      const calls: Promise<unknown>[] = []
      kept = []
      for (let i = 0; i < 5000; i++) {
        calls.push(main.note_async(i, limits))
        if (i % 1000 === 0) kept.push(main.note_async(`kept ${i}`))
      }
      controller.abort('all')
      // At once, while the thread is busy still.
      ended = await Promise.allSettled(calls)
    })
    assert.ok(ended.every((result) => result.status === 'rejected' && result.reason === 'all'))
    await Promise.all(kept)
    assert.deepEqual(
      py.eval('[log.copy(), log.clear()][0]'),
      [0, 1, 2, 3, 4].map((i) => `kept ${i * 1000}`),
    )
  })
}
