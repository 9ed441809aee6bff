/** Nesting, and conversions that fail: each an error of its class, with nothing left behind. */
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { kwargs, PythonError } from 'python-ts'
import { interpreterOf } from '#dist/python/runner'
import { counts } from '../support/leaks'
import { everywhere } from '../support/places'
import { waysOf } from './rows'

const KINDS: [kind: string, make: string, wrap: (inner: unknown) => unknown][] = [
  ['list', 'nested(%)', (inner) => (inner === undefined ? [] : [inner])],
  [
    'dict',
    'nested(%, dict, lambda d, v: d.update(k=v))',
    (inner) => (inner === undefined ? {} : { k: inner }),
  ],
  [
    'Map',
    'nested(%, dict, lambda d, v: d.update({1: v}))',
    (inner) => new Map(inner === undefined ? [] : [[1, inner]]),
  ],
]

everywhere(__filename, (py, test) => {
  const { isClean } = waysOf(py)

  for (const [kind, make, wrap] of KINDS) {
    test(`${kind}: 1,000 levels cross in both directions`, () => {
      assert.equal(depth(py.eval(make.replace('%', '1000'))), 1000)
      assert.equal(py.eval('depth')(build(1000, wrap)), 1000)
      assert.equal(
        py.eval('lambda f: depth(f())')(() => build(1000, wrap)),
        1000,
      )
    })

    test(`${kind}: 100,000 levels are a RangeError in both directions`, () => {
      assert.throws(() => py.eval(make.replace('%', '100_000')), RangeError)
      isClean()
      assert.throws(() => py.eval('depth')(build(100_000, wrap)), RangeError)
      isClean()
      assert.throws(() => py.eval('lambda f: depth(f())')(() => build(100_000, wrap)), RangeError)
      isClean()
      assert.throws(() => py.eval(`lambda f: f(${make.replace('%', '100_000')})`)(() => 1), tooDeepInPython)
      isClean()
    })
  }

  test('tuples, and frozensets in frozensets', () => {
    const tuples = 'nested(%, list, list.append)'
    assert.equal(depth(py.eval(tuples.replace('%', '1000'))), 1000)
    py.exec(
      'def inward(levels, make):\n  top = make()\n  for _ in range(levels - 1): top = make([top])\n  return top',
    )
    for (const make of ['tuple', 'frozenset']) {
      assert.equal(depth(py.eval(`inward(1000, ${make})`)), 1000)
      assert.throws(() => py.eval(`inward(100_000, tuple)`), RangeError)
      isClean()
    }
  })

  /** Python asked JavaScript, so Python hears of it first; what it lets through is a RangeError again, or its own. */
  function tooDeepInPython(error: unknown): boolean {
    return error instanceof RangeError || (error instanceof PythonError && error.pytype === 'RecursionError')
  }

  test('nesting through a JsError or its value ends', () => {
    py.exec(`
def caught(f):
    try: f()
    except Exception as e: return e

def ring(f):
    e = caught(f)
    e.value = [e]
    return e

def spiral(f):
    class Spiral(type(caught(f))):
        value = property(lambda self: [self])
    return Spiral.__new__(Spiral)
`)
    const fail = () => {
      throw new Error('x')
    }
    for (const name of ['ring', 'spiral']) {
      try {
        py.eval(name)(fail)
      } catch (error) {
        assert.ok(
          error instanceof RangeError || error instanceof PythonError || error instanceof TypeError,
          String(error),
        )
      }
      isClean()
    }
  })

  /** [what, what is done, how it fails] */
  const FAILING: [what: string, act: () => unknown, error: object][] = [
    [
      'a released memoryview',
      () => py.eval("released(memoryview(b'a'))"),
      { name: 'ValueError', pytype: 'ValueError' },
    ],
    [
      'one inside a list',
      () => py.eval("[object(), released(memoryview(b'a')), object()]"),
      { name: 'ValueError' },
    ],
    [
      'a Map with an object as key',
      () => py.eval('type')(new Map([[{}, 1]])),
      { name: 'TypeError', pytype: 'TypeError', message: /unhashable type: 'dict'/ },
    ],
    [
      'a Map with an Array as key',
      () => py.eval('type')(new Map([[[1], 1]])),
      { pytype: 'TypeError', message: /unhashable type: 'list'/ },
    ],
    [
      'a Set of Arrays',
      () => py.eval('type')(new Set([[1]])),
      { pytype: 'TypeError', message: /unhashable type: 'list'/ },
    ],
    [
      'a Set of Sets',
      () => py.eval('type')([new Set([new Set()])]),
      { pytype: 'TypeError', message: /unhashable type: 'set'/ },
    ],
    [
      'functions on both sides of a bad key',
      () => py.eval('type')([() => 1, new Map([[{}, 1]]), () => 2, new (class {})()]),
      { pytype: 'TypeError' },
    ],
    [
      'a Symbol',
      () => py.eval('type')(Symbol('s')),
      { name: 'TypeError', message: 'A Symbol cannot be passed to Python.' },
    ],
    [
      'a Symbol behind a function',
      () => py.eval('type')([() => 1, { a: Symbol('s') }]),
      { name: 'TypeError' },
    ],
    ['a boxed Symbol', () => py.eval('type')(Object(Symbol('s'))), { name: 'TypeError', message: /Symbol/ }],
    [
      'an invalid Date',
      () => py.eval('type')(new Date(Number.NaN)),
      { name: 'RangeError', message: /invalid Date/ },
    ],
    [
      'a Date before year 1',
      () => py.eval('type')(new Date(-62135596800001)),
      { name: 'RangeError', message: /years 1 to 9999/ },
    ],
    [
      'a Date after year 9999',
      () => py.eval('type')(new Date(253402300800000)),
      { name: 'RangeError', message: /years 1 to 9999/ },
    ],
    [
      'a detached ArrayBuffer',
      () => py.eval('type')(detached(new ArrayBuffer(8))),
      { name: 'TypeError', message: /detached/ },
    ],
    ['a view of one', () => py.eval('type')(detachedView()), { name: 'TypeError', message: /detached/ }],
    [
      'a typed array whose buffer has shrunk',
      () => py.eval('type')(outside(Int16Array)),
      { name: 'TypeError', message: /too small/ },
    ],
    [
      'a DataView likewise',
      () => py.eval('type')(outside(DataView)),
      { name: 'TypeError', message: /too small/ },
    ],
    ['a revoked Proxy', () => py.eval('type')(revoked()), { name: 'TypeError', message: /revoked/ }],
    [
      'an Array too long',
      () => py.eval('type')(Object.assign([], { length: 2 ** 32 - 1 })),
      { name: 'RangeError', message: /longer/ },
    ],
    ['an int beyond what a BigInt holds', () => py.eval('1 << (1 << 30)'), { name: 'RangeError' }],
    [
      'the same among live objects',
      () => py.eval('[object(), 1 << (1 << 30), object()]'),
      { name: 'RangeError' },
    ],
    [
      'kwargs() inside a value',
      () => py.eval('type')([() => 1, kwargs({})]),
      { name: 'TypeError', message: /kwargs/ },
    ],
    [
      'a released object before a function',
      () => py.eval('lambda *a: 1')(released(), () => 1),
      { name: 'TypeError', message: /released/ },
    ],
    [
      'an unknown method of a function',
      () => py.call(py.eval('box'), 'no_such', [() => 1, {}]),
      { pytype: 'AttributeError' },
    ],
  ]

  for (const [what, act, error] of FAILING) {
    test(`${what} is an error and leaves nothing`, () => {
      assert.throws(act, error)
      isClean()
      assert.throws(() => py.eval('lambda f: f()')(act), error)
      isClean()
    })
  }

  test('the error of a getter, or of a trap, is the one that arrives', () => {
    const thrown = new Error('mine')
    const fail = () => {
      throw thrown
    }
    const values = [
      Object.defineProperty({}, 'x', { get: fail, enumerable: true }),
      [() => 1, Object.defineProperty([], 0, { get: fail })],
      new Proxy([1], { get: fail }),
      new Proxy({ a: 1 }, { ownKeys: fail }),
      new Proxy({}, { getPrototypeOf: fail }),
    ]
    for (const value of values) {
      assert.throws(
        () => py.eval('type')(value),
        (error) => error === thrown,
      )
      assert.throws(
        () => py.eval('lambda f: f()')(() => value),
        (error) => error === thrown,
      )
      isClean()
    }
  })

  test('a failed conversion hands out nothing, collected or not', () => {
    const before = counts(interpreterOf(py))
    assert.throws(() => py.eval("[object(), [object()], released(memoryview(b'')), object()]"), {
      pytype: 'ValueError',
    })
    assert.ok(counts(interpreterOf(py)).python <= before.python + 1, 'only the exception')
  })

  test('what was converted is not kept, though nothing converts afterwards', async () => {
    const results = ['[object()]', "{'k': ['x' * 1000]}"].map((code) => new WeakRef(py.eval<object>(code)))
    for (let round = 0; round < 5; round++) {
      await setImmediate()
      globalThis.gc?.()
    }
    assert.deepEqual(
      results.map((result) => result.deref()),
      [undefined, undefined],
    )
  })

  test('a text in a container that is too long says so', () => {
    assert.throws(() => py.eval('["x" * 2 ** 28]'), {
      name: 'RangeError',
      message:
        'A container, or a text in one, has 268435456 items or characters; at most 2**28 - 1 can cross at a time.',
    })
  })

  function released(): unknown {
    const object = py.eval('Box()')
    py.gc(object)
    return object
  }
})

function build(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value = wrap(undefined)
  for (let i = 1; i < levels; i++) value = wrap(value)
  return value
}

function depth(value: unknown): number {
  let levels = 0
  for (let level = value; typeof level === 'object' && level !== null; levels++) [level] = inside(level)
  return levels
}

function inside(level: object): unknown[] {
  if (level instanceof Map || level instanceof Set) return [...level.values()]
  return Object.values(level)
}

function detached(buffer: ArrayBuffer): ArrayBuffer {
  structuredClone(buffer, { transfer: [buffer] })
  return buffer
}

function detachedView(): Float64Array {
  const view = new Float64Array(2)
  detached(view.buffer as ArrayBuffer)
  return view
}

/** A view whose buffer has become too small for it. */
function outside(View: new (buffer: ArrayBuffer, offset: number) => ArrayBufferView): ArrayBufferView {
  // TypeScript's library has it from ES2024 on.
  const buffer = Reflect.construct(ArrayBuffer, [16, { maxByteLength: 16 }]) as ArrayBuffer & Resizable
  const view = new View(buffer, 8)
  buffer.resize(4)
  return view
}

interface Resizable {
  resize(length: number): void
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
