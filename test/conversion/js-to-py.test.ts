/** What JavaScript values become in Python, row by row, on every way that a value can take. */
import assert from 'node:assert/strict'
import vm from 'node:vm'
import { everywhere } from '../support/places'
import { waysOf } from './rows'

/** [what, the value, a Python expression of the same value; one that starts with `(v` says what is true of `v`] */
type Row = [what: string, make: () => unknown, code: string]

const NUMBERS: [value: number, code: string][] = [
  [0, '0'],
  [-0, '-0.0'],
  [1, '1'],
  [-1, '-1'],
  ...[27, 28, 31, 32, 52].flatMap((bits) =>
    [-1, 0, 1].flatMap((delta): [number, string][] => [
      [2 ** bits + delta, `2 ** ${bits} + ${delta}`],
      [-(2 ** bits) - delta, `-(2 ** ${bits}) - ${delta}`],
    ]),
  ),
  [Number.MAX_SAFE_INTEGER, '2 ** 53 - 1'],
  [Number.MIN_SAFE_INTEGER, '1 - 2 ** 53'],
  [2 ** 53, '2.0 ** 53'],
  [-(2 ** 53), '-(2.0 ** 53)'],
  [2 ** 53 + 2, '2.0 ** 53 + 2'],
  [2 ** 63, '2.0 ** 63'],
  [2 ** 64, '2.0 ** 64'],
  [1e21, '1e21'],
  [1.5, '1.5'],
  [0.1, '0.1'],
  [5e-324, '5e-324'],
  [Number.MAX_VALUE, '1.7976931348623157e308'],
  [Number.NaN, "float('nan')"],
  [Number.POSITIVE_INFINITY, "float('inf')"],
  [Number.NEGATIVE_INFINITY, "float('-inf')"],
]

const BIGINTS: [value: bigint, code: string][] = [
  [0n, '0'],
  [1n, '1'],
  [-1n, '-1'],
  ...[28n, 31n, 32n, 53n, 63n, 64n, 65n, 70n, 128n, 1000n].flatMap((bits) =>
    [-1n, 0n, 1n].flatMap((delta): [bigint, string][] => [
      [2n ** bits + delta, `2 ** ${bits} + ${delta}`],
      [-(2n ** bits) - delta, `-(2 ** ${bits}) - ${delta}`],
    ]),
  ),
  [10n ** 5000n, '10 ** 5000'],
  [-(10n ** 5000n), '-(10 ** 5000)'],
]

const STRINGS: [value: string, code: string][] = [
  ['', "''"],
  ['plain', "'plain'"],
  ['café ÿ', "'caf\\xe9 \\xff'"],
  ['Ā汉字', "'\\u0100汉字'"],
  ['😀 a', "'\\U0001f600 a'"],
  ['\u{10ffff}', "'\\U0010ffff'"],
  ['\ud83d\ude00', "'\\U0001f600'"],
  ['a\0b\0', "'a\\0b\\0'"],
  ['\ufeffbom', "'\\ufeffbom'"],
  ['\ufffe', "'\\ufffe'"],
  ['\ud800', "'\\ud800'"],
  ['\udfff', "'\\udfff'"],
  ['a\ud800b字', "'a\\ud800b字'"],
  ['\udc00\ud800', "'\\udc00\\ud800'"],
  ['x'.repeat(1e6), "'x' * 1_000_000"],
  ['字'.repeat(1e6), "'字' * 1_000_000"],
]

const SCALARS: Row[] = [
  ['undefined', () => undefined, 'None'],
  ['null', () => null, 'None'],
  ['true', () => true, 'True'],
  ['false', () => false, 'False'],
  ['a boxed number', () => Object(5), '5'],
  ['a boxed -0', () => Object(-0), '-0.0'],
  ['a boxed string', () => Object('a'), "'a'"],
  ['a boxed boolean', () => Object(false), 'False'],
  ['a boxed bigint', () => Object(2n ** 70n), '2 ** 70'],
]

class OwnArray extends Array<unknown> {}
class OwnMap extends Map<unknown, unknown> {}
class OwnSet extends Set<unknown> {}
class OwnDate extends Date {}

const inherited = Object.assign(Object.create(null), { a: 1 })

const CONTAINERS: Row[] = [
  ['[]', () => [], '[]'],
  ['nested Arrays', () => [1, [2, [3.5, [null]]]], '[1, [2, [3.5, [None]]]]'],
  // biome-ignore lint/suspicious/noSparseArray: the hole is the test
  ['holes', () => [1, , 3], '[1, None, 3]'],
  ['a sparse Array', () => Object.assign([], { 5: 1 }), '[None] * 5 + [1]'],
  ['names on an Array', () => Object.assign([1], { name: 2 }), '[1]'],
  ['a subclass of Array', () => OwnArray.from([1, 2]), '[1, 2]'],
  ['an Array without a prototype', () => Object.setPrototypeOf([1], null), '[1]'],
  ['an Array of another realm', () => vm.runInNewContext('[1, [2]]'), '[1, [2]]'],
  ['a Proxy of an Array', () => new Proxy([1, 2], {}), '[1, 2]'],
  ['{}', () => ({}), '{}'],
  ['keys in order', () => ({ b: 1, a: { c: [] } }), "{'b': 1, 'a': {'c': []}}"],
  ['keys like integers first', () => ({ b: 0, 2: 0, a: 0, 1: 0 }), "{'1': 0, '2': 0, 'b': 0, 'a': 0}"],
  [
    'odd keys',
    () => ({ '': 1, 'a\0': 2, é: 3, '\ud800': 4, '😀': 5 }),
    "{'': 1, 'a\\0': 2, 'é': 3, '\\ud800': 4, '\\U0001f600': 5}",
  ],
  [
    '__proto__ as a key',
    () => JSON.parse('{"__proto__": {"x": 1}, "constructor": 2, "toString": 3}'),
    "{'__proto__': {'x': 1}, 'constructor': 2, 'toString': 3}",
  ],
  ['an object without a prototype', () => inherited, "{'a': 1}"],
  ['undefined values', () => ({ a: undefined }), "{'a': None}"],
  [
    'getters',
    () => ({
      get a() {
        return 1
      },
    }),
    "{'a': 1}",
  ],
  ['symbol keys', () => ({ a: 1, [Symbol('s')]: 2 }), "{'a': 1}"],
  ['what is not enumerable', () => Object.defineProperty({ a: 1 }, 'b', { value: 2 }), "{'a': 1}"],
  ['toJSON', () => ({ a: 1, toJSON: 5 }), "{'a': 1, 'toJSON': 5}"],
  ['a frozen object', () => Object.freeze({ a: 1 }), "{'a': 1}"],
  ['an object of another realm', () => vm.runInNewContext('({ a: { b: 1 } })'), "{'a': {'b': 1}}"],
  ['a Proxy of an object', () => new Proxy({ a: 1 }, {}), "{'a': 1}"],
  [
    'Map',
    () =>
      new Map<unknown, unknown>([
        ['a', 1],
        [2, 'b'],
        [null, 0],
        [2.5, 1],
        [5n ** 40n, 3],
      ]),
    "{'a': 1, 2: 'b', None: 0, 2.5: 1, 5 ** 40: 3}",
  ],
  [
    'a Map whose keys are equal in Python',
    () =>
      new Map<unknown, unknown>([
        [1, 'a'],
        [true, 'b'],
      ]),
    "{1: 'b'}",
  ],
  [
    'a Map with Buffer and Date keys',
    () =>
      new Map<unknown, unknown>([
        [Buffer.from('x'), 1],
        [new Date(0), 2],
      ]),
    "{b'x': 1, datetime.datetime(1970, 1, 1, tzinfo=timezone.utc): 2}",
  ],
  ['a subclass of Map', () => new OwnMap([['a', 1]]), "{'a': 1}"],
  ['a Map of another realm', () => vm.runInNewContext('new Map([[1, 2]])'), '{1: 2}'],
  ['Set', () => new Set([1, 'a', null]), "{1, 'a', None}"],
  ['an empty Set', () => new Set(), 'set()'],
  ['a subclass of Set', () => new OwnSet([1]), '{1}'],
  ['a Set of another realm', () => vm.runInNewContext('new Set([1])'), '{1}'],
]

const utc = (...parts: number[]) => `datetime.datetime(${parts.join(', ')}, tzinfo=timezone.utc)`

const DATES: Row[] = [
  ['the epoch', () => new Date(0), utc(1970, 1, 1)],
  [
    'milliseconds',
    () => new Date(Date.UTC(2024, 1, 29, 12, 30, 15, 123)),
    utc(2024, 2, 29, 12, 30, 15, 123000),
  ],
  ['before 1970', () => new Date(-1), utc(1969, 12, 31, 23, 59, 59, 999000)],
  ['the first moment', () => new Date('0001-01-01T00:00:00.000Z'), utc(1, 1, 1)],
  ['the last moment', () => new Date('9999-12-31T23:59:59.999Z'), utc(9999, 12, 31, 23, 59, 59, 999000)],
  ['a subclass of Date', () => new OwnDate(0), utc(1970, 1, 1)],
  ['a Date of another realm', () => vm.runInNewContext('new Date(0)'), utc(1970, 1, 1)],
  ['UTC itself', () => new Date(0), '(v.tzinfo is timezone.utc)'],
]

/** Typed arrays: [constructor, struct format]. */
const FORMATS: [type: string, format: string][] = [
  ['Int8Array', 'b'],
  ['Uint8Array', 'B'],
  ['Uint8ClampedArray', 'B'],
  ['Int16Array', 'h'],
  ['Uint16Array', 'H'],
  ['Int32Array', 'i'],
  ['Uint32Array', 'I'],
  ['Float32Array', 'f'],
  ['Float64Array', 'd'],
  ['BigInt64Array', 'q'],
  ['BigUint64Array', 'Q'],
  ...('Float16Array' in globalThis ? [['Float16Array', 'e'] as [string, string]] : []),
]

const viewOf = (format: string, values: string) =>
  format === 'e' ? `(v is not None and is_half(v, ${values}))` : `view('${format}', ${values})`

const TYPED: Row[] = FORMATS.flatMap(([type, format]): Row[] => {
  const Type = (globalThis as unknown as Record<string, new (...args: unknown[]) => Float64Array>)[type]
  assert.ok(Type)
  const values: unknown[] = type.startsWith('Big') ? [1n, 2n, 3n, 4n] : [1, 2, 3, 4]
  const make = () => new Type(values)
  return [
    [type, make, viewOf(format, '1, 2, 3, 4')],
    [`a window of ${type}`, () => make().subarray(1, 3), viewOf(format, '2, 3')],
    [
      `an empty ${type}`,
      () => new Type(0),
      `(v.format == '${format}' and v.shape == (0,) and v.tolist() == [])`,
    ],
    [`${type} of shared memory`, () => shared(Type, values), viewOf(format, '1, 2, 3, 4')],
  ]
})

const BYTES: Row[] = [
  ['Buffer', () => Buffer.from('6100ff', 'hex'), "b'a\\0\\xff'"],
  ['an empty Buffer', () => Buffer.alloc(0), "b''"],
  ['a slice of a Buffer', () => Buffer.from('abcde').subarray(1, 3), "b'bc'"],
  ['ArrayBuffer', () => new Uint8Array([1, 2]).buffer, "b'\\1\\2'"],
  ['an empty ArrayBuffer', () => new ArrayBuffer(0), "b''"],
  ['SharedArrayBuffer', () => new SharedArrayBuffer(2), "b'\\0\\0'"],
  ['an ArrayBuffer of another realm', () => vm.runInNewContext('new Uint8Array([1]).buffer'), "b'\\1'"],
  ['a typed array of another realm', () => vm.runInNewContext('new Int16Array([1, -2])'), "view('h', 1, -2)"],
  ['DataView', () => new DataView(new Uint8Array([1, 2, 3]).buffer, 1), "view('B', 2, 3)"],
  ['an empty DataView', () => new DataView(new ArrayBuffer(2), 2), "(v.format == 'B' and v.shape == (0,))"],
  ['a memoryview that can be written', () => new Uint8Array(2), '(v.readonly is False)'],
  [
    'one that NumPy takes',
    () => new Float32Array([1, 2]),
    "(v.nbytes == 8 and np.asarray(v).dtype == 'f4' and np.asarray(v).sum() == 3)",
  ],
  ['a MB of bytes', () => Buffer.alloc(1e6, 'x'), "b'x' * 1_000_000"],
]

class Point {
  x = 1
  #hidden = 2
  norm(): number {
    return this.x + this.#hidden
  }
}

const LIVE: Row[] = [
  ['a function', () => (a: number) => a + 1, '(v(2) == 3 and callable(v))'],
  ['an async function', () => async () => 1, '(v.__call__ is not None and callable(v))'],
  ['a class', () => Point, '(v and callable(v))'],
  ['a Promise', () => Promise.resolve(1), "(v and hasattr(v, '__await__'))"],
  [
    'an Error',
    () => new RangeError('bad'),
    "(v and isinstance(v, Exception) and v.name == 'RangeError' and v.message == 'bad')",
  ],
  [
    'an Error of another realm',
    () => vm.runInNewContext("new TypeError('bad')"),
    "(v and isinstance(v, Exception) and v.name == 'TypeError')",
  ],
  ['an instance of a class', () => new Point(), '(v.x == 1 and v.norm() == 3)'],
  ['an instance that Python sets', () => new Point(), "(v.__setattr__('x', 5) or v.norm() == 7)"],
  [
    'an iterable',
    () => ({
      __proto__: {
        *[Symbol.iterator]() {
          yield 1
          yield 2
        },
      },
    }),
    '(v and list(v) == [1, 2])',
  ],
  ['a generator', () => [7, 8][Symbol.iterator](), '(v and list(v) == [7, 8])'],
  ['a RegExp', () => /a/g, "(v.source == 'a')"],
  ['a WeakMap', () => new WeakMap(), '(v and not isinstance(v, dict))'],
  ['a Proxy of a Map', () => new Proxy(new Map(), {}), '(v and not isinstance(v, dict))'],
  ['globalThis', () => globalThis, "(v.parseInt('5') == 5)"],
  ['Math', () => Math, '(v.sqrt(4) == 2)'],
]

everywhere(__filename, (py, test) => {
  const { arrivesInPython } = waysOf(py)

  const OF_PYTHON: Row[] = [
    ['a live object', () => py.eval('box'), '(v is box)'],
    ['a wrapper', () => py.eval('box').__wrapper__, '(v is box)'],
    ['a Python function', () => py.eval('same'), '(v is same)'],
    ['a bound method', () => py.eval('sys').getrefcount, '(v is sys.getrefcount)'],
  ]

  for (const [value, code] of [...NUMBERS, ...BIGINTS, ...STRINGS]) {
    test(`${typeof value} ${code}`, () => arrivesInPython(() => value, code))
  }

  for (const [what, make, code] of [
    ...SCALARS,
    ...CONTAINERS,
    ...DATES,
    ...TYPED,
    ...BYTES,
    ...LIVE,
    ...OF_PYTHON,
  ]) {
    test(what, () => arrivesInPython(make, code))
  }

  test('long strings', (share) => {
    const length = 20_000_000 * share
    const { holds } = py.import('__main__')
    for (const char of ['x', 'é', '字']) assert.ok(holds(char.repeat(length), `'${char}' * ${length}`))
  })

  test('many elements', (share) => {
    const { holds } = py.import('__main__')
    const count = 1_000_000 * share
    const numbers = Array.from({ length: count }, (_, i) => i)
    assert.ok(holds(numbers, `list(range(${count}))`))
    assert.ok(holds(new Set(numbers), `set(range(${count}))`))
    assert.ok(holds(new Map(numbers.map((i) => [i, String(i)])), `{i: str(i) for i in range(${count})}`))
    assert.ok(
      holds(Object.fromEntries(numbers.map((i) => [`k${i}`, i])), `{f'k{i}': i for i in range(${count})}`),
    )
    assert.ok(
      holds(
        numbers.map(() => []),
        `[[] for _ in range(${count})]`,
      ),
    )
  })

  test('bytes are copies', () => {
    const buffer = Buffer.from('abc')
    const view = new Uint8Array(buffer.buffer, buffer.byteOffset, 3)
    const { box } = py.import('__main__')
    box.v = [buffer, view]
    buffer[0] = 0
    assert.equal(py.eval("box.v[0] == b'abc' and box.v[1] == b'abc'"), true)
    py.exec('box.v[1][1] = 0; del box.v')
    assert.equal(view[1], 98)
  })

  test('a value by reference comes back as itself', () => {
    const values = [() => 1, Point, new Point(), Promise.resolve(), new Error('x'), /a/, new WeakMap()]
    const back: unknown[] = py.eval('lambda *values: values')(...values)
    assert.deepEqual(
      values.map((value, i) => back[i] === value),
      values.map(() => true),
    )
    assert.equal(py.eval('lambda a, b: a is b')(values[0], values[0]), true)
  })

  test('code that runs while a value is read may use Python', () => {
    const nested = {
      a: [1],
      get b() {
        return py.eval("{'x': [1, 2]}")
      },
      get c() {
        return py.eval('len')([1, 2, 3])
      },
    }
    assert.ok(py.eval('holds')(nested, "{'a': [1], 'b': {'x': [1, 2]}, 'c': 3}"))
  })

  test('a value that changes while it is read', () => {
    const list: unknown[] = [0, 0, 3]
    Object.defineProperty(list, 0, { get: () => (list.length = 1), enumerable: true, configurable: true })
    assert.ok(py.eval('holds')(list, '[1, None, None]'))
    const object: Record<string, unknown> = {
      get a() {
        delete object.b
        return 1
      },
      b: 2,
    }
    assert.ok(py.eval('holds')(object, "{'a': 1, 'b': None}"))
  })
})

function shared(Type: new (...args: unknown[]) => Float64Array, values: unknown[]): unknown {
  const bytes = new Type(values)
  const view = new Type(new SharedArrayBuffer(bytes.byteLength))
  view.set(bytes)
  return view
}
