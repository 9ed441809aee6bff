/** Live objects: attributes, methods, callables, protocols, names of ours. */
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { kwargs, PythonError } from 'python-ts'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  py.exec(`
class Point:
    def __init__(self, x=0, y=0):
        self.x, self.y = x, y
    @property
    def bad(self): raise ValueError('no')
    def add(self, *args, **kwargs):
        "Adds."
        return self.x + sum(args) + sum(kwargs.values())
    def me(self, other): return other is self
    def bound(self, method): return method == self.add
    def then(self): return 1

class Quiet:
    def __getattr__(self, name):
        probed.append(name)
        raise AttributeError(name)

class Rude:
    def __repr__(self): raise ValueError('x')
    def __str__(self): raise ValueError('y')

class Items(list): pass

class Dynamic:
    unwrap = 'mine'
    toString = 'mine too'

probed, log = [], []

def count():
    try:
        yield 1
        yield 2
        raise KeyError('end')
    finally:
        log.append('closed')

def twice(x): return x * 2
`)

  const make = (code: string) => py.eval(code)

  test('attributes are live', () => {
    const point = make('Point(1, 2)')
    point.x = 5
    point.z = 'new'
    assert.deepEqual([point.x, point.z, point.absent], [5, 'new', undefined])
    assert.deepEqual(['x' in point, 'absent' in point], [true, false])
    py.delattr(point, 'z')
    assert.equal(point.z, undefined)
    assert.equal(py.getattr(point, 'z', 7), 7)
    assert.ok(py.dir(point).includes('add'))
  })

  test('a property that raises throws', () => {
    assert.throws(
      () => make('Point()').bad,
      (error) => error instanceof PythonError && error.pytype === 'ValueError',
    )
  })

  test('methods are bound, stable and found by name', () => {
    const point = make('Point(1)')
    const { add } = point
    assert.equal(add(), 1)
    assert.equal(add(1, 2, 3, 4), 11)
    assert.equal(add(1, kwargs({ k: 5 })), 7)
    assert.equal(point.add, add)
    assert.equal(py.refresh(point).add, add)
    assert.equal(add.__doc__, 'Adds.')
    assert.equal(point.bound(add), true)
    assert.equal(inspect(add).startsWith('<bound method Point.add'), true)
    assert.throws(() => new add(), TypeError)
    point.add = 3
    assert.equal(point.add, 3)
  })

  test('kwargs() comes last and once', () => {
    const { add } = make('Point()')
    assert.throws(() => add(kwargs({}), 1), { name: 'TypeError', message: /last argument/ })
    assert.throws(() => add(kwargs({}), kwargs({})), { name: 'TypeError', message: /last argument/ })
    assert.throws(() => kwargs([] as never), TypeError)
  })

  test('the same Python object is the same JavaScript object', () => {
    const point = make('Point()')
    py.exec('keep = None')
    py.import('__main__').keep = point
    assert.equal(make('keep'), point)
    assert.equal(point.me(point), true)
    assert.equal(point.me(point.__wrapper__), true)
  })

  test('callables are functions that show Python attributes only', () => {
    const twice = make('twice')
    assert.deepEqual(
      [1, 2].map((x) => twice(x)),
      [2, 4],
    )
    assert.deepEqual([twice.name, twice.length, twice.constructor, twice.prototype], Array(4).fill(undefined))
    assert.equal(twice.__name__, 'twice')
    assert.deepEqual(Object.keys(twice), [])
  })

  test('classes are made with and without new, and know their instances', () => {
    const { Point } = py.import('__main__')
    assert.equal(new Point(3).x, 3)
    assert.ok(Point() instanceof Point)
    assert.ok(!({} instanceof Point))
    const { int } = py.import('builtins')
    assert.equal(int('5'), 5)
    assert.equal(String(new int('5')), '5')
  })

  test('then, toJSON and constructor run no __getattr__', async () => {
    const quiet = make('Quiet()')
    assert.equal(await quiet, quiet)
    assert.equal(JSON.stringify([make('Point().x')]), '[0]')
    assert.match(JSON.stringify(quiet), /Quiet object/)
    inspect(quiet)
    assert.deepEqual(make('probed'), [])
    assert.equal(make('Point()').then, undefined)
    assert.equal(py.getattr(make('Point()'), 'then')(), 1)
  })

  test('Python attributes hide the names of ours', () => {
    const dynamic = make('Dynamic()')
    assert.deepEqual([dynamic.unwrap, dynamic.toString], ['mine', 'mine too'])
    const point = make('Point()')
    assert.equal(point.unwrap().unwrap(), point)
  })

  test('__wrapper__ tells about the object', () => {
    const point = make('Point()')
    const { type, value, pytype, repr, state, time, index } = point.__wrapper__
    assert.equal(point.__wrapper__, point.__wrapper__)
    assert.deepEqual([type, state], ['python-ts/PyObject*', py.context.state])
    assert.match(pytype, /(^|\.)Point$/)
    assert.match(value, /^\d+$/)
    assert.match(repr, /Point object/)
    assert.ok(Math.abs(time - Date.now() / 1000) < 60 && Number.isInteger(index))
    assert.equal(py.unwrap(point.__wrapper__), point)
  })

  test('iteration follows Python', () => {
    const { count } = py.import('__main__')
    py.exec('log.clear()')
    const [first] = count()
    assert.equal(first, 1)
    assert.deepEqual(make('log'), ['closed'])
    assert.throws(() => [...count()], { name: 'KeyError' })
    assert.deepEqual([...make('Items([1, 2])')], [1, 2])
    assert.throws(() => [...make('Point()')], TypeError)
  })

  test('text: str, repr, JSON, numbers', () => {
    assert.equal(`${make('Items([1])')}`, '[1]')
    assert.equal(JSON.stringify(make('Items([1])')), '[1]')
    assert.equal(+make("__import__('fractions').Fraction(1, 2)"), 0.5)
    assert.throws(() => +make('Point()'), { name: 'TypeError' })
    assert.throws(() => String(make('Rude()')), { name: 'ValueError' })
    assert.equal(inspect(make('Rude()')), '<Rude object (its repr raised ValueError)>')
    assert.equal(inspect([make('Items([1])')], { showProxy: true, showHidden: false }), '[ [1] ]')
  })

  test('a released object says so', () => {
    const point = make('Point()')
    const { add } = point
    assert.deepEqual([py.gc(point), py.gc(point)], [true, false])
    const released = {
      name: 'TypeError',
      message: 'This Point object was released and can no longer be used.',
    }
    for (const use of [() => point.x, () => add(), () => make('twice')(point), () => String(point)]) {
      assert.throws(use, released)
    }
    assert.equal(inspect(point), '<released Point object>')
  })

  test('live objects are nothing but themselves', () => {
    const point = make('Point()')
    for (const key in point) assert.fail(key)
    assert.deepEqual(Object.getOwnPropertySymbols(point), [])
    assert.equal(py.isPyObject(point), true)
    assert.equal(py.isPyObject({ ...point }), false)
    assert.equal(py.isPyObject(Object.create(point)), false)
    const symbol = Symbol('mine')
    point[symbol] = 1
    assert.equal(point[symbol], 1)
    const frozen = Object.freeze(make('Point(4)'))
    assert.equal(frozen.add(), 4)
  })
})
