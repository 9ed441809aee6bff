/** Calls of JavaScript functions with numbers, which cross in registers, and all that must not differ because of it. */
import assert from 'node:assert/strict'
import { Python, PythonError } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  py.exec(`
import threading
def call(f, *args): return f(*args)
def facts(f, *args):
    value = f(*args)
    return [type(value).__name__, repr(value)]
def each(f, items): return [f(item) for item in items]
def in_thread(f, *args):
    result = []
    thread = threading.Thread(target=lambda: result.append(f(*args)))
    thread.start()
    return lambda: (thread.join(), result)[1]
def caught(f, *args):
    try: return f(*args)
    except Exception as error: return [type(error).__name__, str(error)]
def method(o, *args): return o.add(*args)
class Number(int): pass
def after(f, value, fails=False):
    for number in range(300): f(number)
    if fails: raise ValueError(value)
    return value
def ways(f):
    from functools import partial
    return [f(), f(1, 2, 3, 4), f(*[1, 2], **{'c': 3}), f(1, b=2), partial(f, 1)(2), [*map(f, [5])], f.__call__(6)]
`)
  const { call, facts, each, caught, method, after, ways } = py.import('__main__')

  test('arguments of every number and size', () => {
    const seen = (...args: unknown[]) => JSON.stringify(args)
    for (let count = 0; count <= 6; count++) {
      const numbers = Array.from({ length: count }, (_, index) => index / 2)
      assert.equal(call(seen, ...numbers), JSON.stringify(numbers))
    }
    const NUMBERS = [
      0,
      -0,
      1.5,
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      2 ** 53 - 1,
      2 ** 53,
      2n ** 53n,
      2n ** 70n,
    ]
    for (const number of NUMBERS) {
      const heard: unknown[] = []
      call((...args: unknown[]) => void heard.push(...args), number)
      assert.ok(heard.length === 1 && Object.is(heard[0], number), String(number))
    }
    assert.equal(
      py.eval('lambda f: f(Number(5))')((x: unknown) => py.isPyObject(x)),
      true,
    )
  })

  test('results of every kind', () => {
    const ROWS: [value: unknown, type: string, repr: string][] = [
      [7, 'int', '7'],
      [-0, 'float', '-0.0'],
      [1.5, 'float', '1.5'],
      [Number.NaN, 'float', 'nan'],
      [2 ** 53, 'float', '9007199254740992.0'],
      [2n ** 70n, 'int', String(2n ** 70n)],
      [true, 'bool', 'True'],
      [false, 'bool', 'False'],
      [null, 'NoneType', 'None'],
      [undefined, 'NoneType', 'None'],
      ['é😀', 'str', "'é😀'"],
      [[1, [2]], 'list', '[1, [2]]'],
      [{ a: 1 }, 'dict', "{'a': 1}"],
      [Buffer.from('x'), 'bytes', "b'x'"],
    ]
    for (const [value, type, repr] of ROWS) {
      assert.deepEqual(
        facts(() => value),
        [type, repr],
      )
      assert.deepEqual(
        facts((_: number) => value, 1),
        [type, repr],
      )
    }
    assert.equal(
      call(() => call, 1),
      call,
    )
  })

  test('this, and the number of the arguments', () => {
    let seen: unknown[] = []
    function look(this: unknown, ...args: unknown[]) {
      seen = [this, args.length]
    }
    for (const args of [[], [1], [1, 2], [1, 2, 3]]) {
      call(look, ...args)
      assert.deepEqual(seen, [undefined, args.length])
    }
    class Adder {
      base = 10
      add(...args: number[]) {
        return args.reduce((sum, arg) => sum + arg, this.base)
      }
    }
    assert.deepEqual(
      [method(new Adder()), method(new Adder(), 1), method(new Adder(), 1, 2, 3)],
      [10, 11, 16],
    )
  })

  test('what is thrown arrives as itself, and Python can catch it', () => {
    const error = new RangeError('mine')
    const fail = () => {
      throw error
    }
    assert.equal(
      thrown(() => call(fail, 1)),
      error,
    )
    assert.deepEqual(caught(fail, 1), ['JsError', 'RangeError: mine'])
    for (const reason of ['text', 5, null, { a: 1 }]) {
      assert.equal(
        thrown(() =>
          call(() => {
            throw reason
          }, 1),
        ),
        reason,
      )
    }
    let python = thrown(() => py.eval('{}[1]'))
    assert.ok(python instanceof PythonError)
    const again = () => {
      throw python
    }
    assert.deepEqual(caught(again, 1), ['KeyError', '1'])
    // Its traceback refers to `again`, which refers to it: a ring through both runtimes.
    python = undefined
  })

  test('a result that cannot cross is an error that Python sees', () => {
    assert.throws(() => call(() => Symbol('s'), 1), {
      name: 'TypeError',
      message: 'A Symbol cannot be passed to Python.',
    })
    assert.equal(
      call((x: number) => x, 2),
      2,
    )
  })

  test('a call inside the conversion of the result disturbs nothing', () => {
    const odd = (x: number) => ({
      get inner() {
        return call((y: number) => y + 1, x) as number
      },
    })
    assert.deepEqual(call(odd, 4), { inner: 5 })
    const failing = () => ({
      get inner() {
        call((y: number) => y, 1)
        throw new Error('in the getter')
      },
    })
    assert.throws(() => call(failing, 4), { name: 'Error', message: 'in the getter' })
  })

  test('what Python gives after many calls is whole', () => {
    const values = [
      'é'.repeat(1000),
      'short',
      2n ** 70n,
      Buffer.from('bytes'),
      [1, ['a']],
      { a: '😀' },
      null,
      1.5,
    ]
    for (const value of values) {
      const nested = (number: number) => (number % 100 ? number : after((inner: number) => inner, value))
      for (const f of [(number: number) => number, String, (number: number) => [number], nested])
        assert.deepEqual(after(f, value), value)
    }
    const error = thrown(() => after((number: number) => number, 'in the end', true))
    assert.ok(error instanceof PythonError && error.message === 'in the end')
  })

  test('however it is called', () => {
    const seen = (...args: unknown[]) => JSON.stringify(args)
    const expected = [
      '[]',
      '[1,2,3,4]',
      '[1,2,{"values":{"c":3}}]',
      '[1,{"values":{"b":2}}]',
      '[1,2]',
      ['[5]'],
      '[6]',
    ]
    assert.deepEqual(ways(seen), expected)
  })

  test('calls nest', () => {
    const down = (n: number): number => (n === 0 ? 0 : 1 + (call(down, n - 1) as number))
    assert.equal(call(down, 100), 100)
    const fibonacci = (n: number): number =>
      n < 2 ? n : (call(fibonacci, n - 1) as number) + (call(fibonacci, n - 2) as number)
    assert.equal(call(fibonacci, 10), 55)
  })

  test('recursion without end is an error, and both sides still work', {
    mayLeak: 'the stack was full',
  }, () => {
    const forever = (n: number): number => call(forever, n) as number
    assert.throws(() => call(forever, 1), Error)
    assert.equal(
      call((x: number) => x + 1, 1),
      2,
    )
  })

  test('from a Python thread', async () => {
    const join = py.eval('in_thread')((x: number, y: number) => x * y, 6, 7)
    await new Promise((done) => setImmediate(done))
    for (let i = 0; i < 500 && py.eval('threading.active_count()') > 1; i++) {
      await new Promise((done) => setTimeout(done, 5))
    }
    assert.deepEqual(join(), [42])
  })

  test('many calls, in the main interpreter and in a context', () => {
    const numbers = Array.from({ length: 1000 }, (_, index) => index)
    assert.deepEqual(
      each((x: number) => x * 2, numbers),
      numbers.map((x) => x * 2),
    )
    const own = new Python({ context: true })
    try {
      own.exec('def each(f, items): return [f(item) for item in items]')
      const twice = (x: number): number => call((y: number) => y * 2, x) as number
      assert.deepEqual(
        own.import('__main__').each(twice, numbers),
        numbers.map((x) => x * 2),
      )
    } finally {
      own.delete()
    }
  })
})
