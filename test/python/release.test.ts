/** gc, clear, delete, and what is used afterwards. */
import assert from 'node:assert/strict'
import { clib, Python } from 'python-ts'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  py.exec(`
class Thing:
    def method(self): return 'called'
    def __iter__(self): return iter([1, 2])
def identity(x=None): return x
`)
  const RELEASED = {
    name: 'TypeError',
    message: 'This Thing object was released and can no longer be used.',
  }

  test('gc releases once, by object or wrapper', () => {
    const [a, b] = [py.eval('Thing()'), py.eval('Thing()')]
    const wrapper = b.__wrapper__
    assert.deepEqual([py.gc(a), py.gc(a), py.gc(wrapper), py.gc(b)], [true, false, true, false])
  })

  test('gc takes live objects only', () => {
    const message = 'gc() takes a live Python object, not an object.'
    assert.throws(() => py.gc({}), { name: 'TypeError', message })
    const thing = py.eval('Thing()')
    assert.throws(() => py.gc(thing.method), {
      name: 'TypeError',
      message: 'gc() takes a live Python object; a method is released with its object.',
    })
    assert.equal(thing.method(), 'called')
  })

  test('every use of a released object says which object', () => {
    const thing = py.eval('Thing()')
    const { method } = thing
    const wrapper = thing.__wrapper__
    const identity = py.eval('identity')
    py.gc(thing)
    const uses: Record<string, () => unknown> = {
      read: () => thing.x,
      'read a method': () => thing.other,
      write: () => {
        thing.x = 1
      },
      in: () => 'x' in thing,
      call: () => thing.method(),
      'call a method taken before': () => method(),
      'read from a method taken before': () => method.__name__,
      pass: () => identity(thing),
      'pass the wrapper': () => identity(wrapper),
      'pass the method': () => identity(method),
      'pass in a list': () => identity([{ a: thing }]),
      'pass many': () => identity(1, 2, 3, 4, 5, 6, 7, thing),
      String: () => String(thing),
      template: () => `${thing}`,
      number: () => +thing,
      iterate: () => [...thing],
      'py.call': () => py.call(thing, 'method'),
      'py.getattr': () => py.getattr(thing, 'x', 1),
      'py.hasattr': () => py.hasattr(thing, 'x'),
      'py.delattr': () => py.delattr(thing, 'x'),
      'py.dir': () => py.dir(thing),
      'wrapper.repr': () => wrapper.repr,
      globals: () => py.eval('1', thing),
      instanceof: () => thing instanceof py.eval('Thing'),
      'clib._dir': () => clib._dir(thing),
      'clib._call_python': () => clib._call_python(thing, 'method'),
    }
    for (const [title, use] of Object.entries(uses)) assert.throws(use, RELEASED, title)
    assert.equal(identity(5), 5)
  })

  test('a released class, function and module say so too', () => {
    py.exec('class Gone: pass\ndef gone(): pass')
    const [Gone, gone, colorsys] = [py.eval('Gone'), py.eval('gone'), py.import('colorsys')]
    for (const object of [Gone, gone, colorsys]) py.gc(object)
    assert.throws(() => new Gone(), { message: 'This type object was released and can no longer be used.' })
    assert.throws(() => ({}) instanceof Gone, TypeError)
    assert.throws(() => gone(), { message: 'This function object was released and can no longer be used.' })
    assert.throws(() => colorsys.x, { message: 'This module object was released and can no longer be used.' })
  })

  test('the same Python object is handed out anew after gc', () => {
    py.exec('kept = Thing()')
    const first = py.eval('kept')
    py.gc(first)
    const second = py.eval('kept')
    assert.notEqual(first, second)
    assert.equal(second.method(), 'called')
    assert.equal(py.gc(first), false)
    assert.equal(second.method(), 'called')
    assert.throws(() => first.method(), RELEASED)
  })

  test('clear releases everything that JavaScript holds, and says how much', () => {
    const things = [py.eval('Thing()'), py.eval('Thing()'), py.eval('identity')]
    const released = py.clear()
    assert.ok(released >= things.length, String(released))
    assert.equal(py.clear(), 0)
    assert.throws(() => things[0].method(), RELEASED)
    assert.equal(py.eval('Thing()').method(), 'called')
    assert.equal(py.is_deleted, false)
  })

  test('delete of the main context releases its objects and ends that Python only', () => {
    const other = new Python()
    const thing = other.eval('Thing()')
    assert.deepEqual(
      [other.is_deleted, other.delete(), other.delete(), other.is_deleted],
      [false, true, false, true],
    )
    assert.throws(() => thing.method(), RELEASED)
    const message = 'This Python context was deleted; create a new Python.'
    const uses: Record<string, () => unknown> = {
      import: () => other.import('os'),
      exec: () => other.exec('1'),
      eval: () => other.eval('1'),
      call: () => other.call(py.eval('Thing()'), 'method'),
      unwrap: () => other.unwrap(py.eval('Thing()')),
      refresh: () => other.refresh(py.eval('Thing()')),
      reload: () => other.reload('this'),
      add_syspath: () => other.add_syspath('.'),
      gc: () => other.gc(py.eval('Thing()')),
      clear: () => other.clear(),
      getattr: () => other.getattr(py.eval('Thing()'), 'x'),
      hasattr: () => other.hasattr(py.eval('Thing()'), 'x'),
      delattr: () => other.delattr(py.eval('Thing()'), 'x'),
      dir: () => other.dir(py.eval('Thing()')),
    }
    for (const [title, use] of Object.entries(uses)) assert.throws(use, { name: 'Error', message }, title)
    assert.equal(py.eval('1 + 1'), 2)
  })

  test('a context ends with its objects; others go on', () => {
    const own = new Python({ context: true })
    own.exec('class Own:\n  def method(self): return 1')
    const object = own.eval('Own()')
    const { method } = object
    assert.equal(method(), 1)
    assert.deepEqual([own.delete(), own.delete(), own.is_deleted], [true, false, true])
    const message = 'This Own object was released and can no longer be used.'
    for (const use of [() => object.x, () => method(), () => String(object), () => py.getattr(object, 'x')]) {
      assert.throws(use, { name: 'TypeError', message })
    }
    assert.throws(() => own.eval('1'), { message: 'This Python context was deleted; create a new Python.' })
    assert.equal(py.eval('Thing()').method(), 'called')
    assert.equal(py.isPyObject(object), true)
  })

  test('objects of another context are refused by name', () => {
    const own = new Python({ context: true })
    try {
      own.exec('class Own: pass\ndef identity(x): return x')
      const object = own.eval('Own()')
      const message = 'This Own object belongs to another Python context and cannot be used in this one.'
      const identity = py.eval('identity')
      for (const use of [() => identity(object), () => identity([object]), () => py.dir(object)]) {
        assert.throws(use, { name: 'TypeError', message })
      }
      assert.throws(() => own.eval('identity')(py.eval('Thing()')), { message: /This Thing object belongs/ })
      assert.deepEqual([py.sameContext(object), own.sameContext(object)], [false, true])
      assert.equal(own.eval('identity')(object), object)
    } finally {
      own.delete()
    }
  })
})
