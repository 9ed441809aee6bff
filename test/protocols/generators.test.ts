/** The protocol of generators, over Python's. */
import assert from 'node:assert/strict'
import { PythonError } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  py.exec(`
log = []
def counter(limit=10):
    try:
        for i in range(limit):
            sent = yield i
            if sent is not None: log.append(sent)
        return 'result'
    except LookupError as error:
        yield repr(error)
    finally:
        log.append('closed')
def failing():
    yield 1
    yield 2
    raise ValueError('after two')
def stubborn():
    while True:
        try: yield 1
        except GeneratorExit: pass
def catches():
    while True:
        try: yield 1
        except Exception as error: log.append(error)
class Plain:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self): self.n += 1; return self.n
class Named(Plain):
    def next(self): return 'mine'
class Sends(Plain):
    def send(self, value): return ('sent', value)
`)
  const log = () => {
    const entries = py.eval('list(log)')
    py.exec('log.clear()')
    return entries
  }
  const iterator = (code: string) => py.eval(code)[Symbol.iterator]()

  test('next sends, and the return value comes with the end', () => {
    const values = iterator('counter(2)')
    assert.deepEqual(values.next(), { done: false, value: 0 })
    assert.deepEqual(values.next({ a: [1] }), { done: false, value: 1 })
    assert.deepEqual(values.next(), { done: true, value: 'result' })
    assert.deepEqual(values.next('late'), { done: true, value: undefined })
    assert.deepEqual(log(), [{ a: [1] }, 'closed'])
  })

  test('a value sent before the first one is Python’s error, not lost', () => {
    assert.throws(() => iterator('counter()').next(1), { pytype: 'TypeError' })
  })

  test('an iterator that takes no values goes on; one with a send gets them', () => {
    assert.deepEqual(iterator('Plain()').next('ignored'), { done: false, value: 1 })
    assert.deepEqual(iterator('Sends()').next('x'), { done: false, value: ['sent', 'x'] })
  })

  test('throw raises in the generator, which may go on', () => {
    const values = iterator('counter()')
    values.next()
    const error = thrown(() => py.eval("{}['k']"))
    assert.deepEqual(values.throw(error), { done: false, value: "KeyError('k')" })
    assert.deepEqual(values.next(), { done: true, value: null })
    assert.deepEqual(log(), ['closed'])
  })

  test('what is not caught comes back out, the same', () => {
    for (const reason of [new TypeError('mine'), { code: 1 }, 'text', 5, undefined, null]) {
      const values = iterator('counter()')
      values.next()
      assert.equal(
        thrown(() => values.throw(reason)),
        reason,
      )
      assert.deepEqual(values.next(), { done: true, value: undefined })
    }
    const original = thrown(() => py.eval('1 / 0'))
    const again = thrown(() => iterator('counter()').throw(original))
    assert.ok(again instanceof PythonError)
    assert.equal(again.value, original.value)
    log()
  })

  test('a JavaScript error is a JsError in the generator', () => {
    const values = iterator('catches()')
    values.next()
    values.throw(new RangeError('mine'))
    assert.deepEqual(py.eval('[(e.name, e.message, type(e).__name__) for e in log]'), [
      ['RangeError', 'mine', 'JsError'],
    ])
    values.return()
    py.exec('log.clear()')
  })

  test('throw ends an iterator that is no generator', () => {
    const values = iterator('Plain()')
    const reason = new Error('mine')
    assert.equal(
      thrown(() => values.throw(reason)),
      reason,
    )
    assert.deepEqual(values.next(), { done: true, value: undefined })
    assert.equal(
      thrown(() => values.throw(reason)),
      reason,
    )
  })

  test('return closes, and what will not close says so', () => {
    const values = iterator('counter()')
    values.next()
    assert.deepEqual(values.return(5), { done: true, value: 5 })
    assert.deepEqual(values.return(6), { done: true, value: 6 })
    assert.deepEqual(log(), ['closed'])
    const stubborn = iterator('stubborn()')
    stubborn.next()
    assert.throws(() => stubborn.return(), {
      pytype: 'RuntimeError',
      message: 'generator ignored GeneratorExit',
    })
  })

  test('leaving early closes: break, destructuring, an error, using', () => {
    for (const _ of py.eval('counter()')) break
    const [first] = py.eval('counter()')
    assert.equal(first, 0)
    assert.throws(() => {
      for (const _ of py.eval('counter()')) throw new Error('mine')
    }, /mine/)
    {
      using values = iterator('counter()')
      values.next()
    }
    assert.deepEqual(log(), ['closed', 'closed', 'closed', 'closed'])
  })

  test('the values before an exception come first', () => {
    const seen: unknown[] = []
    const error = thrown(() => {
      for (const value of py.eval('failing()')) seen.push(value)
    })
    assert.deepEqual([seen, error.pytype, error.message], [[1, 2], 'ValueError', 'after two'])
  })

  test('yield* delegates all of it', () => {
    function* delegate(): Generator<unknown, unknown, unknown> {
      return yield* py.eval('counter(3)')
    }
    const values = delegate()
    assert.deepEqual(
      [values.next(), values.next('a'), values.next('b'), values.next()],
      [
        { done: false, value: 0 },
        { done: false, value: 1 },
        { done: false, value: 2 },
        { done: true, value: 'result' },
      ],
    )
    assert.deepEqual(log(), ['a', 'b', 'closed'])
  })

  test('the helpers of iterators, where the runtime has them', () => {
    const values = iterator('counter(3)')
    if (typeof values.map === 'function') {
      assert.deepEqual([...values.map((n: number) => n * 2)], [0, 2, 4])
    }
    values.return()
    log()
  })

  test('a live iterator has the methods itself, after Python’s', () => {
    const generator = py.eval('counter()')
    assert.deepEqual(
      [generator.next(), generator.next('x')],
      [
        { done: false, value: 0 },
        { done: false, value: 1 },
      ],
    )
    assert.equal(generator.send('y'), 2)
    assert.deepEqual([...generator].length, 7)
    assert.deepEqual(generator.next(), { done: true, value: null })
    assert.deepEqual(generator.return(1), { done: true, value: 1 })
    assert.equal(typeof generator.throw, 'function')
    assert.equal(py.eval('Named()').next(), 'mine')
    const plain = py.eval('Plain()')
    assert.deepEqual(plain.next(), { done: false, value: 1 })
    const reason = new Error('mine')
    assert.equal(
      thrown(() => plain.throw(reason)),
      reason,
    )
    assert.equal(py.eval('[]').next, undefined)
    assert.equal(py.eval('range(3)').next, undefined)
    assert.throws(() => plain.next.call({}), TypeError)
    log()
  })

  test('after release', () => {
    const generator = py.eval('counter()')
    const values = generator[Symbol.iterator]()
    const { next } = generator
    py.gc(generator)
    const released = { name: 'TypeError', message: /^This generator object was released/ }
    assert.throws(() => values.next(), released)
    assert.throws(() => next.call(generator), released)
  })

  test('a generator that is running says so', () => {
    py.exec('def reenter(f):\n  while True: yield f()')
    // biome-ignore lint/suspicious/noExplicitAny: it refers to itself
    const generator: any = py.eval('reenter')(() => generator.next())
    assert.throws(() => generator.next(), { pytype: 'ValueError', message: 'generator already executing' })
  })
})
