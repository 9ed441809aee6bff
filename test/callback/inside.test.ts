/** What may be done inside a callback, and what may not. */
import assert from 'node:assert/strict'
import { clib, Python } from 'python-ts'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  py.exec(`
class Thing:
    def run(self, f, *args): f(*args); return self.after()
    def after(self): return 'still here'
    def __getattr__(self, name):
        if name == 'hooked': return hook()
        raise AttributeError(name)
    def __iter__(self):
        yield 1
        hook()
        yield 2
hook = None
def call(f, *args): return f(*args)
def set_hook(f):
    global hook
    hook = f
`)
  const RELEASED = { message: 'This Thing object was released and can no longer be used.' }

  test('gc of the object whose method runs', () => {
    const thing = py.eval('Thing()')
    assert.equal(
      thing.run(() => assert.equal(py.gc(thing), true)),
      'still here',
    )
    assert.throws(() => thing.after(), RELEASED)
  })

  test('gc of the function that runs, and of the arguments', () => {
    const call = py.eval('lambda f, *args: f(*args)')
    const thing = py.eval('Thing()')
    assert.equal(
      call((x: unknown) => {
        assert.deepEqual([py.gc(call), py.gc(x), py.gc(thing)], [true, true, false])
        return 1
      }, thing),
      1,
    )
  })

  test('gc inside an attribute read, and inside an iteration', () => {
    const thing = py.eval('Thing()')
    const main = py.import('__main__')
    main.set_hook(() => py.gc(thing))
    assert.equal(thing.hooked, true)
    assert.throws(() => thing.hooked, RELEASED)
    const other = py.eval('Thing()')
    main.set_hook(() => py.gc(other))
    assert.deepEqual([...other], [1, 2])
    main.set_hook(null)
  })

  test('clear inside a callback', () => {
    const thing = py.eval('Thing()')
    assert.equal(
      thing.run(() => assert.ok(py.clear() > 0)),
      'still here',
    )
    assert.throws(() => thing.after(), RELEASED)
    assert.equal(py.eval('1 + 1'), 2)
  })

  test('delete of the main context inside a callback releases, and the call ends well', () => {
    const own = new Python()
    const thing = py.eval('Thing()')
    assert.equal(
      thing.run(() => assert.equal(own.delete(), true)),
      'still here',
    )
    assert.equal(own.is_deleted, true)
    assert.equal(py.eval('1 + 1'), 2)
  })

  test('a context refuses to be deleted inside its own callback', () => {
    const own = new Python({ context: true })
    try {
      own.exec('def call(f): return f()')
      const call = own.eval('call')
      const error = { name: 'Error', message: /cannot be deleted.* from inside a call of that same context/ }
      assert.throws(() => call(() => own.delete()), error)
      assert.throws(() => call(() => clib._delete_pycontext(own.context as never)), error)
      assert.equal(own.is_deleted, false)
      assert.equal(own.eval('1'), 1)
    } finally {
      assert.equal(own.delete(), true)
    }
  })

  test('Python is not destroyed inside a callback', () => {
    const call = py.eval('call')
    const error = { name: 'Error', message: /cannot be .*destroyed, from inside a call/ }
    assert.throws(() => call(() => clib._destroy_python()), error)
    assert.throws(() => call(() => call(() => clib._destroy_python())), error)
    assert.equal(py.is_deleted, false)
    assert.equal(
      call(() => 3),
      3,
    )
  })

  test('a context is made, used and deleted inside a callback', () => {
    const call = py.eval('call')
    const result = call(() => {
      const own = new Python({ context: true })
      own.exec('x = 5')
      const x = own.eval('x')
      own.delete()
      return x
    })
    assert.equal(result, 5)
  })

  test('import, exec, eval, reload and add_syspath inside a callback', () => {
    const call = py.eval('call')
    const seen = call(() => {
      py.exec('inside = 5')
      py.reload('colorsys')
      py.add_syspath('.')
      return [py.eval('inside'), py.import('colorsys').__name__]
    })
    assert.deepEqual(seen, [5, 'colorsys'])
  })

  test('garbage collection of both sides inside a callback', () => {
    const call = py.eval('call')
    for (let i = 0; i < 5; i++) {
      const result = call(
        (a: unknown[], f: (x: number) => number) => {
          globalThis.gc?.()
          py.exec('import gc; gc.collect()')
          return [a, f(1)]
        },
        [[1, 2], { a: 'b' }],
        (x: number) => x + 1,
      )
      assert.deepEqual(result, [[[1, 2], { a: 'b' }], 2])
    }
  })

  test('a callback that runs while arguments are read', () => {
    const call = py.eval('call')
    const args = {
      first: 'a',
      get second() {
        return call(() => ['b', { c: call(() => 'd') }])
      },
      third: 'é😀',
    }
    assert.deepEqual(
      call((x: unknown) => x, args),
      { first: 'a', second: ['b', { c: 'd' }], third: 'é😀' },
    )
  })
})
