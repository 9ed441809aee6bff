/** Coroutines, futures and async generators in JavaScript, promises in Python's coroutines, on the loop of each interpreter. */
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { Python } from 'python-ts'
import { everywhereAndShared } from '../support/places'
import { thrown } from '../support/thrown'

everywhereAndShared(__filename, (py, test) => {
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
def raise_it(error): raise error
def forget_traceback(error): error.with_traceback(None)
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

async def agen(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i
`

  py.exec(SETUP)
  const main = py.import('__main__')

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

  test('what JavaScript does to a future or a task wakes the loop', async () => {
    const [future] = await main.futures_async()
    const result = Promise.resolve(future)
    await setImmediate()
    future.set_result('set')
    assert.equal(await result, 'set')
    py.exec('async def spawn(): return [asyncio.create_task(sleep_forever())]')
    const [task] = await main.spawn_async()
    await main.add_async(1, 2)
    task.cancel()
    await assert.rejects(Promise.resolve(task), { name: 'CancelledError' })
    py.exec('log.clear()')
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

  test('a future of another loop that is over is over here, whether that loop runs or not', async () => {
    py.exec(`
other = asyncio.new_event_loop()
done, failed, dropped = (other.create_future() for _ in range(3))
done.set_result('done')
failed.set_exception(KeyError('k'))
dropped.cancel()
`)
    for (const _ of [1, 2]) {
      assert.equal(await main.done, 'done')
      await assert.rejects(Promise.resolve(main.failed), { name: 'KeyError' })
      await assert.rejects(Promise.resolve(main.dropped), { name: 'CancelledError' })
      py.exec('other.close()')
    }
    py.exec('del other, done, failed, dropped')
  })

  test('a pending future of another loop says so in a coroutine', async () => {
    py.exec('other = asyncio.new_event_loop()\npending = other.create_future()')
    await assert.rejects(main.await_it_async(main.pending), {
      name: 'RuntimeError',
      message: /attached to a different loop/,
    })
    py.exec('pending.cancel(); other.close()')
    py.exec('del other, pending')
  })

  test('a coroutine that was awaited in Python', async () => {
    py.exec('once = add(1, 2)')
    assert.equal(await py.eval_async('await_it(once)'), 3)
    await assert.rejects(py.eval_async('await_it(once)'), {
      name: 'RuntimeError',
      message: 'cannot reuse already awaited coroutine',
    })
    py.exec('del once')
  })

  test('what user code does to the loop', async () => {
    py.exec(`
async def stop():
    asyncio.get_running_loop().stop()
    await asyncio.sleep(0)
    return 'stopped'
async def end(): asyncio.get_running_loop().close()
async def nest(): return asyncio.run(add(1, 2))
def run(): return asyncio.run(add(1, 2))
async def deep(n): return 1 + await deep(n - 1) if n else 0
late = []
async def leave_behind():
    async def later():
        await asyncio.sleep(0)
        late.append('later')
    global task
    task = asyncio.create_task(later())
    return 'early'
`)
    assert.equal(await main.stop_async(), 'stopped')
    await assert.rejects(main.end_async(), { name: 'RuntimeError', message: /close a running event loop/ })
    const { name, message } = await main.nest_async().catch((error: Error) => error)
    assert.deepEqual(
      [name, message],
      ['RuntimeError', 'asyncio.run() cannot be called from a running event loop'],
    )
    assert.equal(await main.run_async(), 3)
    assert.equal(await main.deep_async(500), 500)
    await assert.rejects(main.deep_async(100_000), { name: 'RecursionError' })
    assert.equal(await main.leave_behind_async(), 'early')
    assert.equal(await main.task, null)
    assert.deepEqual(py.eval('late'), ['later'])
    py.exec('import gc; gc.collect()')
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

  test('what a promise rejects with is the same value again, whatever it is', async () => {
    for (const reason of [
      { mine: 1 },
      [1],
      'text',
      5,
      null,
      Symbol('mine'),
      () => 1,
      new Map(),
      main.thing,
    ]) {
      assert.equal(await main.await_it_async(Promise.reject(reason)).catch((error: unknown) => error), reason)
    }
    assert.deepEqual(await main.caught_async(() => Promise.reject({ mine: 1 })), ['JsError', '{ mine: 1 }'])
  })

  test('a rejection with an exception that ends iterations, tasks or processes settles all the same', async () => {
    const errors: unknown[] = []
    for (const [code, name] of [
      ['StopIteration(5)', 'RuntimeError'],
      ['StopAsyncIteration()', 'StopAsyncIteration'],
      ['asyncio.CancelledError()', 'CancelledError'],
      ['KeyboardInterrupt()', 'KeyboardInterrupt'],
      ['SystemExit(3)', 'SystemExit'],
      ['GeneratorExit()', 'GeneratorExit'],
    ] as const) {
      const error = thrown(() => py.eval(`(_ for _ in ()).throw(${code})`, undefined))
      await assert.rejects(main.await_it_async(Promise.reject(error)), { name }, code)
      await assert.rejects(Promise.resolve(main.submit(main.raise_it, error)), { name }, code)
      errors.push(error)
    }
    assert.equal(await main.add_async(1, 2), 3)
    // Their tracebacks hold the promises, which hold them.
    for (const error of errors) main.forget_traceback(error)
  })

  test('a thenable that calls back at once, twice, throws, or gives itself', async () => {
    const thenable = (then: (...settle: ((value: unknown) => void)[]) => void) =>
      Object.assign(new (class Own {})(), { then })
    assert.equal(await main.await_it_async(thenable((done) => [done?.(1), done?.(2)])), 1)
    assert.equal(await main.await_it_async(thenable((done, fail) => [done?.(1), fail?.(2)])), 1)
    const throwing = thenable(() => {
      throw new RangeError('thrown in then')
    })
    await assert.rejects(main.await_it_async(throwing), { name: 'RangeError', message: 'thrown in then' })
    let times = 0
    const again: object = thenable((done) => done?.(times++ < 100 ? again : 'at last'))
    assert.equal(await main.await_it_async(again), 'at last')
  })

  test('a value that cannot be passed rejects in the coroutine', async () => {
    const message = 'TypeError: A Symbol cannot be passed to Python.'
    assert.deepEqual(await main.caught_async(async () => Symbol()), ['JsError', message])
  })

  test('promises that Python returns are awaited in JavaScript', async () => {
    assert.equal(await py.eval_async('f()', { f: async () => 'through' }), 'through')
    assert.equal(await main.give_async(Promise.resolve('back')), 'back')
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
})
