/** Cancellation through both languages: of what waits for JavaScript, and of what JavaScript waits for. */
import assert from 'node:assert/strict'
import { setTimeout as pause, setImmediate } from 'node:timers/promises'
import { callOptions } from 'python-ts'
import { everywhereAndShared } from '../support/places'

everywhereAndShared(__filename, (py, test) => {
  py.exec(`
import asyncio
log = []
async def add(a, b): return a + b
async def await_it(promise):
    try:
        log.append('waits')
        return await promise
    except asyncio.CancelledError:
        log.append('cancelled')
        raise
async def outer(promise):
    try: return await asyncio.create_task(await_it(promise))
    except asyncio.CancelledError:
        log.append('outer')
        raise
async def within(promise, seconds):
    try: return await asyncio.wait_for(await_it(promise), seconds)
    except asyncio.TimeoutError: return 'late'
async def directly(promise, seconds):
    try: return await asyncio.wait_for(promise, seconds)
    except asyncio.TimeoutError: return 'late'
async def shielded(promise):
    global inner
    inner = asyncio.ensure_future(await_it(promise))
    return await asyncio.shield(inner)
async def of_inner(): return await inner
async def drop(promise):
    task = asyncio.create_task(await_it(promise))
    while not log: await asyncio.sleep(0)
    task.cancel()
    try: await task
    except asyncio.CancelledError: return 'dropped'
async def swallow(promise):
    try: await await_it(promise)
    except asyncio.CancelledError: pass
    log.append('goes on')
    await asyncio.sleep(0)
    log.append('ends')
    return 5
async def both(one, two): return await asyncio.gather(await_it(one), await_it(two))
async def call(f): return await f()
def catch():
    try:
        log.append('waits')
        while True: pass
    except KeyboardInterrupt:
        log.append('caught')
        return 5
`)
  const main = py.import('__main__')
  const take = () => py.eval('[log.copy(), log.clear()][0]')
  const never = () => new Promise<never>(() => undefined)
  const until = async (count: number) => {
    while ((py.eval('len(log)') as number) < count) await pause(1)
  }

  /** Calls the twin of `name`, aborts it when Python waits, and gives what Python has noted when it has noted so much. */
  async function aborted(name: string, count: number, ...args: unknown[]): Promise<unknown> {
    const controller = new AbortController()
    const call = main[`${name}_async`](...args, callOptions({ signal: controller.signal }))
    const rejected = assert.rejects(call, { message: 'enough' })
    await until(1)
    controller.abort(new Error('enough'))
    await rejected
    await until(count)
    assert.equal(await main.add_async(1, 2), 3)
    return take()
  }

  test('an abort while a coroutine awaits a promise', async () => {
    assert.deepEqual(await aborted('await_it', 2, never()), ['waits', 'cancelled'])
  })

  test('an abort reaches the inner task first', async () => {
    assert.deepEqual(await aborted('outer', 3, never()), ['waits', 'cancelled', 'outer'])
  })

  test('an abort reaches all that are gathered', async () => {
    const notes = await aborted('both', 4, never(), never())
    assert.deepEqual(notes, ['waits', 'waits', 'cancelled', 'cancelled'])
  })

  test('a promise that settles after the task was cancelled', async () => {
    for (const settle of [() => 'late', () => Promise.reject(new Error('late'))]) {
      let done: ((value: unknown) => void) | undefined
      const promise = new Promise((resolve) => (done = resolve))
      assert.deepEqual(await aborted('await_it', 2, promise), ['waits', 'cancelled'])
      done?.(settle())
      await setImmediate()
      assert.equal(await main.add_async(1, 2), 3)
      await promise.catch(() => undefined)
    }
  })

  test('a task that Python cancels leaves the promise alone', async () => {
    let done: ((value: unknown) => void) | undefined
    const promise = new Promise((resolve) => (done = resolve))
    assert.equal(await main.drop_async(promise), 'dropped')
    assert.deepEqual(take(), ['waits', 'cancelled'])
    done?.('settled')
    assert.equal(await promise, 'settled')
    assert.equal(await main.await_it_async(promise), 'settled')
    take()
  })

  test('asyncio.wait_for', async () => {
    assert.equal(await main.within_async(never(), 0.005), 'late')
    assert.equal(await main.directly_async(never(), 0.005), 'late')
    assert.equal(await main.within_async(Promise.resolve('in time'), 60), 'in time')
    assert.equal(await main.directly_async(pause(1, 'in time'), 60), 'in time')
    const mine = new RangeError('mine')
    const failed = main.directly_async(Promise.reject(mine), 60)
    assert.equal(await failed.catch((error: unknown) => error), mine)
    assert.deepEqual(take(), ['waits', 'cancelled', 'waits'])
  })

  test('asyncio.shield keeps what is inside from an abort', async () => {
    let done: ((value: unknown) => void) | undefined
    const promise = new Promise((resolve) => (done = resolve))
    assert.deepEqual(await aborted('shielded', 1, promise), ['waits'])
    done?.('settled')
    assert.equal(await main.of_inner_async(), 'settled')
    assert.deepEqual(take(), [])
    py.exec('del inner')
  })

  test('what swallows its cancellation goes on, and its result is dropped', async () => {
    const notes = await aborted('swallow', 4, never())
    assert.deepEqual(notes, ['waits', 'cancelled', 'goes on', 'ends'])
    assert.deepEqual(await aborted('catch', 2), ['waits', 'caught'])
  })

  test('an abort by a function that the task itself calls', async () => {
    const controller = new AbortController()
    const abort = () => {
      controller.abort('by itself')
      return never()
    }
    const call = main.call_async(abort, callOptions({ signal: controller.signal }))
    assert.equal(await call.catch((error: unknown) => error), 'by itself')
    assert.equal(await main.add_async(1, 2), 3)
  })

  test('an aborted call in an aborted call', async () => {
    const controller = new AbortController()
    const options = callOptions({ signal: controller.signal })
    const inner = () => main.await_it_async(never(), options)
    const call = main.call_async(inner, options).catch((error: unknown) => error)
    await until(1)
    controller.abort('both')
    assert.equal(await call, 'both')
    await until(2)
    assert.deepEqual(take(), ['waits', 'cancelled'])
  })
})
