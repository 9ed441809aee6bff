/** call, kwargs, unwrap, refresh, isPyObject, sameContext, getattr, hasattr, delattr, dir. */
import assert from 'node:assert/strict'
import { Kwargs, kwargs } from 'python-ts'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  py.exec(`
class Api:
    def both(self, *args, **kw): return [list(args), kw]
    @property
    def broken(self): raise KeyError('broken')
    @property
    def lacking(self): raise AttributeError('lacking')
    def __init__(self): self.value = 1
class Probe:
    log = []
    def __getattribute__(self, name):
        Probe.log.append(name)
        return object.__getattribute__(self, name)
    def __eq__(self, other): Probe.log.append('eq'); return True
    def __bool__(self): Probe.log.append('bool'); return False
    __hash__ = None
class Slots:
    __slots__ = ('a',)
`)

  test('call passes positional and keyword arguments', () => {
    const api = py.eval('Api()')
    assert.deepEqual(py.call(api, 'both'), [[], {}])
    assert.deepEqual(py.call(api, 'both', [1, null, [2]], { k: 'v', self_: 1 }), [
      [1, null, [2]],
      { k: 'v', self_: 1 },
    ])
    assert.deepEqual(py.call(api.__wrapper__, 'both', [], Object.assign(Object.create(null), { x: 1 })), [
      [],
      { x: 1 },
    ])
    assert.deepEqual(py.call(api.both, '__call__', [1]), [[1], {}])
    assert.equal(py.call(py.import('os').path, 'basename', ['/a/b']), 'b')
  })

  test('odd keyword names are passed as they are', () => {
    const api = py.eval('Api()')
    const names = ['class', 'a b', '', 'é', '😀', '__proto__', 'constructor', '1']
    const values = Object.fromEntries(names.map((name, i) => [name, i]))
    const [, seen] = api.both(kwargs(values))
    for (const name of names) assert.equal(seen[name], values[name], name)
  })

  test('kwargs() copies, and its values are read only where a call takes them', () => {
    const api = py.eval('Api()')
    const values: Record<string, unknown> = { a: 1 }
    const marker = kwargs(values)
    values.a = 2
    assert.ok(marker instanceof Kwargs)
    assert.deepEqual(api.both(marker), [[], { a: 1 }])
    assert.deepEqual(api.both(marker), [[], { a: 1 }])
    assert.deepEqual(api.both({ a: 1 }), [[{ a: 1 }], {}])
  })

  for (const [title, value] of [
    ['an array', []],
    ['null', null],
    ['nothing', undefined],
    ['a number', 1],
    ['a Map', new Map()],
    ['an instance', new (class K {})()],
    ['a marker', kwargs({})],
    ['a live object', py.eval('Api()')],
  ] as const) {
    test(`kwargs() refuses ${title}`, () => {
      assert.throws(() => kwargs(value as never), {
        name: 'TypeError',
        message: 'kwargs() takes one plain object that maps argument names to values.',
      })
    })
  }

  test('kwargs() anywhere but last is a TypeError, and Python still works', () => {
    const api = py.eval('Api()')
    const message = 'kwargs() must be the last argument of a call and come once.'
    const rows = [
      () => api.both(kwargs({ a: 1 }), 1),
      () => api.both(kwargs({ a: 1 }), kwargs({ b: 1 })),
      () => api.both([kwargs({ a: 1 })]),
      () => api.both({ x: kwargs({ a: 1 }) }),
      () => py.call(api, 'both', [kwargs({ a: 1 })]),
      () => {
        api.value = kwargs({ a: 1 })
      },
    ]
    for (const row of rows) assert.throws(row, { name: 'TypeError', message })
    assert.deepEqual([api.both(1), api.value], [[[1], {}], 1])
  })

  test('call refuses what is no object, name, array or plain object', () => {
    const api = py.eval('Api()')
    const rows: [run: () => unknown, message: string][] = [
      [() => py.call({}, 'm'), 'call() takes a live Python object, not an object.'],
      [() => py.call(null, 'm'), 'call() takes a live Python object, not null.'],
      [() => py.call('os', 'm'), 'call() takes a live Python object, not a string.'],
      [() => py.call(api, 5 as never), 'call() takes the name of a method as a string, not a number.'],
      [() => py.call(api, 'both', 5 as never), 'call() takes the arguments as an array, not a number.'],
      [() => py.call(api, 'both', null as never), 'call() takes the arguments as an array, not null.'],
      [
        () => py.call(api, 'both', [], [] as never),
        'call() takes the keyword arguments as a plain object, not an array.',
      ],
      [
        () => py.call(api, 'both', [], kwargs({}) as never),
        'call() takes the keyword arguments as a plain object, not what kwargs() makes.',
      ],
    ]
    for (const [run, message] of rows) assert.throws(run, { name: 'TypeError', message })
    assert.throws(() => py.call(api, 'missing'), { pytype: 'AttributeError' })
    assert.throws(() => py.call(api, 'value'), { pytype: 'TypeError', message: /not callable/ })
  })

  test('unwrap gives the live object, every time', () => {
    const api = py.eval('Api()')
    assert.equal(py.unwrap(api), api)
    assert.equal(py.unwrap(api.__wrapper__), api)
    assert.equal(py.unwrap(py.unwrap(api)), api)
    assert.equal(api.unwrap(), api)
    assert.equal(api.__wrapper__.unwrap(), api)
    assert.equal(py.unwrap(api.both), api.both)
    assert.throws(() => py.unwrap({}), { message: 'unwrap() takes a live Python object, not an object.' })
  })

  test('refresh returns the object, and changes nothing that Python has', () => {
    const api = py.eval('Api()')
    const { both } = api
    assert.equal(py.refresh(api), api)
    assert.equal(api.__refresh__(), api)
    assert.deepEqual([api.both, api.value], [both, 1])
    assert.throws(() => py.refresh(1), { message: 'refresh() takes a live Python object, not a number.' })
  })

  test('isPyObject and sameContext run no code of the object', () => {
    const probe = py.eval('Probe()')
    py.exec('Probe.log.clear()')
    assert.deepEqual([py.isPyObject(probe), py.sameContext(probe)], [true, true])
    assert.deepEqual(py.eval('Probe.log'), [])
    const trap = new Proxy({}, { get: assert.fail, has: assert.fail, getPrototypeOf: assert.fail as never })
    assert.deepEqual([py.isPyObject(trap), py.sameContext(trap)], [false, false])
  })

  test('isPyObject knows live objects, methods and wrappers, and nothing else', () => {
    const api = py.eval('Api()')
    for (const value of [api, api.both, api.__wrapper__, py.eval('Api'), py.import('os')]) {
      assert.deepEqual([py.isPyObject(value), py.sameContext(value)], [true, true])
    }
    const others = [1, null, undefined, 'x', {}, [], () => 1, Object.create(api), { ...api.__wrapper__ }, py]
    for (const value of others)
      assert.deepEqual([py.isPyObject(value), py.sameContext(value)], [false, false])
  })

  test('getattr has a default for what is absent, and only for that', () => {
    const api = py.eval('Api()')
    assert.equal(py.getattr(api, 'value'), 1)
    assert.equal(py.getattr(api, 'nothing'), undefined)
    assert.equal(py.getattr(api, 'nothing', 'default'), 'default')
    assert.equal(py.getattr(api, 'lacking', 'default'), 'default')
    assert.throws(() => py.getattr(api, 'broken', 'default'), { pytype: 'KeyError' })
    api.none = null
    assert.equal(py.getattr(api, 'none', 'default'), null)
    assert.equal(py.getattr(api.__wrapper__, 'value'), 1)
    assert.throws(() => py.getattr(api, 5 as never), {
      message: 'getattr() takes the name of an attribute as a string, not a number.',
    })
  })

  test('hasattr says no for an AttributeError, and only for that', () => {
    const api = py.eval('Api()')
    assert.deepEqual(
      ['value', 'both', 'nothing', 'lacking'].map((name) => py.hasattr(api, name)),
      [true, true, false, false],
    )
    assert.throws(() => py.hasattr(api, 'broken'), { pytype: 'KeyError' })
    assert.throws(() => py.hasattr({}, 'a'), {
      message: 'hasattr() takes a live Python object, not an object.',
    })
    assert.throws(() => py.hasattr(api, undefined as never), {
      message: 'hasattr() takes the name of an attribute as a string, not undefined.',
    })
  })

  test('delattr deletes in Python', () => {
    const api = py.eval('Api()')
    py.delattr(api, 'value')
    assert.equal(py.hasattr(api, 'value'), false)
    assert.throws(() => py.delattr(api, 'value'), { pytype: 'AttributeError' })
    assert.throws(() => py.delattr(api, 'both'), { pytype: 'AttributeError' })
    assert.throws(() => py.delattr(py.eval('Slots()'), 'a'), { pytype: 'AttributeError' })
    assert.throws(() => py.delattr(5, 'a'), {
      message: 'delattr() takes a live Python object, not a number.',
    })
  })

  test('dir lists what Python lists', () => {
    const api = py.eval('Api()')
    api.extra = 1
    const names = py.dir(api)
    for (const name of ['both', 'broken', 'value', 'extra', '__class__'])
      assert.ok(names.includes(name), name)
    assert.deepEqual(names, [...names].sort())
    assert.throws(() => py.dir([]), { message: 'dir() takes a live Python object, not an array.' })
  })
})
