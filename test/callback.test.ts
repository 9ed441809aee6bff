/** JavaScript values in Python: calls, properties, items, iteration, errors, references. */
import assert from 'node:assert/strict'
import { Kwargs, PythonError } from 'python-ts'
import { everywhere } from './support/places'

everywhere(__filename, (py, test) => {
  py.exec(`
def call(f, *args, **kwargs): return f(*args, **kwargs)
def get(o, name): return getattr(o, name, 'none')
def put(o, name, value): setattr(o, name, value)
def drop(o, name): delattr(o, name)
def item(o, key): return o[key]
def size(o): return len(o)
def has(o, key): return key in o
def each(o): return list(o)
def method(o, name, *args): return getattr(o, name)(*args)
def same(a, b): return a is b
def caught(f):
    try: f()
    except Exception as e: return [type(e).__name__, str(e), e]
def lookup(): return {}['k']
def key_error_of(f):
    try: f()
    except KeyError as e: return 'KeyError ' + str(e)
`)
  const main = py.import('__main__')

  class Counter {
    n = 1
    #secret = 41
    add(k: number): number {
      this.n += k
      return this.n + this.#secret - 41
    }
    static make(): Counter {
      return new Counter()
    }
  }

  test('functions are called with values of both sides', () => {
    assert.equal(
      main.call((a: number, b: number) => a + b, 1, 2),
      3,
    )
    assert.deepEqual(
      main.call((...args: unknown[]) => args, 'a', [1], null),
      ['a', [1], null],
    )
    assert.equal(
      main.call(() => undefined),
      null,
    )
    assert.equal(
      main.call(() => 2n ** 70n),
      2n ** 70n,
    )
    assert.ok(
      Object.is(
        main.call(() => -0),
        -0,
      ),
    )
  })

  test('keyword arguments come as kwargs at the end', () => {
    const seen = py.call(
      main,
      'call',
      [(...args: unknown[]) => args.map((arg) => arg instanceof Kwargs && arg.values.k)],
      { k: 5 },
    )
    assert.deepEqual(seen, [5])
  })

  test('the same function is the same object, and comes back as itself', () => {
    const f = () => 1
    assert.equal(main.same(f, f), true)
    assert.equal(
      main.call((g: unknown) => g === f, f),
      true,
    )
    assert.equal(
      main.call(() => f),
      f,
    )
  })

  test('instances are read, set and called', () => {
    const counter = new Counter()
    assert.equal(main.get(counter, 'n'), 1)
    assert.equal(main.get(counter, 'nothing'), 'none')
    main.put(counter, 'n', 5)
    assert.equal(counter.n, 5)
    assert.equal(main.method(counter, 'add', 2), 7)
    main.drop(counter, 'n')
    assert.equal('n' in counter, false)
    assert.ok(main.method(Counter, 'make') instanceof Counter)
  })

  test('iterables are iterated, and have what they have', () => {
    const numbers = function* () {
      yield 1
      yield [2]
    }
    assert.deepEqual(main.each(numbers()), [1, [2]])
    class Bag {
      *[Symbol.iterator]() {
        yield 'a'
        yield 'b'
      }
      length = 2
    }
    assert.deepEqual(
      [main.each(new Bag()), main.size(new Bag()), main.has(new Bag(), 'a')],
      [['a', 'b'], 2, true],
    )
    assert.throws(() => main.item(new Bag(), 'no'), { name: 'KeyError' })
  })

  test('an Error comes back as the same Error', () => {
    const error = new RangeError('mine')
    const fail = () => {
      throw error
    }
    assert.throws(
      () => main.call(fail),
      (thrown) => thrown === error,
    )
    assert.deepEqual(main.caught(fail).slice(0, 2), ['JsError', 'RangeError: mine'])
    assert.equal(
      main.call((e: unknown) => e, error),
      error,
    )
  })

  test('whatever is thrown comes back as it was', () => {
    const thing = { a: 1 }
    for (const reason of ['x', 5, null, undefined, thing, Symbol.iterator, 2n ** 70n]) {
      const thrown = catching(() =>
        main.call(() => {
          throw reason
        }),
      )
      assert.equal(thrown, reason)
    }
  })

  test('a PythonError thrown on is the original exception', () => {
    assert.equal(
      main.key_error_of(() => main.lookup()),
      "KeyError 'k'",
    )
    const error = catching(() => main.call(() => main.lookup()))
    assert.ok(error instanceof PythonError && error.name === 'KeyError')
  })

  test('a result that cannot be converted is a TypeError in Python', () => {
    assert.throws(() => main.call(() => Symbol('s')), { name: 'TypeError', message: /Symbol/ })
  })

  test('calls nest', () => {
    const depth = (n: number): number => (n === 0 ? 0 : 1 + (main.call(depth, n - 1) as number))
    assert.equal(depth(50), 50)
    const nested = {
      get x() {
        return main.call((v: unknown) => v, [1, 2])
      },
    }
    assert.deepEqual(
      main.call((v: unknown) => v, { a: [nested] }),
      { a: [{ x: [1, 2] }] },
    )
  })
})

function catching(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return assert.fail('nothing was thrown')
}
