/** Functions as Python callables: arguments, results, identity, attributes. */
import assert from 'node:assert/strict'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { Kwargs } from 'python-ts'
import { counts } from '../support/leaks'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  py.exec(`
import gc, threading, weakref
def call(f, *args, **kwargs): return f(*args, **kwargs)
def same(a, b): return a is b
def sorted_by(values, key): return sorted(values, key=key)
def many(f, n):
    total = 0
    for i in range(n): total += f(i)
    return total
kept = None
def keep(f):
    global kept
    kept = f
def kept_call(*args): return kept(*args)
def facts(f): return [callable(f), type(f).__name__, repr(f)]
`)
  const main = py.import('__main__')
  const { call, same, keep } = main

  test('arguments of every shape', () => {
    const echo = (...args: unknown[]) => args
    assert.deepEqual(call(echo), [])
    assert.deepEqual(call(echo, 1), [1])
    const row = [null, true, 2 ** 53, -1.5, 'é😀\0', 2n ** 70n, [1, [2]], { a: { b: 1 } }]
    assert.deepEqual(call(echo, ...row), row)
    const args = Array.from({ length: 300 }, (_, i) => i)
    assert.deepEqual(call(echo, ...args), args)
  })

  test('keyword arguments come last, as kwargs() makes them', () => {
    const parts = (...args: unknown[]) => {
      const last = args.pop()
      return last instanceof Kwargs ? [args, { ...last.values }] : [args.concat(last), null]
    }
    assert.deepEqual(py.call(main, 'call', [parts, 1, 2], { a: 3, b: [4] }), [[1, 2], { a: 3, b: [4] }])
    assert.deepEqual(py.call(main, 'call', [parts, 1]), [[1], null])
    assert.deepEqual(py.call(main, 'call', [parts, { a: 1 }]), [[{ a: 1 }], null])
  })

  test('results of every shape', () => {
    for (const value of [
      null,
      false,
      0,
      5,
      1.5,
      '',
      'x\ud800y',
      2n ** 80n,
      [1, [2, { a: null }]],
      { __a: 1 },
    ]) {
      assert.deepEqual(
        call(() => value),
        value,
      )
    }
    assert.equal(
      call(() => undefined),
      null,
    )
    assert.ok(
      Object.is(
        call(() => -0),
        -0,
      ),
    )
  })

  test('Python uses them where it uses functions', () => {
    assert.deepEqual(
      main.sorted_by([3, 1, 2], (x: number) => -x),
      [3, 2, 1],
    )
    const { map, filter, list } = py.import('builtins')
    assert.deepEqual(list(map((a: number, b: number) => a * b, [1, 2], [3, 4])), [3, 8])
    assert.deepEqual(list(filter((x: number) => x > 1, [1, 2, 3])), [2, 3])
    const { reduce, partial } = py.import('functools')
    assert.equal(
      reduce((a: number, b: number) => a + b, [1, 2, 3]),
      6,
    )
    assert.equal(partial((a: number, b: number) => a - b, 5)(3), 2)
  })

  test('one function is one Python object while it lives, and comes back as itself', () => {
    const f = () => 1
    assert.equal(same(f, f), true)
    assert.equal(
      same(f, () => 1),
      false,
    )
    assert.equal(
      call((g: unknown) => g === f, f),
      true,
    )
    assert.equal(
      call(() => f),
      f,
    )
    keep(f)
    assert.equal(main.kept, f)
    assert.equal(py.eval('lambda f: f is kept')(f), true)
    keep(null)
  })

  test('Python sees a callable with a name of its own', () => {
    const [isCallable, type, repr] = main.facts(function named() {})
    assert.equal(isCallable, true)
    assert.match(type, /^Js/)
    assert.match(repr, /named/)
  })

  test('functions are released when Python drops them, and live as long as it holds them', async () => {
    py.exec('gc.collect()')
    await collect()
    const before = counts().javascript
    let f: (() => number) | undefined = () => 42
    const gone = new WeakRef(f)
    keep(f)
    f = undefined
    await collect()
    assert.equal(main.kept_call(), 42)
    assert.equal(counts().javascript, before + 1)
    keep(null)
    await collect()
    assert.equal(counts().javascript, before)
    assert.equal(gone.deref(), undefined)
  })

  test('async functions, generators, classes, bound and built-in functions', () => {
    assert.equal(call(Math.max, 1, 5, 2), 5)
    assert.equal(call([1, 2, 3].indexOf.bind([4, 5]), 5), 1)
    assert.deepEqual(
      [
        ...py.eval('lambda f: list(f())')(function* () {
          yield 1
          yield 2
        }),
      ],
      [1, 2],
    )
    const promise = call(async () => 1)
    assert.ok(promise instanceof Promise)
    class K {
      constructor(readonly a: number) {}
    }
    const k = call(K, 3)
    assert.ok(k instanceof K && k.a === 3)
    assert.deepEqual(call(Map, [[1, 2]]), new Map([[1, 2]]))
    assert.ok(call(Date) instanceof Date)
    assert.equal(call(String, 5), '5')
    assert.equal(call(BigInt, 5), 5)
    assert.equal(call(Object.freeze(() => 6)), 6)
    const frozen = Object.freeze(function frozen() {
      return 7
    })
    assert.equal(call(frozen), 7)
  })

  test('`this` is undefined for a function alone, and the object for its method', () => {
    assert.equal(
      call(function (this: unknown) {
        return this === undefined
      }),
      true,
    )
    class K {
      n = 4
      get() {
        return this.n
      }
    }
    assert.equal(py.eval('lambda k: k.get()')(new K()), 4)
    assert.equal(py.eval('lambda k: (lambda g: g())(k.get)')(new K()), 4)
  })

  test('calls nest one hundred deep, through both sides', () => {
    const down = (n: number): number => (n === 0 ? 0 : 1 + (call(down, n - 1) as number))
    assert.equal(down(100), 100)
    const containers = (n: number): unknown => (n === 0 ? [] : call((x: unknown) => [x], containers(n - 1)))
    assert.equal(JSON.stringify(containers(50)), '['.repeat(51) + ']'.repeat(51))
  })

  test('infinite recursion through both sides is an error, and both still work', {
    mayLeak: 'the stack was full',
  }, async () => {
    const forever = (): unknown => call(forever)
    for (let i = 0; i < 3; i++) {
      assert.throws(forever, (error) => error instanceof Error)
      assert.equal(
        call(() => 7),
        7,
      )
    }
    py.exec('def both(f): return f(lambda: both(f))')
    assert.throws(
      () => main.both((g: () => unknown) => g()),
      (error) => error instanceof Error,
    )
    assert.equal(py.eval('1 + 1'), 2)
    await collect()
  })

  test('a hundred thousand calls of one callback, and of as many callbacks', async () => {
    assert.equal(
      main.many((i: number) => i, 100_000),
      4_999_950_000,
    )
    for (let i = 0; i < 20_000; i++) call(() => i)
    await collect()
  })

  async function collect(): Promise<void> {
    for (let i = 0; i < 5; i++) {
      globalThis.gc?.()
      py.exec('gc.collect()')
      await setImmediate()
    }
    await setTimeout(5)
    globalThis.gc?.()
  }
})
