/** Coroutines, futures and async generators in JavaScript, promises in Python's coroutines, on the loop of each interpreter. */
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { Python } from 'python-ts'
import { test } from '../support/leaks'

const SETUP = `
import asyncio, threading
from concurrent.futures import ThreadPoolExecutor

class Thing: pass
thing = Thing()

async def add(a, b):
    await asyncio.sleep(0)
    return a + b
async def fail(): raise KeyError('k')
async def leave(): raise SystemExit(3)
async def give(x): return x
async def await_it(x): return await x
async def call(f, *args): return await f(*args)
async def caught(f):
    try: return await f()
    except Exception as error: return [type(error).__name__, str(error)]
async def sleep_forever():
    try: await asyncio.Event().wait()
    except asyncio.CancelledError:
        log.append('cancelled')
        raise
async def ident(): return [threading.get_ident(), id(asyncio.get_running_loop())]
async def cancel_itself():
    asyncio.current_task().cancel()
    await asyncio.sleep(1)
async def gather(*args): return await asyncio.gather(*args)
async def future(): return asyncio.get_running_loop().create_future()
async def futures(): return [await future()]
async def resolve(future, value): future.set_result(value)
log = []

class Awaitable:
    def __await__(self):
        yield from asyncio.sleep(0).__await__()
        return 'awaited'
class Own:
    def then(self, *args): return 'mine'
    def catch(self, *args): return 'mine'

pool = ThreadPoolExecutor(1)
def submit(f, *args): return pool.submit(f, *args)

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
class Iterator:
    def __init__(self): self.n = 0
    def __aiter__(self): return self
    async def __anext__(self):
        self.n += 1
        if self.n > 3: raise StopAsyncIteration
        return self.n
`

const py = new Python()
py.exec(SETUP)
const main = py.import('__main__')
const taken = () => py.eval('[log.copy(), log.clear()][0]')

test('the twin of a coroutine function runs the coroutine', async () => {
  assert.equal(await main.add_async(1, 2), 3)
  assert.equal(await py.call_async(main, 'add', [1, 2]), 3)
  assert.equal(await py.async(main.add)(1, 2), 3)
  assert.equal(await py.eval_async('add(1, 2)'), 3)
})

test('a coroutine is awaited in JavaScript, as often as one likes', async () => {
  const coroutine = main.add(1, 2)
  assert.ok(py.isPyObject(coroutine))
  assert.deepEqual(await Promise.all([coroutine, coroutine]), [3, 3])
  assert.equal(await coroutine, 3)
})

test('then, catch and finally', async () => {
  assert.equal(await main.add(1, 2).then((sum: number) => sum * 2), 6)
  assert.equal(await main.fail().catch((error: Error) => error.name), 'KeyError')
  let ended = 0
  assert.equal(await main.add(1, 2).finally(() => ended++), 3)
  assert.equal(ended, 1)
})

test('objects that cannot be awaited keep their own then and catch', async () => {
  const own = py.eval('Own()')
  assert.equal(own.then, undefined)
  assert.equal(own.catch(), 'mine')
  assert.equal(await own, own)
})

test('anything with __await__', async () => {
  assert.equal(await py.eval('Awaitable()'), 'awaited')
  assert.equal(await py.eval_async('Awaitable()'), 'awaited')
})

test('futures of asyncio', async () => {
  const [future] = await main.futures_async()
  assert.ok(py.isPyObject(future))
  const settled = Promise.all([future, future])
  await main.resolve_async(future, 5)
  assert.deepEqual(await settled, [5, 5])
  assert.equal(await future, 5)
})

test('futures of concurrent.futures', async () => {
  assert.equal(await main.submit(main.Thing).then((made: unknown) => py.isPyObject(made)), true)
  assert.equal(await main.submit_async(py.eval('lambda x: x + 1'), 1), 2)
  assert.equal(
    await main.submit(py.eval('lambda: 1 / 0')).catch((error: Error) => error.name),
    'ZeroDivisionError',
  )
})

test('a future of another loop', async () => {
  py.exec(`
other = asyncio.new_event_loop()
runner = threading.Thread(target=other.run_forever)
runner.start()
theirs = asyncio.run_coroutine_threadsafe(future(), other).result(30)
def settle_theirs(value): other.call_soon_threadsafe(theirs.set_result, value)
def end_theirs():
    other.call_soon_threadsafe(other.stop)
    runner.join(30)
    other.close()
`)
  const settled = Promise.resolve(main.theirs)
  await setImmediate()
  main.settle_theirs('theirs')
  assert.equal(await settled, 'theirs')
  main.end_theirs()
  py.exec('del theirs, other, runner')
})

test('one loop, on a thread of its own', async () => {
  const [one, two] = await Promise.all([main.ident_async(), main.ident_async()])
  assert.deepEqual(one, two)
  assert.notEqual(one[0], py.eval('threading.get_ident()'))
})

test('errors reject, whole', async () => {
  const error = await main.fail_async().catch((reason: unknown) => reason)
  assert.deepEqual([error.name, error.message], ['KeyError', "'k'"])
  assert.match(error.traceback, /in fail/)
  assert.doesNotMatch(error.traceback, /python_ts/)
})

test('SystemExit in a coroutine ends neither the loop nor the process', async () => {
  await assert.rejects(main.leave_async(), { name: 'SystemExit', message: '3' })
  assert.equal(await main.add_async(1, 2), 3)
})

test('a task that Python cancels rejects', async () => {
  await assert.rejects(main.cancel_itself_async(), {
    name: 'CancelledError',
    pytype: 'asyncio.exceptions.CancelledError',
  })
})

test('promises are awaited in coroutines', async () => {
  assert.equal(await main.await_it_async(Promise.resolve(5)), 5)
  assert.equal(await main.await_it_async(new Promise((done) => setTimeout(done, 1, 'later'))), 'later')
  assert.deepEqual(await main.gather_async(Promise.resolve(1), Promise.resolve([2])), [1, [2]])
  assert.equal(await main.call_async(async (x: number) => x + 1, 1), 2)
  assert.equal(await main.call_async(async () => main.thing), main.thing)
})

test('a rejection is an exception in the coroutine', async () => {
  const failing = async () => {
    throw new RangeError('mine')
  }
  assert.deepEqual(await main.caught_async(failing), ['JsError', 'RangeError: mine'])
  assert.deepEqual(await main.caught_async(() => main.fail()), ['KeyError', "'k'"])
  const reason = new RangeError('mine')
  assert.equal(await main.await_it_async(Promise.reject(reason)).catch((error: unknown) => error), reason)
})

test('a value that cannot be passed rejects in the coroutine', async () => {
  const message = 'TypeError: A Symbol cannot be passed to Python.'
  assert.deepEqual(await main.caught_async(async () => Symbol()), ['JsError', message])
})

test('promises that Python returns are awaited in JavaScript', async () => {
  assert.equal(await py.eval_async('f()', { f: async () => 'through' }), 'through')
  assert.equal(await main.give_async(Promise.resolve('back')), 'back')
})

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
  assert.deepEqual(await Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]), [
    { done: false, value: 0 },
    { done: false, value: 1 },
    { done: false, value: 2 },
    { done: true, value: undefined },
  ])
  assert.deepEqual(await iterator.return('x'), { done: true, value: 'x' })
  assert.equal(iterator[Symbol.asyncIterator](), iterator)
  assert.deepEqual(await main.gen(0)[Symbol.asyncIterator]().next(), { done: true, value: 'done' })
  taken()
})

test('what is not iterable has no async iterator', () => {
  assert.equal(main.thing[Symbol.asyncIterator], undefined)
})

test('in a context', async () => {
  const other = new Python({ context: true })
  other.exec(SETUP)
  const theirs = other.import('__main__')
  assert.equal(await theirs.add_async(1, 2), 3)
  assert.equal(await theirs.add(3, 4), 7)
  assert.equal(await theirs.call_async(async (x: number) => x + 1, 1), 2)
  assert.deepEqual(await collected(theirs.agen(3)), [0, 1, 2])
  const waiting = theirs.sleep_forever_async().catch((error: Error) => error.message)
  await theirs.add_async(1, 1)
  other.delete()
  assert.equal(await waiting, 'This Python context was deleted; create a new Python.')
})

test('a released coroutine', async () => {
  const coroutine = main.give(1)
  const { then } = coroutine
  await coroutine
  py.gc(coroutine)
  await assert.rejects(then.call(coroutine), {
    message: 'This coroutine object was released and can no longer be used.',
  })
})

async function collected(iterable: AsyncIterable<unknown>): Promise<unknown[]> {
  const values: unknown[] = []
  for await (const value of iterable) values.push(value)
  return values
}
