/** Callbacks from Python threads, promises in Python. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { Python } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  py.exec(`
import asyncio, queue, threading, time
results = queue.Queue()
def run(f, *args):
    try: results.put(['ok', f(*args)])
    except BaseException as e: results.put([type(e).__name__, str(e)])
def start(f, *args):
    t = threading.Thread(target=run, args=(f, *args)); t.start()
    return t
def take():
    try: return results.get_nowait()
    except queue.Empty: return None
def repeat(f, n):
    return sum(f(i) for i in range(n))
async def await_(x): return await x
def await_in_loop(f): return asyncio.run(await_(f()))
async def gather_(*fs): return await asyncio.gather(*[f() for f in fs])
def gather(*fs): return asyncio.run(gather_(*fs))
def nested(f): return f(lambda x: x + 1)
`)
  const main = py.import('__main__')

  async function result(): Promise<unknown[]> {
    for (let i = 0; i < 1000; i++) {
      const taken = main.take()
      if (taken !== null) return taken
      await pause(5)
    }
    return assert.fail('no result came')
  }

  test('a Python thread calls JavaScript through the event loop', async () => {
    main.start((a: number, b: unknown[]) => [a, b], 1, [2])
    assert.deepEqual(await result(), ['ok', [1, [2]]])
  })

  test('errors arrive in the thread', async () => {
    main.start(() => {
      throw new RangeError('mine')
    })
    assert.deepEqual(await result(), ['JsError', 'RangeError: mine'])
    main.start(() => py.eval('{}["k"]'))
    assert.deepEqual(await result(), ['KeyError', "'k'"])
  })

  test('JavaScript calls Python back inside', async () => {
    main.start(main.nested, (g: (x: number) => number) => g(1) + py.eval('40'))
    assert.deepEqual(await result(), ['ok', 42])
  })

  test('JavaScript deletes a context inside, which takes a while', async () => {
    main.start(() => {
      const context = new Python({ context: true })
      context.exec('import atexit, time; atexit.register(time.sleep, 0.2)')
      context.delete()
      assert.throws(() => context.eval('1'), { message: /deleted/ })
      return 'it is deleted'
    })
    assert.deepEqual(await result(), ['ok', 'it is deleted'])
  })

  test('many threads call many times', async () => {
    for (let i = 0; i < 8; i++) main.start(main.repeat, (n: number) => n, 500)
    for (let i = 0; i < 8; i++) assert.deepEqual(await result(), ['ok', 124_750])
  })

  test('promises are awaited in an asyncio loop of a Python thread', async () => {
    main.start(main.await_in_loop, async () => {
      await pause(5)
      return ['value', { a: 1 }]
    })
    assert.deepEqual(await result(), ['ok', ['value', { a: 1 }]])
    main.start(main.gather, ...[3, 1, 2].map((n) => () => pause(n * 5, n)))
    assert.deepEqual(await result(), ['ok', [3, 1, 2]])
  })

  const CYCLE = {
    mayLeak:
      'a cycle through both: the rejection, its traceback, the frame that awaits, the promise with the rejection',
  }

  test('rejections are raised where the promise is awaited', CYCLE, async () => {
    main.start(main.await_in_loop, async () => {
      throw new RangeError('later')
    })
    assert.deepEqual(await result(), ['JsError', 'RangeError: later'])
    main.start(main.await_in_loop, () => Promise.reject('just text'))
    assert.equal((await result())[0], 'JsError')
    main.start(main.await_in_loop, async () => py.eval('{}["k"]'))
    assert.deepEqual(await result(), ['KeyError', "'k'"])
  })

  test('a promise is the same promise when it comes back', () => {
    const promise = Promise.resolve(1)
    assert.equal(py.eval('lambda p: p')(promise), promise)
  })

  test('awaiting a promise on the JavaScript thread is a RuntimeError', () => {
    const error = thrown(() => main.await_in_loop(async () => 1))
    assert.equal(error.pytype, 'RuntimeError')
    assert.equal(py.eval('1'), 1)
  })

  test('objects and functions travel between threads', async () => {
    class Box {
      n = 1
    }
    const box = new Box()
    main.start(py.eval('lambda b: setattr(b, "n", b.n + 1) or b'), box)
    const [, same] = await result()
    assert.equal(same, box)
    assert.equal(box.n, 2)
  })
})
