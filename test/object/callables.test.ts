/** Callables, classes, identity and iteration of live objects. */
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { kwargs } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  py.exec(`
class Thing:
    count = 0
    def __init__(self, a=1, *rest, **kw): self.a, self.rest, self.kw = a, list(rest), kw
    def __call__(self, *args, **kw): return ['called', self.a, *args, kw]
class Value(int): pass
class Strange:
    def __new__(cls): return 5
class Raises:
    def __init__(self): raise ValueError('in init')
class Hidden(type):
    def __call__(cls, *args): return ['meta', *args]
class Meta(metaclass=Hidden): pass
class Base: pass
class Derived(Base): pass
class Checks(type):
    def __instancecheck__(cls, other): return getattr(other, 'a', None) == 7
class Checked(metaclass=Checks): pass
def f(a, b=2, *args, c=3, **kw): return [a, b, list(args), c, kw]
f.attribute = 'on f'
def echo(x): return x
def same(a, b): return a is b
kept = Thing()
holder = Thing()
holder.inner = kept
log = []
def numbers(n, fail=None):
    try:
        for i in range(n):
            if i == fail: raise KeyError(i)
            yield i
        return 'end'
    finally: log.append('closed')
class Sequence:
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i * 10
class Endless:
    def __iter__(self): return self
    def __next__(self): return 1
class BadIter:
    def __iter__(self): return 5
`)
  const main = py.import('__main__')

  test('functions take arguments of both kinds, any number', () => {
    const { f } = main
    assert.deepEqual(f(1), [1, 2, [], 3, {}])
    assert.deepEqual(f(1, 2, 3, 4, kwargs({ c: 5, d: 6 })), [1, 2, [3, 4], 5, { d: 6 }])
    assert.deepEqual(f(kwargs({ a: 1 })), [1, 2, [], 3, {}])
    assert.equal(f(...Array.from({ length: 1000 }, (_, i) => i))[2].length, 998)
    assert.throws(() => f(), { pytype: 'TypeError', message: /missing 1 required positional argument: 'a'/ })
    assert.throws(() => f(1, kwargs({ a: 2 })), { pytype: 'TypeError', message: /multiple values/ })
    for (let n = 0; n < 12; n++) assert.equal(py.eval('lambda *a: len(a)')(...Array(n).fill(n)), n)
    for (let n = 0; n < 12; n++) assert.equal(py.eval('lambda *a: len(a)')(...Array(n).fill([n])), n)
  })

  test('functions have the attributes of Python, and none of JavaScript', () => {
    const { f } = main
    assert.equal(typeof f, 'function')
    assert.deepEqual([f.attribute, f.__name__], ['on f', 'f'])
    assert.deepEqual(
      [f.name, f.length, f.constructor, f.prototype],
      [undefined, undefined, undefined, undefined],
    )
    f.fresh = [1]
    assert.deepEqual(py.eval('f.fresh'), [1])
    assert.deepEqual(f.call(null, 1), [1, 2, [], 3, {}])
    assert.deepEqual(f.apply(undefined, [1, 5]), [1, 5, [], 3, {}])
    assert.deepEqual(f.bind(null, 1)(7), [1, 7, [], 3, {}])
    assert.deepEqual(Object.keys(f), [])
    assert.deepEqual(
      Reflect.ownKeys(f).filter((key) => key !== 'prototype' && key !== 'arguments' && key !== 'caller'),
      [],
    )
    assert.throws(() => new f(1), TypeError)
  })

  test('classes are called and constructed', () => {
    const { Thing, Value, Strange, Raises, Meta } = main
    assert.deepEqual([Thing(2).a, new Thing(3, 4).rest, new Thing(kwargs({ z: 1 })).kw], [2, [4], { z: 1 }])
    assert.ok(new Thing() instanceof Thing)
    assert.deepEqual([Thing.count, Thing.__name__], [0, 'Thing'])
    Thing.count = 5
    assert.equal(Thing().count, 5)
    Thing.count = 0
    assert.equal(String(new Value(5)), '5')
    assert.equal(Strange(), 5)
    assert.equal(py.isPyObject(new Strange()), true)
    assert.throws(() => new Raises(), { pytype: 'ValueError', message: 'in init' })
    assert.deepEqual(Meta(1), ['meta', 1])
    const { datetime } = py.import('datetime')
    assert.ok(datetime.now() instanceof Date)
    assert.equal(py.import('builtins').int('12'), 12)
  })

  test('instances with __call__ are functions with attributes', () => {
    const thing = main.Thing(5)
    assert.deepEqual(thing(1, kwargs({ k: 2 })), ['called', 5, 1, { k: 2 }])
    assert.equal(thing.a, 5)
    thing.a = 6
    assert.deepEqual(thing(), ['called', 6, {}])
  })

  test('instanceof is isinstance', () => {
    const { Base, Derived, Checked, Thing } = main
    const derived = Derived()
    assert.deepEqual(
      [derived instanceof Base, derived instanceof Derived, Base() instanceof Derived],
      [true, true, false],
    )
    for (const other of [{}, 5, null, undefined, 'x', [], () => 1, Derived])
      assert.equal(other instanceof Base, false)
    assert.deepEqual([Thing(7) instanceof Checked, Thing(8) instanceof Checked], [true, false])
    assert.throws(() => derived instanceof derived, TypeError)
    assert.throws(() => derived instanceof main.f, TypeError)
  })

  test('one Python object is one JavaScript object', () => {
    const { kept } = main
    assert.equal(main.kept, kept)
    assert.equal(py.eval('kept'), kept)
    assert.equal(main.echo(kept), kept)
    assert.equal(main.holder.inner, kept)
    const [[a], { b }] = py.eval("([kept], {'b': kept})")
    assert.ok(a === kept && b === kept)
    assert.equal(py.eval('[kept, kept]')[1], kept)
    assert.equal(py.import('json'), py.import('json'))
    assert.equal(main.same(kept, kept), true)
    assert.equal(main.same([kept][0], kept.__wrapper__), true)
    assert.deepEqual(py.eval('lambda x: x["a"][0] is kept')({ a: [kept] }), true)
    assert.notEqual(py.eval('Thing()'), py.eval('Thing()'))
  })

  test('identity survives the collection of the JavaScript object', async () => {
    main.kept.mark = 1
    for (let i = 0; i < 5; i++) {
      globalThis.gc?.()
      await setImmediate()
      assert.equal(main.kept.mark, 1)
      assert.equal(main.kept, py.eval('kept'))
    }
  })

  test('__wrapper__ tells about its object, and stands for it', () => {
    const { kept } = main
    const wrapper = kept.__wrapper__
    assert.equal(kept.__wrapper__, wrapper)
    assert.deepEqual(Object.keys(wrapper).sort(), [
      'index',
      'pytype',
      'repr',
      'state',
      'time',
      'type',
      'value',
    ])
    assert.equal(wrapper.type, 'python-ts/PyObject*')
    assert.match(wrapper.value, /^\d+$/)
    assert.match(wrapper.repr, /Thing object at/)
    assert.equal(wrapper.state, py.context.state)
    assert.ok(Number.isInteger(wrapper.index) && wrapper.index > 0)
    assert.ok(Math.abs(wrapper.time - Date.now() / 1000) < 600)
    assert.equal(wrapper.unwrap(), kept)
    assert.equal(main.same(wrapper, kept), true)
    assert.equal(main.f.__wrapper__.pytype, 'function')
    assert.equal(main.f.__wrapper__.unwrap(), main.f)
    const { append } = py.eval("__import__('collections').deque()")
    assert.match(append.__wrapper__.repr, /built-in method append/)
  })

  test('a forged wrapper is plain data', () => {
    const forged = { ...main.kept.__wrapper__ }
    assert.equal(py.isPyObject(forged), false)
    assert.equal(py.eval('lambda x: type(x).__name__')(forged), 'dict')
  })

  test('for..of, spread, destructuring, Array.from, iterator helpers', () => {
    const { numbers } = main
    assert.deepEqual([...numbers(3)], [0, 1, 2])
    const [first, , third] = numbers(5)
    assert.deepEqual([first, third], [0, 2])
    assert.deepEqual(
      Array.from(py.eval('range(3)'), (x) => (x as number) * 2),
      [0, 2, 4],
    )
    assert.deepEqual(Math.max(...py.eval('range(5)')), 4)
    assert.deepEqual(new Map(py.eval("{'a': 1}.items()")), new Map([['a', 1]]))
    const [one] = main.Endless()
    assert.equal(one, 1)
  })

  test('the sequence protocol is iterable, as in Python', () => {
    assert.deepEqual([...main.Sequence()], [0, 10, 20])
  })

  test('leaving early closes a generator, and only once', () => {
    py.exec('log.clear()')
    for (const n of main.numbers(10)) if (n === 2) break
    assert.deepEqual(main.log, ['closed'])
    assert.throws(() => {
      for (const _ of main.numbers(10)) throw new RangeError('left')
    }, RangeError)
    assert.deepEqual(main.log, ['closed', 'closed'])
    const generator = main.numbers(3)
    const iterator = generator[Symbol.iterator]()
    assert.deepEqual(
      [iterator.next(), iterator.next()],
      [
        { done: false, value: 0 },
        { done: false, value: 1 },
      ],
    )
    assert.deepEqual(
      [iterator.return(7), iterator.next(), iterator.return(8)],
      [
        { done: true, value: 7 },
        { done: true, value: undefined },
        { done: true, value: 8 },
      ],
    )
  })

  test('an exception in the middle propagates, and ends the iteration', () => {
    const seen: number[] = []
    const error = thrown(() => {
      for (const n of main.numbers(5, 2)) seen.push(n)
    })
    assert.deepEqual([seen, error.pytype, error.message], [[0, 1], 'KeyError', '2'])
    const iterator = main.numbers(5, 0)[Symbol.iterator]()
    assert.throws(() => iterator.next(), { pytype: 'KeyError' })
    assert.deepEqual(iterator.next(), { done: true, value: undefined })
  })

  test('the value of return comes with done', () => {
    const iterator = main.numbers(1)[Symbol.iterator]()
    iterator.next()
    assert.deepEqual(iterator.next(), { done: true, value: 'end' })
  })

  test('what cannot be iterated', () => {
    assert.throws(() => [...main.kept], TypeError)
    assert.throws(() => [...main.BadIter()], {
      pytype: 'TypeError',
      message: /iter\(\) returned non-iterator/,
    })
    assert.equal(Symbol.iterator in main.kept, false)
    assert.equal(Symbol.iterator in py.eval('range(3)'), true)
  })

  test('a class with __iter__ is not iterable itself', () => {
    assert.throws(() => [...main.Endless], TypeError)
  })
})
