/** `for await` over async generators, on the loop, and over everything else, on worker threads. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { everywhereAndShared } from '../support/places'

everywhereAndShared(__filename, (py, test) => {
  py.exec(`
import asyncio
log = []
class Thing: pass
thing = Thing()
async def add(a, b):
    await asyncio.sleep(0)
    return a + b
async def agen(n, fail=False):
    try:
        for i in range(n):
            await asyncio.sleep(0)
            yield i
        if fail: raise KeyError('end')
    finally:
        await asyncio.sleep(0)
        log.append(f'closed {n}')
def gen(n, fail=False):
    try:
        yield from range(n)
        if fail: raise KeyError('end')
        return 'done'
    finally: log.append(f'closed {n}')
async def endless():
    while True: yield 0
class Iterator:
    def __init__(self): self.n = 0
    def __aiter__(self): return self
    async def __anext__(self):
        self.n += 1
        if self.n > 3: raise StopAsyncIteration
        return self.n
`)
  const main = py.import('__main__')
  const taken = () => py.eval('[log.copy(), log.clear()][0]')

  test('for await over async iterables', async () => {
    assert.deepEqual(await collected(main.agen(3)), [0, 1, 2])
    assert.deepEqual(await collected(main.Iterator()), [1, 2, 3])
    assert.deepEqual(taken(), ['closed 3'])
  })

  test('for await over other iterables, on worker threads', async () => {
    assert.deepEqual(await collected(main.gen(3)), [0, 1, 2])
    assert.deepEqual(await collected(py.eval('range(2)')), [0, 1])
    assert.deepEqual(taken(), ['closed 3'])
  })

  test('leaving early closes the generator', async () => {
    for (const make of [main.agen, main.gen]) {
      for await (const value of make(50)) if (value === 2) break
      assert.deepEqual(taken(), ['closed 50'])
    }
  })

  test('an exception comes after the values before it', async () => {
    for (const make of [main.agen, main.gen]) {
      const values: unknown[] = []
      await assert.rejects(
        async () => {
          for await (const value of make(2, true)) values.push(value)
        },
        { name: 'KeyError', message: "'end'" },
      )
      assert.deepEqual(values, [0, 1])
      assert.deepEqual(taken(), ['closed 2'])
    }
  })

  test('the protocol by hand: in order, and over when it is over', async () => {
    const iterator = main.agen(3)[Symbol.asyncIterator]()
    assert.deepEqual(
      await Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]),
      [
        { done: false, value: 0 },
        { done: false, value: 1 },
        { done: false, value: 2 },
        { done: true, value: undefined },
      ],
    )
    assert.deepEqual(await iterator.return('x'), { done: true, value: 'x' })
    assert.equal(iterator[Symbol.asyncIterator](), iterator)
    assert.deepEqual(await main.gen(0)[Symbol.asyncIterator]().next(), { done: true, value: 'done' })
    taken()
  })

  test('an async generator runs in one task and context, as in Python', async () => {
    py.exec(`
import contextvars
variable = contextvars.ContextVar('variable', default='none')
async def in_one(n):
    task, token = asyncio.current_task(), variable.set('mine')
    try:
        for i in range(n):
            await asyncio.sleep(0)
            yield [variable.get(), asyncio.current_task() is task]
    finally:
        variable.reset(token)
        log.append(asyncio.current_task() is task)
`)
    assert.deepEqual(await collected(main.in_one(3)), Array(3).fill(['mine', true]))
    for await (const _ of main.in_one(3)) break
    assert.deepEqual(taken(), [true, true])
  })

  test('one generator, iterated by two at once', async () => {
    const generator = main.agen(4)
    const [one, two] = [generator[Symbol.asyncIterator](), generator[Symbol.asyncIterator]()]
    const values = await Promise.all([one.next(), two.next(), one.next(), two.next(), one.next(), two.next()])
    assert.deepEqual(values.map(({ value }) => value).sort(), [0, 1, 2, 3, undefined, undefined])
    taken()
  })

  test('a generator that never began, one that nobody ends, and one that ends in between', async () => {
    const iterator = main.agen(3)[Symbol.asyncIterator]()
    assert.deepEqual(await iterator.return('x'), { done: true, value: 'x' })
    assert.deepEqual(await iterator.next(), { done: true, value: undefined })
    assert.deepEqual(taken(), [])
    const left = main.endless()[Symbol.asyncIterator]()
    assert.deepEqual(await left.next(), { done: false, value: 0 })
    const asked = main.agen(3)[Symbol.asyncIterator]()
    const answers = await Promise.all([asked.next(), asked.return(9), asked.next()])
    assert.deepEqual(
      answers.map(({ done, value }) => [done, value]),
      [
        [false, 0],
        [true, 9],
        [true, undefined],
      ],
    )
    assert.deepEqual(taken(), ['closed 3'])
  })

  test('interrupt() in the middle of an async generator ends that, and nothing else', async () => {
    py.exec(`
async def waiting():
    yield 1
    try:
        log.append('waits')
        await asyncio.Event().wait()
    finally: log.append('left')
`)
    const iterator = main.waiting()[Symbol.asyncIterator]()
    await iterator.next()
    const pending = iterator.next().catch((error: Error) => error.name)
    while (py.eval('len(log)') === 0) await pause(1)
    py.interrupt()
    assert.equal(await pending, 'CancelledError')
    assert.deepEqual(await iterator.next(), { done: true, value: undefined })
    assert.deepEqual(taken(), ['waits', 'left'])
    assert.deepEqual(await collected(main.agen(1)), [0])
    taken()
  })

  test('interrupt() reaches what is about to begin', async () => {
    for (let i = 0; i < 20; i++) {
      const iterator = main.waiting()[Symbol.asyncIterator]()
      await iterator.next()
      const pending = iterator.next().catch((error: Error) => error.name)
      await main.add_async(1, 1)
      py.interrupt()
      assert.equal(await pending, 'CancelledError')
    }
    taken()
  })

  test('iter_async', async () => {
    const collect = (iterable: unknown) => collected(py.iter_async(iterable, { timeout: 60_000 }))
    assert.deepEqual(await collect(main.agen(3)), [0, 1, 2])
    assert.deepEqual(await collect(main.gen(3)), [0, 1, 2])
    assert.deepEqual(taken(), ['closed 3', 'closed 3'])
    for (const make of [main.agen, main.gen]) {
      const controller = new AbortController()
      const values: unknown[] = []
      await assert.rejects(
        async () => {
          for await (const value of py.iter_async(make(50), { signal: controller.signal })) {
            values.push(value)
            if (value === 2) controller.abort(new Error('enough'))
          }
        },
        { message: 'enough' },
      )
      assert.deepEqual(values, [0, 1, 2])
      while (py.eval('len(log)') === 0) await pause(1)
      assert.deepEqual(taken(), ['closed 50'])
    }
    assert.throws(() => py.iter_async(main.thing), {
      name: 'TypeError',
      message: 'iter_async() takes a Python object that can be iterated.',
    })
    assert.throws(() => py.iter_async([1]), { name: 'TypeError' })
    assert.throws(() => py.iter_async(main.gen(1), { timeout: -1 }), { name: 'RangeError' })
  })

  test('what is not iterable has no async iterator', () => {
    assert.equal(main.thing[Symbol.asyncIterator], undefined)
  })

  async function collected(iterable: AsyncIterable<unknown>): Promise<unknown[]> {
    const values: unknown[] = []
    for await (const value of iterable) values.push(value)
    return values
  }
})
