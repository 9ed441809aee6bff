/** Errors that cross a callback, in both directions. */
import assert from 'node:assert/strict'
import { PythonError } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  py.exec(`
import traceback
class Own(Exception): pass
def call(f, *args): return f(*args)
def raise_(e): raise e
def raise_from(e, cause): raise e from cause
def caught(f):
    try: f()
    except BaseException as e: return [type(e).__name__, str(e)]
def caught_as(f, kind):
    try: f()
    except kind as e: return e
def again(f):
    try: f()
    except Exception as e: raise
def other(f):
    try: f()
    except Exception as e: raise ValueError('on top') from e
def fields(f):
    try: f()
    except Exception as e: return [e.name, e.message, e.stack, e.value]
def ends(f):
    try: f()
    finally: ended.append(1)
ended = []
def lookup(): return {}['k']
def own(): raise Own('mine', 5)
def quit(): raise SystemExit(3)
def text(f):
    try: f()
    except Exception: return traceback.format_exc()
`)
  const main = py.import('__main__')
  const fail = (error: unknown) => () => {
    throw error
  }

  test('an Error that Python lets through is the same Error', () => {
    for (const error of [
      new RangeError('mine'),
      new (class Custom extends Error {})('x'),
      new AggregateError([]),
    ]) {
      assert.equal(
        thrown(() => main.call(fail(error))),
        error,
      )
      assert.equal(
        thrown(() => main.again(fail(error))),
        error,
      )
    }
  })

  test('an Error passed as a value and raised is the same Error', () => {
    const error = new TypeError('mine')
    assert.equal(
      thrown(() => main.raise_(error)),
      error,
    )
    assert.equal(
      main.call((e: unknown) => e, error),
      error,
    )
  })

  test('Python catches a JavaScript Error as JsError with its fields', () => {
    const error = new RangeError('too far')
    assert.deepEqual(main.caught(fail(error)), ['JsError', 'RangeError: too far'])
    const [name, message, stack, value] = main.fields(fail(error))
    assert.deepEqual([name, message, value], ['RangeError', 'too far', error])
    assert.match(stack, /RangeError: too far\n {4}at /)
    assert.equal(main.caught_as(fail(error), py.eval('Exception')), error)
  })

  const REASONS: [title: string, reason: unknown][] = [
    ['a string', 'x'],
    ['an empty string', ''],
    ['a number', 5],
    ['NaN', Number.NaN],
    ['null', null],
    ['undefined', undefined],
    ['a boolean', false],
    ['a BigInt', 2n ** 70n],
    ['a symbol', Symbol('s')],
    ['a function', () => 1],
    ['an array', [1]],
    ['a plain object', { a: 1 }],
    ['an instance', new (class K {})()],
    ['a frozen object', Object.freeze({ code: 5 })],
    ['a promise', Promise.resolve(1)],
  ]
  for (const [title, reason] of REASONS) {
    test(`${title} that is thrown arrives as it was`, () => {
      const arrived = thrown(() => main.call(fail(reason)))
      if (typeof reason === 'number') assert.ok(Object.is(arrived, reason))
      else assert.equal(arrived, reason)
      assert.equal(main.caught(fail(reason))[0], 'JsError')
    })
  }

  test('undefined is told from null, and is None for Python', async () => {
    const reason = (f: () => unknown) => main.fields(f)
    assert.deepEqual(reason(fail(undefined)), [null, 'undefined', null, null])
    assert.deepEqual(reason(fail(null)), [null, 'None', null, null])
    const rejects = async (f: () => unknown): Promise<unknown> => {
      try {
        await main.call_async(f)
      } catch (error) {
        return ['rejected with', error]
      }
      return 'not rejected'
    }
    for (const value of [undefined, null]) {
      assert.deepEqual(await rejects(fail(value)), ['rejected with', value])
      assert.deepEqual(await rejects(() => Promise.reject(value)), ['rejected with', value])
    }
    assert.equal(
      thrown(() => main.again(fail(undefined))),
      undefined,
    )
  })

  test('a Python exception passes through a callback as itself', () => {
    const through = () => main.lookup()
    assert.equal(main.caught_as(through, py.eval('KeyError')).args[0], 'k')
    const error = thrown(() => main.call(through))
    assert.ok(error instanceof PythonError)
    assert.deepEqual([error.name, error.message], ['KeyError', "'k'"])
    const own = thrown(() => main.call(() => main.own()))
    assert.deepEqual(own.value.args, ['mine', 5])
    assert.equal(own.value instanceof main.Own, true)
  })

  const CYCLE = {
    mayLeak:
      'a cycle through both: exception, its traceback, the frame, the function in it that holds the exception',
  }

  test('a PythonError kept and thrown later is the original exception', CYCLE, () => {
    const error = thrown(() => main.own())
    assert.equal(main.caught_as(fail(error), main.Own), error.value)
    const arrived = thrown(() => main.call(fail(error)))
    assert.equal(arrived.value, error.value)
    assert.equal(thrown(() => main.raise_(error)).value, error.value)
    assert.equal(thrown(() => main.raise_(error.value)).value, error.value)
  })

  test('a live exception can be thrown by JavaScript', CYCLE, () => {
    const exception = main.Own('made here')
    assert.deepEqual(main.caught(fail(exception)), ['Own', 'made here'])
    assert.deepEqual(main.caught(fail(py.eval('KeyError')('k'))), ['KeyError', "'k'"])
  })

  test('a JavaScript Error is the cause of what Python raises from it', () => {
    const error = new RangeError('below')
    const top = thrown(() => main.other(fail(error)))
    assert.deepEqual([top.pytype, top.message, top.cause], ['ValueError', 'on top', error])
    assert.match(top.traceback, /RangeError: below/)
    const given = thrown(() => main.raise_from(py.eval('ValueError')('v'), error))
    assert.equal(given.cause, error)
  })

  test('finally runs, and SystemExit and KeyboardInterrupt pass like others', () => {
    py.exec('ended.clear()')
    assert.throws(() => main.ends(fail(new Error('x'))), { message: 'x' })
    assert.throws(() => main.ends(() => main.quit()), { pytype: 'SystemExit' })
    assert.deepEqual(main.ended, [1, 1])
    assert.deepEqual(
      main.caught(() => py.exec('raise KeyboardInterrupt()')),
      ['KeyboardInterrupt', ''],
    )
  })

  test('the traceback of Python shows what JavaScript threw', () => {
    assert.match(main.text(fail(new RangeError('mine'))), /JsError: RangeError: mine/)
    assert.match(main.text(fail('text')), /text/)
  })

  test('Errors with odd parts', () => {
    const rows: Record<string, unknown>[] = [
      {
        get message() {
          throw new Error('getter')
        },
      },
      {
        get name() {
          throw new Error('getter')
        },
      },
      { message: 5 },
      { message: 'a\0b\ud800' },
      { name: Symbol('n') as never },
      { stack: undefined },
      {
        toString() {
          throw new Error('toString')
        },
      },
    ]
    for (const row of rows) {
      const error = Object.defineProperties(new Error('base'), Object.getOwnPropertyDescriptors(row))
      assert.equal(main.caught(fail(error))[0], 'JsError')
      assert.equal(
        thrown(() => main.call(fail(error))),
        error,
      )
    }
  })

  test('a proxy or a revoked proxy that is thrown', () => {
    const proxy = new Proxy(new Error('inside'), {})
    const { proxy: revoked, revoke } = Proxy.revocable({}, {})
    revoke()
    for (const reason of [proxy, revoked]) {
      const arrived = thrown(() => main.call(fail(reason)))
      assert.ok(arrived === reason || arrived instanceof Error)
      assert.equal(
        main.call(() => 1),
        1,
      )
    }
  })

  test('a result that cannot cross is an error that Python sees and JavaScript gets', () => {
    assert.match(main.caught(() => Symbol('s'))[1], /TypeError: A Symbol cannot be passed to Python/)
    const error = thrown(() => main.call(() => [Symbol('s')]))
    assert.deepEqual([error.name, error.message], ['TypeError', 'A Symbol cannot be passed to Python.'])
    const invalid = thrown(() => main.call(() => new Date(Number.NaN)))
    assert.ok(invalid instanceof Error)
    assert.equal(
      main.call(() => 1),
      1,
    )
  })

  test('an error inside a hundred nested calls arrives once, as itself', () => {
    const error = new RangeError('deep')
    const down = (n: number): unknown => {
      if (n === 0) throw error
      return main.call(down, n - 1)
    }
    assert.equal(
      thrown(() => down(100)),
      error,
    )
  })
})
