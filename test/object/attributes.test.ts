/** Attributes and methods of live objects. */
import assert from 'node:assert/strict'
import { PythonError } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  py.exec(`
class Thing:
    shared = 'class'
    def __init__(self): self.own = 1
    def method(self, *args): return [self.own, *args]
    @classmethod
    def of_class(cls, n): return [cls is Thing, n]
    @staticmethod
    def static(n): return n + 1
    @property
    def prop(self): return self._prop
    @prop.setter
    def prop(self, value):
        if value is None: raise ValueError('no None')
        self._prop = value
    @property
    def read_only(self): return 5
    @property
    def lacking(self): raise AttributeError('lacking')
    @property
    def failing(self): raise KeyError('failing')
class Dynamic:
    def __getattr__(self, name):
        if name.startswith('dyn'): return name.upper()
        if name == 'boom': raise RuntimeError('boom')
        raise AttributeError(name)
class Slots:
    __slots__ = ('a',)
class Child(Thing):
    def method(self, *args): return ['child', *super().method(*args)]
def patch_class(): Thing.method = lambda self, *args: 'patched'
def unpatch_class(): Thing.method = original
original = Thing.method
def patch(o, name, value): setattr(o, name, value)
`)
  const make = (code = 'Thing()') => py.eval(code)

  test('reading, setting, making, deleting', () => {
    const thing = make()
    assert.deepEqual([thing.own, thing.shared, thing.absent, thing['']], [1, 'class', undefined, undefined])
    thing.own = [1, { a: 2 }]
    thing.fresh = null
    assert.deepEqual(
      [thing.own, thing.fresh, thing.__dict__],
      [[1, { a: 2 }], null, { own: [1, { a: 2 }], fresh: null }],
    )
    py.delattr(thing, 'fresh')
    assert.equal(thing.fresh, undefined)
    thing.shared = 'own'
    assert.deepEqual([thing.shared, make().shared], ['own', 'class'])
    py.delattr(thing, 'shared')
    assert.equal(thing.shared, 'class')
  })

  test('names of every kind', () => {
    const thing = make()
    for (const name of ['a b', 'é', '名', '😀', '1', '', 'class', 'a\0b', '__x', 'x'.repeat(10_000)]) {
      thing[name] = name.length
      assert.equal(thing[name], name.length, JSON.stringify(name))
      assert.equal(name in thing, true, JSON.stringify(name))
    }
    assert.equal(thing[5], undefined)
    thing[5] = 'five'
    assert.equal(thing['5'], 'five')
    for (const run of [() => thing['\ud800'], () => '\ud800' in thing]) {
      try {
        run()
      } catch (error) {
        assert.ok(error instanceof Error)
      }
    }
    assert.equal(thing.method()[0], 1)
  })

  test('in asks Python', () => {
    const thing = make()
    assert.deepEqual(
      ['own', 'method', 'prop', 'read_only', 'lacking', 'absent'].map((name) => name in thing),
      [true, true, false, true, false, false],
    )
    assert.throws(() => 'failing' in thing, { pytype: 'KeyError' })
    assert.equal('dynamic' in make('Dynamic()'), true)
  })

  test('only AttributeError means absent', () => {
    const thing = make()
    assert.deepEqual([thing.lacking, thing.prop], [undefined, undefined])
    assert.throws(() => thing.failing, { pytype: 'KeyError', message: "'failing'" })
    const dynamic = make('Dynamic()')
    assert.deepEqual([dynamic.dyna, dynamic.other], ['DYNA', undefined])
    assert.throws(() => dynamic.boom, { pytype: 'RuntimeError' })
  })

  test('setters run, and their errors arrive', () => {
    const thing = make()
    thing.prop = 3
    assert.equal(thing.prop, 3)
    assert.throws(
      () => {
        thing.prop = null
      },
      { pytype: 'ValueError', message: 'no None' },
    )
    assert.throws(
      () => {
        thing.read_only = 1
      },
      { pytype: 'AttributeError' },
    )
    const slots = make('Slots()')
    slots.a = 1
    assert.equal(slots.a, 1)
    assert.throws(
      () => {
        slots.b = 1
      },
      { pytype: 'AttributeError' },
    )
    assert.throws(
      () => {
        thing.x = Symbol('s')
      },
      { name: 'TypeError', message: 'A Symbol cannot be passed to Python.' },
    )
  })

  test('methods are bound, destructured, stable', () => {
    const thing = make()
    const { method, static: static_, of_class } = thing
    assert.deepEqual([method(2), method.call(null, 3), [4].map((x) => method(x))], [[1, 2], [1, 3], [[1, 4]]])
    assert.deepEqual([static_(1), of_class(2)], [2, [true, 2]])
    for (let i = 0; i < 3; i++) assert.ok(thing.method === method && thing.static === static_)
    assert.notEqual(make().method, method)
    assert.equal(make('Child()').method(9)[0], 'child')
    assert.equal(method.__func__, py.eval('Thing').method)
    assert.equal(method.__self__, thing)
    assert.equal(py.eval('lambda m, t: m == t.method')(method, thing), true)
  })

  test('classmethods are stable too', () => {
    const [thing, Thing] = [make(), make('Thing')]
    assert.equal(Thing.of_class, Thing.of_class)
    assert.equal(thing.of_class, thing.of_class)
  })

  test('methods follow what Python does to the class and to the instance', () => {
    const thing = make()
    const { method } = thing
    assert.deepEqual(method(), [1])
    py.eval('patch_class')()
    try {
      assert.equal(thing.method(), 'patched')
      assert.equal(method(), 'patched')
    } finally {
      py.eval('unpatch_class')()
    }
    assert.deepEqual(thing.method(), [1])
    py.eval('patch')(thing, 'method', py.eval('lambda *args: "own"'))
    assert.equal(thing.method(), 'own')
    assert.equal(method(), 'own')
    py.delattr(thing, 'method')
    assert.deepEqual(thing.method(), [1])
  })

  test('setting over a cached method reaches Python', () => {
    const thing = make()
    thing.method()
    thing.method = 5
    assert.deepEqual([thing.method, thing.__dict__.method], [5, 5])
    py.delattr(thing, 'method')
    assert.deepEqual(thing.method(7), [1, 7])
    thing.method = (x: number) => x * 2
    assert.equal(thing.method(4), 8)
    assert.equal(py.eval('lambda t: t.method(5)')(thing), 10)
  })

  test('a method that became a value is read as the value after refresh', () => {
    const thing = make()
    assert.deepEqual(thing.method(), [1])
    py.eval('patch')(thing, 'method', 5)
    assert.equal(py.refresh(thing).method, 5)
    assert.throws(() => py.call(thing, 'method'), { pytype: 'TypeError' })
  })

  test('deleting with JavaScript’s delete never lies', () => {
    const thing = make()
    try {
      delete thing.own
    } catch (error) {
      assert.ok(error instanceof TypeError)
    }
    assert.equal('own' in thing, thing.own !== undefined)
    thing.method()
    delete thing.method
    assert.deepEqual(thing.method(), [thing.own])
  })

  /** Every name that JavaScript objects, functions, promises or wrappers have. */
  const JS_NAMES = [
    'unwrap',
    'toString',
    'toJSON',
    'constructor',
    'prototype',
    'hasOwnProperty',
    'isPrototypeOf',
    'length',
    'name',
    'call',
    'apply',
    'bind',
    'valueOf',
    'toLocaleString',
    'inspect',
    '__wrapper__',
    '__refresh__',
    '__proto__',
    '__defineGetter__',
    '__lookupGetter__',
    'arguments',
    'caller',
    'catch',
    'finally',
    'next',
    'return',
    'throw',
    'size',
    'stack',
    'message',
    'cause',
    'nodeType',
    'asymmetricMatch',
    '$$typeof',
    'propertyIsEnumerable',
    'handed',
    'released',
    'type',
    'value',
    'repr',
  ] as const

  for (const [what, code] of [
    ['an instance', 'Named()'],
    ['a class', 'NamedClass'],
    ['a callable', 'NamedCallable()'],
  ] as const) {
    test(`no name of JavaScript's hides one of ${what}`, () => {
      py.exec(
        `
body = {name: 'mine ' + name for name in names}
Named = type('Named', (), dict(body))
NamedClass = type('NamedClass', (), dict(body))
NamedCallable = type('NamedCallable', (), {**body, '__call__': lambda self: 'called'})
class Function: pass
`.replace('in names}', () => `in ${JSON.stringify(JS_NAMES)}}`),
      )
      const named = make(code)
      for (const name of JS_NAMES) {
        assert.equal(named[name], `mine ${name}`, name)
        assert.equal(name in named, true, name)
      }
      assert.equal(named.then, undefined)
      for (const name of JS_NAMES) if (what !== 'a class') py.eval('patch')(named, name, `patched ${name}`)
      for (const name of JS_NAMES) if (what !== 'a class') assert.equal(named[name], `patched ${name}`, name)
      for (const name of JS_NAMES) {
        named[name] = `set ${name}`
        assert.equal(py.getattr(named, name), `set ${name}`, name)
        assert.equal(named[name], `set ${name}`, name)
      }
      assert.equal(py.unwrap(named), named)
      assert.equal(Object.getPrototypeOf(named) === null, false)
    })
  }

  test('methods of these names are methods', () => {
    py.exec(
      `Methods = type('Methods', (), {n: (lambda n: lambda self, *a: [n, *a])(n) for n in ${JSON.stringify(JS_NAMES)}})`,
    )
    const methods = make('Methods()')
    for (const name of JS_NAMES) {
      assert.deepEqual(methods[name](1), [name, 1], name)
      assert.equal(methods[name], methods[name], name)
    }
  })

  test('absent JavaScript names are undefined on Python objects', () => {
    for (const object of [make(), make('Thing'), py.eval('lambda: 1'), make().method, py.import('json')]) {
      for (const name of [
        'constructor',
        'length',
        'hasOwnProperty',
        'arguments',
        'caller',
        'inspect',
        '__proto__',
      ])
        assert.equal(object[name], undefined, name)
    }
    assert.deepEqual([make().prototype, make().method.prototype], [undefined, undefined])
    assert.equal(typeof make('Thing').prototype, 'object')
  })

  test('a non-callable then is an attribute, a callable one is kept back', async () => {
    py.exec(
      'Then = type("Then", (), {"then": 5})\nCallable = type("Callable", (), {"then": lambda self, *a: a})',
    )
    assert.equal(make('Then()').then, 5)
    const callable = make('Callable()')
    assert.equal(callable.then, undefined)
    assert.equal(await callable, callable)
    assert.deepEqual(py.getattr(callable, 'then')(1), [1])
  })

  test('dunder attributes are attributes', () => {
    const thing = make()
    assert.equal(thing.__class__, py.eval('Thing'))
    assert.equal(thing.__class__.__name__, 'Thing')
    assert.match(thing.__module__, /^__main__$/)
    assert.equal(thing.__eq__(thing), true)
    assert.equal(py.import('json').__name__, 'json')
    assert.deepEqual(py.eval('Slots').__slots__, ['a'])
  })

  test('an attribute whose access fails leaves Python working', () => {
    const thing = make()
    for (let i = 0; i < 100; i++) assert.ok(thrown(() => thing.failing) instanceof PythonError)
    assert.deepEqual(thing.method(1), [1, 1])
  })
})
