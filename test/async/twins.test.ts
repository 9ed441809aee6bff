/** The asynchronous twins: which there are, what they pass, what is wrong with a call. */
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { kwargs, Python } from 'python-ts'
import { everywhereAndShared } from '../support/places'

everywhereAndShared(__filename, (py, test) => {
  py.exec(`
import threading, time
class Thing:
    value = 7
    def method(self, *args, **kwargs): return [args, kwargs]
    def itself(self): return self
    def real_async(self): return 'real'
    def real(self): return 'base'
class Callable:
    def __call__(self, x): return x + 1
def function(a, b=2): return [a, b]
def thread(): return threading.get_ident()
def apply(f, *args): return f(*args)
def same(a, b): return a is b
thing = Thing()
gate = threading.Event()
def wait(): return gate.wait(30)
`)
  const main = py.import('__main__')
  const { thing } = main

  test('every callable attribute has a twin, which stays the same', async () => {
    assert.deepEqual(await thing.method_async(1, [2], kwargs({ c: 3 })), [[1, [2]], { c: 3 }])
    assert.deepEqual(await main.function_async(1), [1, 2])
    assert.deepEqual(await main.function_async(1, kwargs({ b: 5 })), [1, 5])
    assert.equal((await main.Thing_async()).value, 7)
    assert.equal(thing.method_async, thing.method_async)
    assert.equal(main.function_async, main.function_async)
    const { method_async } = thing
    assert.deepEqual(await method_async(), [[], {}])
  })

  test('a real attribute of that name wins', () => {
    assert.equal(thing.real_async(), 'real')
  })

  test('what cannot be called, or is not there, has no twin', () => {
    assert.equal(thing.value_async, undefined)
    assert.equal(thing.nothing_async, undefined)
    assert.equal(thing._async, undefined)
    assert.deepEqual(
      ['method_async', 'value_async', 'nothing_async', '_async'].map((name) => name in thing),
      [true, false, false, false],
    )
  })

  test('the name of a twin can be set', async () => {
    const own = py.eval('Thing()')
    assert.equal(typeof own.method_async, 'function')
    own.method_async = 5
    assert.equal(own.method_async, 5)
    assert.equal(py.getattr(own, 'method_async'), 5)
    py.delattr(own, 'method_async')
    assert.deepEqual(await own.method_async(1), [[1], {}])
  })

  test('a twin follows what Python does to the object', async () => {
    const own = py.eval('Thing()')
    const { method_async } = own
    own.method = py.eval('lambda: "other"')
    assert.equal(await method_async(), 'other')
  })

  test('a twin keeps its object alive, and so does a call', async () => {
    const { itself_async } = py.eval('Thing()')
    const promise = py.eval('Thing()').method_async(py.eval('Thing()'))
    for (let i = 0; i < 5; i++) {
      globalThis.gc?.()
      await setImmediate()
    }
    assert.equal((await itself_async()).value, 7)
    assert.equal((await promise)[0][0].value, 7)
  })

  test('async() gives the twin of a value that can be called', async () => {
    const { Thing, function: func } = main
    const increment = py.eval('Callable()')
    assert.deepEqual(await py.async(func)(1), [1, 2])
    assert.equal((await py.async(Thing)()).value, 7)
    assert.equal(await py.async(increment)(1), 2)
    assert.deepEqual(await py.async(thing.method)(1), [[1], {}])
    assert.equal(py.async(func), py.async(func))
    assert.equal(py.async(thing.method), thing.method_async)
    assert.deepEqual(await py.async(func.__wrapper__)(1), [1, 2])
  })

  test('async() refuses what cannot be called', () => {
    assert.throws(() => py.async(thing), {
      name: 'TypeError',
      message: 'async() takes a Python object that can be called.',
    })
    assert.throws(() => py.async(() => 1), {
      name: 'TypeError',
      message: 'async() takes a live Python object, not a function.',
    })
  })

  test('the twins of the methods of Python', async () => {
    await py.exec_async('twin = 1')
    assert.equal(await py.eval_async('twin + 1'), 2)
    assert.equal(await py.eval_async('a + 1', { a: 4 }), 5)
    assert.equal((await py.import_async('os')).sep, py.import('os').sep)
    assert.equal(await py.import_async('os.path'), py.import('os.path'))
    assert.deepEqual(await py.call_async(thing, 'method', [1], { a: 2 }), [[1], { a: 2 }])
    assert.deepEqual(await py.call_async(main, 'function', [1]), [1, 2])
  })

  test('identity holds in both directions', async () => {
    assert.equal(await thing.itself_async(), thing)
    assert.equal(await main.same_async(thing, thing), true)
    const mine = new (class Mine {})()
    assert.equal(await main.apply_async((x: unknown) => x, mine), mine)
    const shared = [1]
    assert.equal(await main.same_async(shared, shared), true)
  })

  test('calls run on threads of their own', async () => {
    const here = main.thread()
    assert.notEqual(await main.thread_async(), here)
    assert.equal(await main.apply_async(() => main.thread()), here)
  })

  test('a call that waits holds up neither JavaScript nor the next call', async () => {
    const waiting = main.wait_async()
    assert.deepEqual(await main.function_async(1), [1, 2])
    main.gate.set()
    assert.equal(await waiting, true)
    main.gate.clear()
  })

  test('a thousand calls at once', async () => {
    const calls = Array.from({ length: 1000 }, (_, i) => main.function_async(i, [i]))
    assert.deepEqual(
      await Promise.all(calls),
      Array.from({ length: 1000 }, (_, i) => [i, [i]]),
    )
  })

  test('an async call inside a callback, and a callback inside an async call', async () => {
    const inner: Promise<unknown>[] = []
    main.apply(() => {
      inner.push(main.function_async('inside'))
    })
    assert.deepEqual(await Promise.all(inner), [['inside', 2]])
    assert.equal(await main.apply_async((x: number) => main.apply((y: number) => x + y, 2), 1), 3)
  })

  const MISUSE: [what: string, call: () => Promise<unknown>, name: string, message: string][] = [
    ['a Symbol', () => main.function_async(Symbol()), 'TypeError', 'A Symbol cannot be passed to Python.'],
    [
      'a misplaced kwargs()',
      () => main.function_async(kwargs({}), 1),
      'TypeError',
      'kwargs() must be the last argument of a call and come once.',
    ],
    [
      'an invalid Date',
      () => main.function_async(new Date(Number.NaN)),
      'RangeError',
      'An invalid Date cannot be passed to Python.',
    ],
    [
      'no text',
      () => py.eval_async(1 as never),
      'TypeError',
      'eval_async() takes the expression as a string, not a number.',
    ],
    [
      'no code',
      () => py.exec_async(null as never),
      'TypeError',
      'exec_async() takes the code as a string, not null.',
    ],
    [
      'wrong globals',
      () => py.exec_async('', 5),
      'TypeError',
      'exec_async() takes the globals as a Python dict or a plain object, not a number.',
    ],
    [
      'no name',
      () => py.import_async({} as never),
      'TypeError',
      'import_async() takes the name of a module as a string, not an object.',
    ],
    [
      'no object',
      () => py.call_async(1, 'x'),
      'TypeError',
      'call_async() takes a live Python object, not a number.',
    ],
    [
      'no method',
      () => py.call_async(thing, 1 as never),
      'TypeError',
      'call_async() takes the name of a method as a string, not a number.',
    ],
    [
      'no array',
      () => py.call_async(thing, 'method', 1 as never),
      'TypeError',
      'call_async() takes the arguments as an array, not a number.',
    ],
    [
      'no keywords',
      () => py.call_async(thing, 'method', [], [] as never),
      'TypeError',
      'call_async() takes the keyword arguments as a plain object, not an array.',
    ],
  ]

  for (const [what, call, name, message] of MISUSE) {
    test(`misuse rejects: ${what}`, async () => {
      const promise = call()
      await assert.rejects(promise, { name, message })
    })
  }

  test('a getter that throws rejects', async () => {
    const error = new Error('mine')
    const object = {
      get value() {
        throw error
      },
    }
    assert.equal(await main.function_async(object).catch((reason: unknown) => reason), error)
  })

  test('after the release of the object', async () => {
    const own = py.eval('Thing()')
    const { method_async } = own
    py.gc(own)
    const message = 'This Thing object was released and can no longer be used.'
    await assert.rejects(method_async(), { name: 'TypeError', message })
    await assert.rejects(main.function_async(own), { name: 'TypeError', message })
  })

  test('an object of another context', async () => {
    const other = new Python({ context: true })
    const theirs = other.eval('object()')
    const message = 'This object object belongs to another Python context and cannot be used in this one.'
    await assert.rejects(main.function_async([theirs]), { name: 'TypeError', message })
    assert.equal(await other.eval_async('1 + 1'), 2)
    other.delete()
    await assert.rejects(other.eval_async('1'), {
      message: 'This Python context was deleted; create a new Python.',
    })
  })

  test('a buffer is copied when the call is sent', async () => {
    const bytes = Buffer.from('abc')
    const promise = main.apply_async((x: unknown) => x, bytes)
    bytes.fill(0)
    assert.deepEqual(await promise, Buffer.from('abc'))
  })

  test('a live object with a `then` is a value like any other', async () => {
    py.exec('class Then:\n  def then(self, *args): raise RuntimeError("asked")')
    const value = await py.eval_async('Then()')
    assert.ok(py.isPyObject(value))
  })
})
