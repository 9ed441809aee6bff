/** Calls with live objects, strings and named arguments: they cross without a message, and mean what they mean in one. */
import assert from 'node:assert/strict'
import { Kwargs, kwargs, Python } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  py.exec(`
class Thing:
    def shown(self, *args, **kwargs): return shown(*args, **kwargs)
    def same(self, *args): return all(a is b for a, b in zip(args[::2], args[1::2]))
    def two(self, a, *, b=2, c=3): return [a, b, c]
    @staticmethod
    def still(*args, **kwargs): return shown(*args, **kwargs)
    @classmethod
    def of_class(cls, *args, **kwargs): return shown(*args, **kwargs)
    def __call__(self, *args, **kwargs): return shown(*args, **kwargs)
def told(value): return 'thing' if type(value) is Thing else repr(value)
def shown(*args, **kwargs): return ', '.join([*map(told, args), *(f'{k}={told(v)}' for k, v in kwargs.items())])
class Made:
    def __init__(self, *args, **kwargs): self.text = shown(*args, **kwargs)
`)
  const main = py.import('__main__')
  const thing = main.Thing()

  type Row = [args: unknown[], shown: string]
  const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `k${index}`)
  const named = (count: number): Record<string, unknown> =>
    Object.fromEntries(names(count).map((name, index) => [name, index]))
  const ROWS: Row[] = [
    [[thing], 'thing'],
    [[thing, 1, 'a', true, false, null, undefined], "thing, 1, 'a', True, False, None, None"],
    [[1, 2, 3, 4], '1, 2, 3, 4'],
    [
      [1.5, Number.NaN, -0, 2 ** 53, 2 ** 53 - 1, -1],
      '1.5, nan, -0.0, 9007199254740992.0, 9007199254740991, -1',
    ],
    [['a', '', 'é😀', '\0', '\ud800', 'x'.repeat(3)], "'a', '', 'é😀', '\\x00', '\\ud800', 'xxx'"],
    [[thing, 2n ** 70n], 'thing, 1180591620717411303424'],
    [[thing, [thing, 1], { k: 'v' }], "thing, [<thing>, 1], {'k': 'v'}"],
    [
      [...names(8), thing],
      `${names(8)
        .map((name) => `'${name}'`)
        .join(', ')}, thing`,
    ],
    [
      [...names(9), thing],
      `${names(9)
        .map((name) => `'${name}'`)
        .join(', ')}, thing`,
    ],
    [Array.from({ length: 12 }, (_, index) => index), '0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11'],
    [Array.from({ length: 13 }, (_, index) => index), '0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12'],
    [[kwargs({})], ''],
    [[kwargs({ a: 1 })], 'a=1'],
    [[thing, kwargs({ b: 'x', a: thing })], "thing, b='x', a=thing"],
    [[kwargs({ a: 1, b: 2 })], 'a=1, b=2'],
    [[kwargs({ b: 2, a: 1 })], 'b=2, a=1'],
    [[1, 2, 3, 4, kwargs({ é: null, __proto__x: true })], '1, 2, 3, 4, é=None, __proto__x=True'],
    [[kwargs(JSON.parse('{"__proto__": 1, "constructor": 2}'))], '__proto__=1, constructor=2'],
    [[kwargs({ 2: 'two', 1: 'one', a: 'a' })], "1='one', 2='two', a='a'"],
    [[kwargs({ a: [1], b: new Map() })], 'a=[1], b={}'],
    [
      [kwargs(named(8))],
      names(8)
        .map((name, index) => `${name}=${index}`)
        .join(', '),
    ],
    [
      [kwargs(named(9))],
      names(9)
        .map((name, index) => `${name}=${index}`)
        .join(', '),
    ],
    [
      [...names(6), kwargs(named(7))],
      [...names(6).map((name) => `'${name}'`), ...names(7).map((name, index) => `${name}=${index}`)].join(
        ', ',
      ),
    ],
  ]

  for (const [args, shown] of ROWS) {
    test(`shown(${shown})`, () => {
      const plain = (text: string): string => text.replaceAll(/<__main__\.Thing object at \w+>/g, '<thing>')
      for (let i = 0; i < 3; i++) {
        assert.equal(plain(thing.shown(...args)), shown)
        assert.equal(plain(thing.still(...args)), shown)
        assert.equal(plain(thing.of_class(...args)), shown)
        assert.equal(plain(main.shown(...args)), shown)
        assert.equal(plain(thing(...args)), shown)
        assert.equal(plain(new main.Made(...args).text), shown)
      }
    })
  }

  test('live objects arrive as themselves, however they are given', () => {
    assert.equal(thing.same(thing, thing, main.shown, main.shown, main, main), true)
    assert.equal(thing.same(thing.__wrapper__, thing), true)
    assert.equal(thing.same(thing, thing.unwrap()), true)
    assert.equal(py.eval('lambda a, b: a == b')(thing.shown, thing.shown), true)
  })

  test('defaults, and what Python says of wrong names', () => {
    assert.deepEqual(thing.two(1, kwargs({ c: 5 })), [1, 2, 5])
    assert.deepEqual(thing.two(kwargs({ a: 1 })), [1, 2, 3])
    for (const wrong of [kwargs({ d: 1 }), kwargs({ a: 1, b: 2, e: 3 })]) {
      const error = thrown(() => thing.two(0, wrong))
      assert.equal(error.pytype, 'TypeError')
      assert.match(error.message, /unexpected keyword argument|multiple values/)
    }
  })

  test('kwargs() elsewhere than at the end is a TypeError', () => {
    for (const args of [
      [kwargs({ a: 1 }), 1],
      [kwargs({ a: 1 }), kwargs({ b: 1 })],
      [thing, kwargs({ a: kwargs({ b: 1 }) })],
    ]) {
      assert.throws(() => thing.shown(...args), { name: 'TypeError', message: /kwargs\(\) must be the last/ })
    }
  })

  test('names that are no text for Python, and a Symbol', () => {
    assert.equal(thing.shown(kwargs({ '\ud800': 1 })), '\ud800=1')
    assert.throws(() => thing.shown(thing, Symbol('s')), { name: 'TypeError' })
    assert.throws(() => thing.shown(kwargs({ a: Symbol('s') })), { name: 'TypeError' })
  })

  test('ever new names are not kept for ever', () => {
    for (let i = 0; i < 5000; i++) assert.equal(thing.shown(kwargs({ [`fresh_${i}`]: i })), `fresh_${i}=${i}`)
    assert.equal(thing.shown(kwargs({ a: 1, b: 2 })), 'a=1, b=2')
  })

  test('the values of kwargs() are those of now, and have no prototype', () => {
    const given = { a: 1 }
    const marker = kwargs(given)
    given.a = 2
    assert.ok(marker instanceof Kwargs)
    assert.equal(Object.getPrototypeOf(marker.values), null)
    assert.deepEqual({ ...marker }, { values: Object.assign(Object.create(null), { a: 1 }) })
    assert.equal(thing.shown(marker), 'a=1')
    assert.equal(thing.shown(marker), 'a=1')
  })

  test('a getter may call Python meanwhile', () => {
    const marker = kwargs({ a: 1 })
    const values = { a: 7, b: 8 }
    Object.defineProperty(values, 'c', { enumerable: true, get: () => thing.shown(9, thing, 'nine') })
    Object.defineProperty(marker, 'values', { value: Object.setPrototypeOf(values, null) })
    assert.equal(thing.shown(5, marker), `5, a=7, b=8, c="9, thing, 'nine'"`)
  })

  test('a callback may call Python while it is called with such arguments', () => {
    const call = py.eval('lambda f, *args, **kwargs: [f(), shown(*args, **kwargs)]')
    const inner = (): unknown => thing.shown('inner', 1, kwargs({ z: thing }))
    assert.deepEqual(call(inner, 'outer', thing, kwargs({ a: 'b' })), [
      "'inner', 1, z=thing",
      "'outer', thing, a='b'",
    ])
  })

  test('released objects, and those of another context', () => {
    const released = main.Thing()
    py.gc(released)
    const message = /This Thing object was released/
    assert.throws(() => thing.shown(released), { name: 'TypeError', message })
    assert.throws(() => thing.shown('x', kwargs({ a: released })), { name: 'TypeError', message })
    assert.throws(() => released.shown(thing, 'x'), { name: 'TypeError', message })
    const context = new Python({ context: true })
    try {
      const foreign = context.eval('object()')
      const say = { name: 'TypeError', message: /belongs to another Python context/ }
      assert.throws(() => thing.shown(foreign), say)
      assert.throws(() => thing.shown(1, 'x', kwargs({ a: foreign })), say)
      assert.equal(
        context.eval('lambda *a, **k: repr((a[1:], {**k, "o": 1}))')(foreign, 'x', kwargs({ a: 1 })),
        "(('x',), {'a': 1, 'o': 1})",
      )
    } finally {
      context.delete()
    }
  })

  test('an exception in an argument of such a call, and one of the function', () => {
    assert.throws(() => main.Thing.two(thing, 1, 2, 3), { name: 'TypeError' })
    assert.throws(() => thing.absent('x', thing), { name: 'TypeError', message: /is not a function/ })
  })
})
