/** Code that awaits at its top level. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { PythonError } from 'python-ts'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  py.exec(`
import asyncio
async def give(x):
    await asyncio.sleep(0)
    return x
async def count(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i
async def fail(): raise KeyError('k')
async def hang():
    started.append(1)
    try: await asyncio.Event().wait()
    finally: ended.append(1)
class Manager:
    async def __aenter__(self): return 'entered'
    async def __aexit__(self, *exception): pass
started, ended = [], []
`)

  const rejection = async (promise: Promise<unknown>): Promise<PythonError> => {
    try {
      await promise
    } catch (error) {
      return error as PythonError
    }
    return assert.fail('it was not rejected')
  }

  test('what it awaits and assigns', async () => {
    const code = `
first = await give(1)
async with Manager() as entered: pass
items = [i async for i in count(3)]
async for last in count(2): pass
def plain(): return first
`
    assert.equal(await py.exec_async(code), undefined)
    assert.deepEqual(py.eval('[first, entered, items, last, plain()]'), [1, 'entered', [0, 1, 2], 1, 1])
    assert.deepEqual(await py.eval_async('[await give(2), first]'), [2, 1])
    assert.equal(await py.eval_async(' \t await give(3)'), 3)
    assert.equal(await py.eval_async('give(4)'), 4)
    assert.equal(await py.eval_async('  1 + 1\n'), 2)
    py.exec('del first, entered, items, last, plain')
  })

  test('in globals of its own', async () => {
    const globals = py.live.eval('dict(n=5)')
    await py.exec_async('from asyncio import sleep\nawait sleep(0)\nm = n + 1', globals)
    assert.equal(py.getitem(globals, 'm'), 6)
    assert.equal(py.eval('"m" in globals()'), false)
    assert.equal(await py.eval_async('await f(7)', { f: py.eval('give') }), 7)
    const live = await py.live.eval_async<{ __class__: { __name__: string } }>('[await give(1)]')
    assert.deepEqual([...(live as never as Iterable<unknown>)], [1])
  })

  test('promises of JavaScript, awaited there', async () => {
    const later = async (value: unknown): Promise<unknown> => {
      await pause(1)
      return value
    }
    assert.deepEqual(await py.eval_async('await f([1])', { f: later }), [1])
  })

  test('exceptions come with the place in the code', async () => {
    const error = await rejection(py.exec_async('x = 1\nawait fail()'))
    assert.deepEqual([error.pytype, error.message], ['KeyError', "'k'"])
    assert.match(error.traceback, /File "<string>", line 2, in <module>/)
    assert.equal((await rejection(py.eval_async('await'))).pytype, 'SyntaxError')
    assert.equal((await rejection(py.exec_async('def f(): await give(1)'))).pytype, 'SyntaxError')
    assert.throws(() => py.exec('await give(1)'), { pytype: 'SyntaxError' })
    assert.throws(() => py.eval('await give(1)'), { pytype: 'SyntaxError' })
    py.exec('del x')
  })

  test('a time limit and a signal cancel what it awaits', async () => {
    py.exec('started.clear(); ended.clear()')
    const limited = py.exec_async('await hang()', undefined, { timeout: 20 })
    assert.equal((await rejection(limited)).name, 'TimeoutError')
    py.exec('started_before = len(started)')
    const abort = new AbortController()
    const hanging = rejection(py.eval_async('await hang()', undefined, { signal: abort.signal }))
    while (py.eval('len(started) == started_before')) await pause(1)
    abort.abort(new RangeError('enough'))
    assert.equal((await hanging).message, 'enough')
    while (py.eval('len(ended) < len(started)')) await pause(1)
  })
})
