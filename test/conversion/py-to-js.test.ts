/** What Python values become in JavaScript, row by row, on every way that a value can take. */
import assert from 'node:assert/strict'
import { everywhere } from '../support/places'
import { waysOf } from './rows'

type Row = [code: string, value: unknown]

const EDGES = [27, 28, 31, 32, 52, 53, 62, 63, 64, 65, 70, 127, 128, 1000]

/** Exact at any size: a number up to 2⁵³ − 1, a BigInt beyond. */
const INTS: Row[] = [
  ['0', 0],
  ['1', 1],
  ['-1', -1],
  ...EDGES.flatMap((bits) => [-1n, 0n, 1n].flatMap((delta) => around(bits, delta))),
  ['10 ** 5000', 10n ** 5000n],
  ['-(10 ** 5000) - 7', -(10n ** 5000n) - 7n],
]

function around(bits: number, delta: bigint): Row[] {
  const value = 2n ** BigInt(bits) + delta
  const expected = value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
  return [
    [`2 ** ${bits} + ${delta}`, expected],
    [`-(2 ** ${bits} + ${delta})`, typeof expected === 'number' ? -expected : -value],
  ]
}

const SCALARS: Row[] = [
  ['None', null],
  ['True', true],
  ['False', false],
  ['0.0', 0],
  ['-0.0', -0],
  ['1.0', 1],
  ['0.1', 0.1],
  ['1e21', 1e21],
  ['float(2 ** 53)', 2 ** 53],
  ['5e-324', 5e-324],
  ['1.7976931348623157e308', Number.MAX_VALUE],
  ["float('nan')", Number.NaN],
  ["struct.unpack('<d', bytes.fromhex('010000000000f4ff'))[0]", Number.NaN],
  ["float('inf')", Number.POSITIVE_INFINITY],
  ["float('-inf')", Number.NEGATIVE_INFINITY],
]

const STRINGS: Row[] = [
  ["''", ''],
  ["'plain'", 'plain'],
  ["'x'", 'x'],
  ["'caf\\xe9 \\xff'", 'café ÿ'],
  ["'\\u0100'", 'Ā'],
  ["'汉字'", '汉字'],
  ["'\\U0001f600 a'", '😀 a'],
  ["'\\U0010ffff'", '\u{10ffff}'],
  ["'a\\0b\\0'", 'a\0b\0'],
  ["'\\xe9\\0'", 'é\0'],
  ["'\\ufeffbom'", '\ufeffbom'],
  ["'\\ufffe'", '\ufffe'],
  ["'\\ud800'", '\ud800'],
  ["'\\udfff'", '\udfff'],
  ["'a\\ud800b'", 'a\ud800b'],
  ["'\\udc00\\ud800'", '\udc00\ud800'],
  ["'\\U0001f600\\udc00'", '😀\udc00'],
  // Python tells two surrogates from the character they make, JavaScript does not.
  ["'\\ud83d\\ude00'", '😀'],
  ["'x' * 1_000_000", 'x'.repeat(1e6)],
  ["'é' * 1_000_000", 'é'.repeat(1e6)],
  ["'字' * 1_000_000", '字'.repeat(1e6)],
  ["['a', '\\xe9', '', '字', 'b', '\\ud800', 'ÿ']", ['a', 'é', '', '字', 'b', '\ud800', 'ÿ']],
  ["'__released__'", '__released__'],
]

const BYTES: Row[] = [
  ["b''", Buffer.alloc(0)],
  ["b'a\\0\\xff'", Buffer.from('6100ff', 'hex')],
  ["bytearray(b'ab')", Buffer.from('ab')],
  ['bytearray()', Buffer.alloc(0)],
  ["memoryview(b'abc')", Buffer.from('abc')],
  ["memoryview(b'')", Buffer.alloc(0)],
  ["memoryview(b'abcde')[::2]", Buffer.from('ace')],
  ["memoryview(b'abc')[::-1]", Buffer.from('cba')],
  ["memoryview(bytes(range(6))).cast('B', [2, 3])", Buffer.from([0, 1, 2, 3, 4, 5])],
  ["memoryview(np.arange(6, dtype='u1').reshape(2, 3).T)", Buffer.from([0, 3, 1, 4, 2, 5])],
  ["memoryview(array.array('H', [1, 2]))", Buffer.from(new Uint16Array([1, 2]).buffer)],
  ["memoryview(np.array(7, dtype='u1'))", Buffer.from([7])],
  ["b'x' * 1_000_000", Buffer.alloc(1e6, 'x')],
]

const CONTAINERS: Row[] = [
  ['[]', []],
  ['()', []],
  ['[1, (2, [3.5, (None,)])]', [1, [2, [3.5, [null]]]]],
  ['{}', {}],
  ["{'b': 1, 'a': {'c': []}}", { b: 1, a: { c: [] } }],
  ['set()', new Set()],
  ['frozenset()', new Set()],
  ["{'a'}", new Set(['a'])],
  ['frozenset({(1, 2)})', new Set([[1, 2]])],
  ['{frozenset({1})}', new Set([new Set([1])])],
  ['{1: 2}', new Map([[1, 2]])],
  [
    "{'a': 1, 2: 'b'}",
    new Map<unknown, unknown>([
      ['a', 1],
      [2, 'b'],
    ]),
  ],
  [
    "{None: 0, True: 1, 2.5: 2, 2 ** 70: 3, (1,): 4, b'x': 5}",
    new Map<unknown, unknown>([
      [null, 0],
      [true, 1],
      [2.5, 2],
      [2n ** 70n, 3],
      [[1], 4],
      [Buffer.from('x'), 5],
    ]),
  ],
  ["{1: {'a': {2: []}}}", new Map([[1, { a: new Map([[2, []]]) }]])],
  [
    "[{'é': 1}, {'é': 2}, {'\\ud800': 3}, {'': 4}, {'a\\0': 5}]",
    [{ é: 1 }, { é: 2 }, { '\ud800': 3 }, { '': 4 }, { 'a\0': 5 }],
  ],
]

const NUMPY: Row[] = [
  ['np.bool_(True)', true],
  ['np.bool_(False)', false],
  ...['int8', 'int16', 'int32', 'int64'].map((type): Row => [`np.${type}(-5)`, -5]),
  ...['uint8', 'uint16', 'uint32', 'uint64'].map((type): Row => [`np.${type}(5)`, 5]),
  ['np.int64(-2 ** 63)', -(2n ** 63n)],
  ['np.uint64(2 ** 64 - 1)', 2n ** 64n - 1n],
  ['np.int64(2 ** 53 - 1)', Number.MAX_SAFE_INTEGER],
  ['np.int64(2 ** 53)', 2n ** 53n],
  ['np.float16(0.5)', 0.5],
  ['np.float32(0.1)', Math.fround(0.1)],
  ['np.float64(0.1)', 0.1],
  ["np.float64('nan')", Number.NaN],
  ['np.float32(-0.0)', -0],
  ["np.float64('-inf')", Number.NEGATIVE_INFINITY],
  ["np.str_('字')", '字'],
  ["np.bytes_(b'ab')", Buffer.from('ab')],
]

/** UTC, except that naive ones are local time: Europe/Berlin. */
const DATES: [code: string, iso: string][] = [
  ['datetime.datetime(2024, 2, 29, 12, 30, 15, 123000, timezone.utc)', '2024-02-29T12:30:15.123Z'],
  [
    'datetime.datetime(2024, 1, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=30)))',
    '2023-12-31T19:30:00.000Z',
  ],
  [
    'datetime.datetime(2024, 1, 1, tzinfo=timezone(timedelta(seconds=-1, microseconds=-1)))',
    '2024-01-01T00:00:01.000Z',
  ],
  ['datetime.datetime(2024, 1, 1)', '2023-12-31T23:00:00.000Z'],
  ['datetime.datetime(2024, 7, 1)', '2024-06-30T22:00:00.000Z'],
  ['datetime.datetime(2020, 10, 25, 2, 30)', '2020-10-25T00:30:00.000Z'],
  ['datetime.datetime(2020, 10, 25, 2, 30, fold=1)', '2020-10-25T01:30:00.000Z'],
  ['datetime.datetime(2024, 1, 1, 0, 0, 0, 999, timezone.utc)', '2024-01-01T00:00:00.000Z'],
  ['datetime.datetime(1969, 12, 31, 23, 59, 59, 999999, timezone.utc)', '1969-12-31T23:59:59.999Z'],
  ['datetime.datetime(1969, 12, 31, 23, 59, 59, 1, timezone.utc)', '1969-12-31T23:59:59.000Z'],
  ['datetime.datetime(1960, 1, 1)', '1959-12-31T23:00:00.000Z'],
  ['datetime.datetime(1, 1, 1, tzinfo=timezone.utc)', '0001-01-01T00:00:00.000Z'],
  ['datetime.datetime(9999, 12, 31, 23, 59, 59, 999999, timezone.utc)', '9999-12-31T23:59:59.999Z'],
  // What leaves Python's own years on the way to UTC is still a moment that a Date can hold.
  ['datetime.datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))', '0000-12-31T23:00:00.000Z'],
  [
    'datetime.datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-2)))',
    '+010000-01-01T01:00:00.000Z',
  ],
  ['datetime.datetime(9999, 12, 31)', '9999-12-30T23:00:00.000Z'],
  ['datetime.datetime(1, 1, 2)', '0001-01-01T23:06:32.000Z'],
  ['datetime.datetime.min', '0000-12-31T23:06:32.000Z'],
]

/** Everything else stays what it is: [code, type]. */
const LIVE: [code: string, pytype: string][] = [
  ['object()', 'object'],
  ['Int(1)', 'Int'],
  ['Float(1)', 'Float'],
  ["Str('a')", 'Str'],
  ["Bytes(b'a')", 'Bytes'],
  ['List([1])', 'List'],
  ['Tuple([1])', 'Tuple'],
  ['Dict(a=1)', 'Dict'],
  ['Set([1])', 'Set'],
  ['When(2024, 1, 1)', 'When'],
  ['Color.RED', 'Color'],
  ['Level.LOW', 'Level'],
  ['Pair(1, 2)', 'Pair'],
  ['Data()', 'Data'],
  ['datetime.date(2024, 1, 1)', 'datetime.date'],
  ['datetime.time(1, 2)', 'datetime.time'],
  ['datetime.timedelta(1)', 'datetime.timedelta'],
  ['datetime.timezone.utc', 'datetime.timezone'],
  ["decimal.Decimal('1.5')", 'decimal.Decimal'],
  ['fractions.Fraction(1, 2)', 'fractions.Fraction'],
  ['1j', 'complex'],
  ['uuid.UUID(int=1)', 'uuid.UUID'],
  ['collections.OrderedDict(a=1)', 'collections.OrderedDict'],
  ['collections.defaultdict(list)', 'collections.defaultdict'],
  ['collections.Counter("a")', 'collections.Counter'],
  ['collections.deque()', 'collections.deque'],
  ['types.MappingProxyType({})', 'mappingproxy'],
  ['{}.keys()', 'dict_keys'],
  ['range(3)', 'range'],
  ['iter([])', 'list_iterator'],
  ['(x for x in [])', 'generator'],
  ['...', 'ellipsis'],
  ['NotImplemented', 'NotImplementedType'],
  ['slice(1)', 'slice'],
  ["ValueError('x')", 'ValueError'],
  ['int', 'type'],
  ['len', 'builtin_function_or_method'],
  ['sys', 'module'],
  ["array.array('i', [1])", 'array.array'],
  ['ctypes.c_int(1)', 'ctypes.c_int'],
  ['np.array([1, 2])', 'numpy.ndarray'],
  ['np.array(5)', 'numpy.ndarray'],
  ["np.longdouble('0.1')", 'numpy.longdouble'],
  ['np.complex64(1j)', 'numpy.complex64'],
  ['np.complex128(1j)', 'numpy.complex128'],
  ["np.datetime64('2024-01-01')", 'numpy.datetime64'],
  ["np.timedelta64(1, 's')", 'numpy.timedelta64'],
  ["np.zeros(1, dtype=[('a', 'i4')])[0]", 'numpy.void'],
  ['np.array([object()])[0]', 'object'],
]

everywhere(__filename, (py, test) => {
  const { comesFromPython, isLive } = waysOf(py)

  for (const [code, value] of [...INTS, ...SCALARS, ...STRINGS, ...BYTES, ...CONTAINERS, ...NUMPY]) {
    test(`${code} by value`, () => {
      return comesFromPython(code, (got) => {
        assert.equal(typeof got, typeof value)
        assert.deepStrictEqual(got, value)
        assert.equal(Buffer.isBuffer(got), Buffer.isBuffer(value))
      })
    })
  }

  for (const [code, iso] of DATES) {
    test(`${code} is a Date`, () => {
      return comesFromPython(code, (got) => assert.deepStrictEqual(got, new Date(iso)))
    })
  }

  for (const [code, pytype] of LIVE) {
    test(`${code} stays live`, () => comesFromPython(code, (got) => isLive(got, pytype)))
  }

  test('long strings', (share) => {
    const length = 20_000_000 * share
    for (const text of ['x', 'é', '字']) {
      const got: string = py.eval(`'${text}' * ${length}`)
      assert.equal(got.length, length)
      assert.ok(got === text.repeat(length))
    }
  })

  test('many elements', (share) => {
    const count = 1_000_000 * share
    assert.deepStrictEqual(
      py.eval(`list(range(${count}))`),
      Array.from({ length: count }, (_, i) => i),
    )
    assert.equal((py.eval(`tuple([0.5, 'é', []] * ${count})`) as unknown[]).length, 3 * count)
    assert.equal(Object.keys(py.eval(`{str(i): i for i in range(${count})}`)).length, count)
    assert.equal((py.eval(`{i: str(i) for i in range(${count})}`) as Map<number, string>).size, count)
    assert.equal((py.eval(`set(range(${count}))`) as Set<number>).size, count)
  })

  test('keys are plain data, in order', () => {
    const dict = py.eval(
      "{'z': 0, '__proto__': {'x': 1}, 'constructor': 2, 'toString': 3, '': 4, 'a': 5, 'then': 6}",
    )
    assert.deepEqual(Object.keys(dict), ['z', '__proto__', 'constructor', 'toString', '', 'a', 'then'])
    assert.equal(Object.getPrototypeOf(dict), Object.prototype)
    assert.equal(dict.x, undefined)
    assert.deepStrictEqual(Object.getOwnPropertyDescriptor(dict, '__proto__'), {
      value: { x: 1 },
      writable: true,
      enumerable: true,
      configurable: true,
    })
    assert.deepEqual(Object.keys(py.eval("{'b': 0, '2': 0, 'a': 0, '1': 0, '-1': 0, '01': 0}")), [
      '1',
      '2',
      'b',
      'a',
      '-1',
      '01',
    ])
  })

  test('a key of a subclass of str makes a Map, with that key live', () => {
    const map = py.eval("{Str('a'): 1, 'b': 2}")
    assert.ok(map instanceof Map)
    const [first, second] = [...map.keys()]
    isLive(first, 'Str')
    assert.equal(second, 'b')
  })

  test('bytes are copies', () => {
    py.exec("data = bytearray(b'abc')")
    const buffer: Buffer = py.eval('data')
    buffer[0] = 0
    assert.equal(py.eval("data == b'abc'"), true)
    py.exec('data[1] = 0; del data')
    assert.equal(buffer[1], 98)
  })
})
