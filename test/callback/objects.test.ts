/** JavaScript objects that Python holds by reference. */
import assert from 'node:assert/strict'
import { counts } from '../support/leaks'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  py.exec(`
def call(f, *args, **kw): return f(*args, **kw)
def get(o, name, *default): return getattr(o, name, *default)
def put(o, name, value): setattr(o, name, value)
def drop(o, name): delattr(o, name)
def item(o, key): return o[key]
def set_item(o, key, value): o[key] = value
def del_item(o, key): del o[key]
def size(o): return len(o)
def truth(o): return bool(o)
def has(o, key): return key in o
def each(o): return list(o)
def unpack(o): a, b, *rest = o; return [a, b, rest]
def method(o, name, *args): return getattr(o, name)(*args)
def same(a, b): return a is b
def equal(a, b): return [a == b, a != b, hash(a) == hash(b)]
def texts(o): return [repr(o), str(o), f'{o}']
def kind(o): return type(o).__name__
def names(o): return dir(o)
def hasattr_(o, name): return hasattr(o, name)
def mixed(o): o.list = [1, {'a': 2}]; return o.list
def first(o):
    for x in o: return x
def has_own(o): return isinstance(o, dict), isinstance(o, list)
kept = None
def keep(o):
    global kept
    kept = o
def kept_is(o): return kept is o
`)
  const main = py.import('__main__')

  class Point {
    x = 1
    #y = 2
    static count = 5
    static make(): Point {
      return new Point()
    }
    get y() {
      return this.#y
    }
    set y(value: number) {
      if (value < 0) throw new RangeError('negative')
      this.#y = value
    }
    get failing(): number {
      throw new RangeError('getter')
    }
    add(n: number) {
      return this.x + this.#y + n
    }
    toString() {
      return `Point(${this.x})`
    }
  }

  test('attributes are read, set and deleted in the object itself', () => {
    const point = new Point()
    assert.deepEqual([main.get(point, 'x'), main.get(point, 'y')], [1, 2])
    main.put(point, 'x', 5)
    main.put(point, 'y', 6)
    main.put(point, 'fresh', [1])
    assert.deepEqual([point.x, point.y, (point as { fresh?: unknown }).fresh], [5, 6, [1]])
    main.drop(point, 'fresh')
    assert.equal('fresh' in point, false)
    assert.deepEqual(main.mixed(point), [1, { a: 2 }])
  })

  test('absent attributes are AttributeErrors, errors of accessors are their own', () => {
    const point = new Point()
    assert.equal(main.get(point, 'absent', 'default'), 'default')
    assert.equal(main.hasattr_(point, 'absent'), false)
    assert.throws(() => main.get(point, 'absent'), { pytype: 'AttributeError', message: /absent/ })
    assert.throws(() => main.drop(point, 'absent'), { pytype: 'AttributeError' })
    assert.throws(() => main.get(point, 'failing'), { name: 'RangeError', message: 'getter' })
    assert.throws(() => main.put(point, 'y', -1), { name: 'RangeError', message: 'negative' })
    assert.throws(() => main.put(Object.freeze(new Point()), 'x', 1), { name: 'TypeError', message: /'x'/ })
  })

  test('methods are called with their object', () => {
    const point = new Point()
    assert.equal(main.method(point, 'add', 4), 7)
    assert.equal(main.get(point, 'add'), point.add)
    assert.ok(main.method(Point, 'make') instanceof Point)
    assert.equal(main.get(Point, 'count'), 5)
    assert.ok(main.call(Point) instanceof Point)
  })

  test('identity is kept', () => {
    const point = new Point()
    assert.equal(main.same(point, point), true)
    assert.equal(main.same(point, new Point()), false)
    main.keep(point)
    assert.equal(main.kept, point)
    assert.equal(main.kept_is(point), true)
    assert.deepEqual(main.equal(point, point), [true, false, true])
    assert.equal(main.equal(point, new Point())[0], false)
    const pair = py.eval('lambda o: [o, {"a": o}]')(point)
    assert.ok(pair[0] === point && pair[1].a === point)
    main.keep(null)
  })

  test('text is that of JavaScript, and never fails in repr', () => {
    const [repr, str, formatted] = main.texts(new Point())
    assert.ok(repr.includes('Point(1)'), repr)
    assert.ok(str.includes('Point(1)'), str)
    assert.equal(formatted, str)
    class Rude {
      toString(): string {
        throw new Error('rude')
      }
    }
    assert.equal(typeof main.texts(new Rude())[0], 'string')
    assert.equal(typeof main.texts(Object.setPrototypeOf(new (class A {})(), class {}))[0], 'string')
  })

  test('length, truth, in and items', () => {
    class Row {
      length = 2
      0 = 'zero'
      1 = 'one'
      name = 'row'
    }
    const row = new Row()
    assert.deepEqual([main.size(row), main.item(row, 0), main.item(row, 'name')], [2, 'zero', 'row'])
    main.set_item(row, 'name', 'new')
    main.set_item(row, 1, 'uno')
    assert.deepEqual([row.name, row[1]], ['new', 'uno'])
    main.del_item(row, 'name')
    assert.equal('name' in row, false)
    assert.deepEqual([main.has(row, 0), main.has(row, 'nothing')], [true, false])
    assert.throws(() => main.item(row, 'nothing'), { pytype: 'KeyError' })
    assert.throws(() => main.del_item(row, 'nothing'), { pytype: 'KeyError' })
    assert.throws(() => main.item(row, [1]), { name: 'TypeError' })
    assert.throws(() => main.size(new Point()), { name: 'TypeError' })
    assert.deepEqual([main.truth(new Point()), main.truth(() => 1)], [true, true])
  })

  test('iterables are iterated, and left early', () => {
    const log: string[] = []
    class Bag {
      *[Symbol.iterator]() {
        try {
          yield 'a'
          yield ['b']
          yield new Point()
        } finally {
          log.push('closed')
        }
      }
    }
    const [a, b, point] = main.each(new Bag())
    assert.deepEqual([a, b], ['a', ['b']])
    assert.ok(point instanceof Point)
    assert.deepEqual(main.unpack([1, 2, 3, 4]), [1, 2, [3, 4]])
    assert.deepEqual(main.has(new Bag(), 'a'), true)
    assert.deepEqual(main.has(new Bag(), 'z'), false)
    assert.throws(() => main.each(new Point()), { pytype: 'TypeError', message: /not iterable/ })
    assert.equal(main.first(new Bag()), 'a')
  })

  test('an exception in next() is raised, and is the same Error', () => {
    const error = new RangeError('mid')
    const failing = function* () {
      yield 1
      throw error
    }
    assert.equal(
      thrown(() => main.each(failing())),
      error,
    )
    assert.equal(
      thrown(() =>
        main.each({
          __proto__: class {}.prototype,
          [Symbol.iterator]: () => ({ next: () => 5 }),
        }),
      ) instanceof Error,
      true,
    )
    assert.deepEqual(main.each(new Set([1, 2])), [1, 2])
  })

  test('Map, Set and plain objects go by value', () => {
    const map = new Map([['a', 1]])
    py.eval('lambda m: m.update(b=2)')(map)
    assert.deepEqual([...map], [['a', 1]])
    assert.equal(main.kind(map), 'dict')
    assert.equal(main.kind(new Set()), 'set')
    assert.equal(main.kind({}), 'dict')
    assert.equal(main.kind(Object.create(null)), 'dict')
    assert.deepEqual(main.has_own(new Point()), [false, false])
  })

  test('dir lists the members, also those of the class', () => {
    const names = main.names(new Point())
    for (const name of ['x', 'y', 'add']) assert.ok(names.includes(name), name)
  })

  test('proxies, getters and odd prototypes', () => {
    const proxy = new Proxy(new Point(), {
      get: (target, key, receiver) => (key === 'virtual' ? 9 : Reflect.get(target, key, receiver)),
      has: () => true,
    })
    assert.equal(main.get(proxy, 'virtual'), 9)
    const { proxy: revoked, revoke } = Proxy.revocable(new Point(), {})
    revoke()
    assert.throws(() => main.get(revoked, 'x'), Error)
    assert.throws(
      () =>
        main.size(
          new Proxy(
            {},
            {
              getPrototypeOf: () => {
                throw new RangeError('trap')
              },
            },
          ),
        ),
      {
        message: 'trap',
      },
    )
    assert.equal(main.get(py, 'debug'), false)
    assert.equal(main.kind(globalThis).startsWith('Js'), true)
    assert.equal(py.eval('1'), 1)
  })

  test('names that Python code reads everywhere', () => {
    const point = new Point()
    for (const name of [
      '__class__',
      '__dict__',
      '__name__',
      '__len__',
      '__iter__',
      '__wrapped__',
      '__array__',
      'a\0b',
      '\ud800',
      '',
    ])
      main.get(point, name, null)
    assert.deepEqual(py.eval('lambda o: [callable(o), isinstance(o, type(o))]')(point), [false, true])
    assert.equal(py.eval("lambda o: __import__('json').dumps(o, default=lambda x: x.x)")(point), '1')
    assert.throws(() => py.eval("lambda o: __import__('pickle').dumps(o)")(point), Error)
    assert.throws(() => py.eval("lambda o: __import__('copy').deepcopy(o)")(point), Error)
  })

  test('numbers that Python wants of an object', () => {
    assert.throws(() => py.eval('lambda o: o + 1')(new Point()), { name: 'TypeError' })
    assert.throws(() => py.eval('lambda o: int(o)')(new Point()), { name: 'TypeError' })
    assert.throws(() => py.eval('lambda o: o < o')(new Point()), { name: 'TypeError' })
  })

  test('objects are released when Python drops them', async () => {
    const before = counts().javascript
    for (let i = 0; i < 1000; i++) main.get(new Point(), 'add')
    main.keep(new Point())
    await new Promise((done) => setTimeout(done, 10))
    assert.ok(counts().javascript <= before + 2, String(counts().javascript))
    main.keep(null)
  })
})
