/** What user code may do to a bridge: throw what cannot be looked at, recurse without end, misuse classes. */
import assert from 'node:assert/strict'
import { runInThisContext as source } from 'node:vm'
import type { PyValue } from 'python-ts'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  py.exec(`
def call(f, *args): return f(*args)
def caught(f):
    try: return f()
    except BaseException as error: return [type(error).__name__, str(error), error.value]
class Base:
    def __init__(self, *args): self.args = args
    def hook(self): return 'base'
    def run(self): return self.hook()
`)
  const { Base, call, caught } = py.import('__main__')
  const fail = (): never => {
    throw new Error('trap')
  }
  const revoked = (target: object): object => {
    const { proxy, revoke } = Proxy.revocable(target, {})
    revoke()
    return proxy
  }
  const traps = Object.fromEntries(Reflect.ownKeys(Reflect).map((name) => [name, fail]))

  const THROWN: [what: string, value: () => unknown, text: string | RegExp][] = [
    ['null', () => null, 'None'],
    ['a number', () => 5, '5'],
    ['a symbol', () => Symbol.for('s'), 'Symbol(s)'],
    ['a frozen Error', () => Object.freeze(new Error('f')), 'Error: f'],
    ['a proxy of an Error', () => new Proxy(new Error('p'), {}), 'Error: p'],
    ['an object whose traps throw', () => new Proxy({}, traps), /./],
    ['a function whose traps throw', () => new Proxy(() => 1, traps), /Function/],
    ['a revoked proxy', () => revoked({}), /Revoked|object/],
    ['a revoked proxy of a function', () => revoked(() => 1), /Revoked|Function/],
    ['an object without prototype', () => Object.create(null), '[Object: null prototype] {}'],
    [
      'an Error whose message throws',
      () => Object.defineProperty(new Error('m'), 'message', { get: fail }),
      'Error',
    ],
    [
      'an Error whose stack throws',
      () => Object.defineProperty(new Error('s'), 'stack', { get: fail }),
      'Error: s',
    ],
    ['a function', () => fail, '[Function: fail]'],
    ['a class', () => class Thrown {}, '[class Thrown]'],
  ]
  for (const [what, make, text] of THROWN) {
    test(`${what}, thrown, arrives in Python and comes back as the same`, () => {
      const value = make()
      const throws = () => {
        throw value
      }
      const seen = caught(throws)
      assert.equal(seen[0], 'JsError')
      if (typeof text === 'string') assert.equal(seen[1], text)
      else assert.match(seen[1], text)
      assert.ok(Object.is(seen[2], value))
      let back: unknown
      try {
        call(throws)
      } catch (error) {
        back = error
      }
      assert.ok(Object.is(back, value))
    })
  }

  const ENDLESS: Record<string, () => unknown> = {
    'a function': () => {
      const f = (n: number): unknown => call(f, n + 1)
      return f(0)
    },
    'a function with objects': () => {
      const f = (list: unknown[]): unknown => call(f, [list.length])
      return f([])
    },
    'a getter': () =>
      new (class Deep {
        get x(): unknown {
          return py.eval<PyValue>('lambda o: o.x')(this)
        }
      })().x,
    'an iterator': () =>
      new (class Deep {
        *[Symbol.iterator](): Generator<unknown> {
          yield* py.eval<PyValue>('list')(this)
        }
      })()
        [Symbol.iterator]()
        .next(),
  }
  for (const [what, recurse] of Object.entries(ENDLESS)) {
    test(`${what} that calls itself through Python without end is an error, and both sides go on`, {
      mayLeak: 'the stack was full',
    }, () => {
      for (let round = 0; round < 2; round++) {
        assert.throws(recurse, { name: /^(RangeError|RecursionError|JsError)$/ })
        assert.equal(
          call((n: number) => n + 1, 1),
          2,
        )
      }
    })
  }

  test('constructors that throw, return something else, or misuse super', { mayLeak: 'classes stay' }, () => {
    const derive = source(`(Base) => [
      class extends Base { constructor() { throw new RangeError('before') } },
      class extends Base { constructor() { super(); throw new RangeError('after') } },
      class extends Base { constructor() { return { other: 1 } } },
      class extends Base { constructor() { super(); super() } },
      class extends Base { constructor() {} },
    ]`) as (base: PyValue) => unknown[]
    const [Before, After, Other, Twice, Without] = derive(Base)
    const make = py.eval('lambda c: c()')
    assert.throws(() => make(Before), { name: 'RangeError', message: 'before' })
    assert.throws(() => make(After), { name: 'RangeError', message: 'after' })
    assert.deepEqual(make(Other), { other: 1 })
    assert.throws(() => make(Twice), { name: 'ReferenceError' })
    assert.throws(() => make(Without), { name: 'ReferenceError' })
    assert.equal(py.eval('1 + 1'), 2)
  })

  test('an error that throws another one when it is read, which throws another one, and so on', () => {
    let made = 0
    class Endless extends Error {
      constructor() {
        super()
        made++
      }
      override get name(): string {
        throw new Endless()
      }
      override get message(): string {
        throw new Endless()
      }
    }
    const error = new Endless()
    const throws = () => {
      throw error
    }
    const [type, text, value] = caught(throws)
    assert.deepEqual([type, text], ['JsError', ''])
    assert.equal(value, error)
    assert.throws(
      () => call(throws),
      (thrown) => thrown === error,
    )
    assert.ok(made < 1000, `${made} errors`)
  })

  test('names that a class cannot define, and methods that answer nonsense', {
    mayLeak: 'classes stay',
  }, () => {
    for (const name of ['__del__', '__new__', '__init_subclass__', '__class__', '__dict__', '__weakref__']) {
      const Refused = { [name]: class extends Base {} }[name] as PyValue
      Object.defineProperty(Refused.prototype, name, { value: fail })
      assert.throws(() => new Refused(), { name: 'TypeError', message: new RegExp(`cannot define ${name}`) })
    }
    class Odd extends Base {
      __eq__() {
        return true
      }
      __len__() {
        return -1
      }
      __str__() {
        return 5
      }
    }
    const odd = new Odd()
    assert.equal(py.eval('lambda o: o == 5')(odd), true)
    assert.throws(() => py.eval('hash')(odd), { name: 'TypeError', message: "unhashable type: 'Odd'" })
    assert.throws(() => py.eval('len')(odd), { name: 'ValueError' })
    assert.throws(() => py.eval('str')(odd), { name: 'TypeError' })
  })

  test('a method that is taken away gives way to the one it overrode', { mayLeak: 'classes stay' }, () => {
    class Fickle extends Base {
      hook() {
        Reflect.deleteProperty(Fickle.prototype, 'hook')
        return `${super.hook()}!`
      }
    }
    const fickle = new Fickle()
    assert.deepEqual([fickle.run(), fickle.run()], ['base!', 'base'])
  })
})
