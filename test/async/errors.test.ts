/** What an asynchronous call rejects with is what the synchronous one throws. */
import assert from 'node:assert/strict'
import { PythonError } from 'python-ts'
import { everywhereAndShared } from '../support/places'
import { thrown } from '../support/thrown'

everywhereAndShared(__filename, (py, test) => {
  py.exec(`
import json
class Odd(Exception):
    def __str__(self): raise ValueError('no text')
class Deep(Exception): pass
def chained():
    try: {}['k']
    except KeyError as error: raise LookupError('no port') from error
def deep(levels):
    value = []
    for _ in range(levels): value = [value]
    return value
def call(f): return f()
def swallow(f):
    try: return f()
    except Exception as error: return [type(error).__name__, str(error)]
`)
  const main = py.import('__main__')

  const ROWS = [
    '1 / 0',
    '{}["k"]',
    'chained()',
    'json.loads("{")',
    '(_ for _ in ()).throw(Odd())',
    '(_ for _ in ()).throw(Deep("é日𝄞\\0\\ud800"))',
    'exit(3)',
    '(_ for _ in ()).throw(KeyboardInterrupt())',
    '(_ for _ in ()).throw(GeneratorExit())',
    'not python',
    'undefined_name',
  ]

  for (const code of ROWS) {
    test(`raises: ${code}`, async () => {
      const sync = thrown(() => py.eval(code))
      const error = await rejection(py.eval_async(code))
      assert.ok(error instanceof PythonError)
      assertSame(error, sync)
      assert.equal(py.eval('type')(error.value).__name__, error.name)
    })
  }

  function assertSame(error: PythonError, sync: PythonError): void {
    assert.deepEqual(
      [error.name, error.pytype, error.message, error.traceback],
      [sync.name, sync.pytype, sync.message, sync.traceback],
    )
    if (sync.cause !== undefined) assertSame(error.cause as PythonError, sync.cause as PythonError)
    else assert.equal(error.cause, undefined)
  }

  // biome-ignore lint/suspicious/noExplicitAny: anything can be thrown
  function rejection(promise: Promise<unknown>): Promise<any> {
    return promise.then(
      () => assert.fail('nothing was thrown'),
      (reason: unknown) => reason,
    )
  }

  test('what a callback throws comes back as the same value', async () => {
    for (const reason of [new RangeError('mine'), Object.assign(() => 1, { own: 1 }), 'text', 5, null]) {
      const failing = () => {
        throw reason
      }
      assert.equal(await rejection(main.call_async(failing)), reason)
    }
  })

  test('a PythonError thrown by a callback is the exception itself', async () => {
    const error = thrown(() => py.eval('{}["k"]'))
    const failing = () => {
      throw error
    }
    assert.deepEqual(await main.swallow_async(failing), ['KeyError', "'k'"])
    const back = await rejection(main.call_async(failing))
    assert.equal(back.value, error.value)
    // Its traceback holds the callback, and the callback holds it.
    py.eval('lambda error: error.with_traceback(None)')(error.value)
  })

  test('a value that JavaScript cannot hold', async () => {
    await assert.rejects(main.deep_async(2000), {
      name: 'RangeError',
      message: thrown(() => main.deep(2000)).message,
    })
  })

  test('an error is no result, and no result an error', async () => {
    const value = await py.eval_async('ValueError("x")')
    assert.ok(py.isPyObject(value) && !(value instanceof Error))
  })
})
