/** What JavaScript does to any object, done to live objects: nothing crashes, hangs, or probes Python. */
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  py.exec(`
class Thing:
    def __init__(self): self.a = 1
    def method(self): return 1
    def __str__(self): return 'text of Thing'
    def __repr__(self): return 'repr of Thing'
class Rude:
    def __str__(self): raise ValueError('no str')
    def __repr__(self): raise KeyError('no repr')
    def __float__(self): raise OSError('no float')
class Probe:
    def __getattr__(self, name):
        log.append(name)
        raise RuntimeError(name)
class Number:
    def __float__(self): return 2.5
    def __index__(self): return 2
class Items(list): pass
class Pairs(dict): pass
class Text(str): pass
class Cyclic(list): pass
log = []
import enum
class Color(enum.Enum): RED = 1
def echo(x): return x
cyclic = Cyclic(); cyclic.append(cyclic)
`)
  const make = (code: string) => py.eval(code)

  /** One of every kind. */
  const KINDS: [title: string, code: string][] = [
    ['an instance', 'Thing()'],
    ['a rude instance', 'Rude()'],
    ['a probing instance', 'Probe()'],
    ['a class', 'Thing'],
    ['a function', 'echo'],
    ['a built-in function', 'len'],
    ['a module', "__import__('json')"],
    ['a list subclass', 'Items([1, [2]])'],
    ['a dict subclass', 'Pairs(a=1)'],
    ['a generator', '(i for i in range(3))'],
    ['a range', 'range(3)'],
    ['an exception', "ValueError('v')"],
    ['an enum member', 'Color.RED'],
    ['a complex number', '1j'],
    ['Ellipsis', '...'],
    ['a type', 'type'],
    ['a bound method', 'Thing().method'],
    ['a property', 'property(echo)'],
    ['a code object', 'echo.__code__'],
    ['object()', 'object()'],
  ]

  /** Everything a library may do to an object that it is given. */
  // biome-ignore lint/suspicious/noExplicitAny: live objects have any attribute
  const USES: Record<string, (object: any) => unknown> = {
    inspect: (object) => inspect(object),
    'inspect deep': (object) =>
      inspect({ a: [object, new Map([[object, object]])] }, { depth: 10, colors: true }),
    'inspect showProxy': (object) => inspect(object, { showProxy: true, showHidden: true, getters: true }),
    'inspect without custom': (object) => inspect(object, { customInspect: false }),
    'Object.keys': (object) => assert.deepEqual(Object.keys(object), []),
    'Object.entries': (object) => assert.deepEqual(Object.entries(object), []),
    'Object.getOwnPropertyNames': (object) => Object.getOwnPropertyNames(object),
    'Object.getOwnPropertyDescriptors': (object) => Object.getOwnPropertyDescriptors(object),
    'for in': (object) => {
      for (const key in object) assert.fail(key)
    },
    'object spread': (object) => assert.deepEqual({ ...object }, {}),
    'Object.assign': (object) => assert.deepEqual(Object.assign({}, object), {}),
    structuredClone: (object) => clone(object),
    'Object.prototype.toString': (object) =>
      assert.match(Object.prototype.toString.call(object), /^\[object (Object|Function)\]$/),
    'Object.isFrozen': (object) => Object.isFrozen(object),
    'Array.isArray': (object) => assert.equal(Array.isArray(object), false),
    'Reflect.has': (object) => Reflect.has(object, Symbol('x')),
    'unknown symbol': (object) => assert.equal(object[Symbol('x')], undefined),
    'Symbol.toStringTag': (object) => assert.equal(object[Symbol.toStringTag], undefined),
    'Symbol.asyncIterator': (object) => object[Symbol.asyncIterator],
    'isDeepStrictEqual to itself': (object) => assert.deepStrictEqual(object, object),
    'deepStrictEqual in containers': (object) =>
      assert.deepStrictEqual([object, { object }], [object, { object }]),
    'notDeepStrictEqual to plain data': (object) => assert.notDeepStrictEqual(object, [1]),
    'as key': (object) =>
      assert.equal(new Map([[object, 1]]).get(object) === 1 && new WeakSet([object]).has(object), true),
    typeof: (object) => assert.match(typeof object, /^(object|function)$/),
    equality: (object) => assert.ok([object].includes(object) && object !== null && object !== undefined),
    'loose equality to null': (object) => assert.equal(object == null, false),
    'Object.setPrototypeOf': (object) => {
      try {
        Object.setPrototypeOf(Object.create(object), null)
      } catch (error) {
        assert.ok(error instanceof TypeError)
      }
    },
    'Object.create': (object) => Object.create(object).anything_at_all,
    'JSON.stringify': (object) => JSON.stringify({ object }),
    String: (object) => String(object),
    number: (object) => +object,
  }
  const MAY_THROW = new Set(['inspect without custom', 'JSON.stringify', 'String', 'number', 'Object.create'])

  for (const [title, code] of KINDS) {
    test(`${title} survives all that JavaScript does`, () => {
      for (const [name, use] of Object.entries(USES)) {
        try {
          use(make(code))
        } catch (error) {
          assert.ok(MAY_THROW.has(name) && error instanceof Error, `${name}: ${error}`)
        }
      }
      assert.equal(make('1 + 1'), 2)
    })

    test(`${title} is awaited and resolved as itself`, async () => {
      const object = make(code)
      assert.equal(await object, object)
      assert.equal(await Promise.resolve(object), object)
      assert.equal(await (async () => object)(), object)
      assert.deepEqual(await Promise.all([object, 1]), [object, 1])
    })

    test(`${title} takes freezing and properties of JavaScript's`, () => {
      const object = make(code)
      const symbol = Symbol('mine')
      object[symbol] = 1
      assert.equal(object[symbol], 1)
      Object.defineProperty(object, 'of_javascript', { value: 5, configurable: true })
      assert.equal(object.of_javascript, 5)
      Object.freeze(object)
      assert.equal(Object.isFrozen(object), true)
      inspect(object)
      assert.equal(make('echo')(object), object)
      assert.equal(typeof object.__class__, 'function')
    })
  }

  test('inspect, Object.keys, await and isPyObject run no __getattr__', async () => {
    py.exec('log.clear()')
    const probe = make('Probe()')
    inspect([probe], { showProxy: true })
    Object.keys(probe)
    await probe
    await Promise.resolve(probe)
    py.isPyObject(probe)
    JSON.stringify([probe])
    String(probe)
    assert.deepEqual(probe, probe)
    assert.deepEqual(make('log'), [])
  })

  test('inspect is repr', () => {
    assert.equal(inspect(make('Thing()')), 'repr of Thing')
    assert.equal(inspect([make('Thing()')]), '[ repr of Thing ]')
    assert.match(inspect(make('Thing()').method), /^<bound method Thing\.method of repr of Thing>/)
    assert.equal(inspect(make('Rude()')), '<Rude object (its repr raised KeyError)>')
    assert.equal(inspect(make('1j')), '1j')
    assert.equal(inspect(make('cyclic')), '[[...]]')
    assert.ok(inspect(make('Items(range(100_000))')).length > 1000)
    const released = make('Thing()')
    py.gc(released)
    assert.equal(inspect(released), '<released Thing object>')
    inspect(Object.getPrototypeOf(make('Thing()')))
  })

  test('text is str, and throws what __str__ raises', () => {
    const thing = make('Thing()')
    assert.deepEqual(
      [String(thing), `${thing}!`, thing.toString()],
      ['text of Thing', 'text of Thing!', 'text of Thing'],
    )
    const rude = make('Rude()')
    for (const text of [() => String(rude), () => `${rude}`, () => rude.toString(), () => `a${rude}`]) {
      assert.throws(text, { pytype: 'ValueError', message: 'no str' })
    }
    assert.equal(String(make("Text('é')")), 'é')
  })

  test('numbers are float()', () => {
    assert.deepEqual(
      [+make('Number()'), make('Number()') * 2, Math.sqrt(make("__import__('fractions').Fraction(1, 4)"))],
      [2.5, 5, 0.5],
    )
    assert.throws(() => +make('Thing()'), { pytype: 'TypeError' })
    assert.throws(() => +make('Rude()'), { pytype: 'OSError' })
    assert.throws(() => BigInt(make('Thing()')), Error)
    // biome-ignore lint/suspicious/noDoubleEquals: the operator is tested
    assert.equal(make('Thing()') == 'text of Thing', true)
  })

  test('JSON is the value where there is one, else the text', () => {
    const rows: [code: string, json: string][] = [
      ['Items([1, [2]])', '[1,[2]]'],
      ['Pairs(a=1)', '{"a":1}'],
      ["Text('x')", '"x"'],
      ['Thing()', '"text of Thing"'],
      ["__import__('decimal').Decimal('1.5')", '"1.5"'],
      ['Color.RED', '"Color.RED"'],
    ]
    for (const [code, json] of rows) assert.equal(JSON.stringify(make(code)), json, code)
    assert.throws(() => JSON.stringify(make('Rude()')), { pytype: 'ValueError' })
    const cyclic = make('cyclic')
    assert.throws(() => JSON.stringify(cyclic), Error)
    py.gc(cyclic)
  })

  test('a clone is never mistaken for a live object', () => {
    for (const object of [make('Thing()'), make('echo'), make('Thing().method')]) clone(object)
  })

  test('proxies and heirs of live objects', () => {
    const thing = make('Thing()')
    const heir = Object.create(thing)
    assert.deepEqual([heir.a, py.isPyObject(heir)], [1, false])
    heir.a = 2
    assert.deepEqual([heir.a, thing.a], [2, 1])
    const proxy = new Proxy(thing, {})
    assert.equal(proxy.a, 1)
    assert.equal(py.isPyObject(proxy), false)
    assert.throws(() => class extends (make('echo') as new () => object) {}, TypeError)
    assert.equal(thing.method(), 1)
  })

  /** V8 clones what has no own properties to `{}`, and refuses functions; a crash or a second live object would be wrong. */
  function clone(object: unknown): void {
    if (typeof object === 'function') {
      assert.throws(() => structuredClone(object), { name: 'DataCloneError' })
    } else {
      assert.deepEqual(structuredClone(object), {})
      assert.equal(py.isPyObject(structuredClone(object)), false)
    }
  }
})
