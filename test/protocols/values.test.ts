/** Markers, results that stay live, and toJS. */
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  py.exec(`
import array, collections, dataclasses, datetime, decimal, enum, fractions, types
Int, Float = type('Int', (int,), {}), type('Float', (float,), {})
class Text(str): pass
class Bytes(bytes): pass
Items, Pairs = type('Items', (list,), {}), type('Pairs', (dict,), {})
class Money(decimal.Decimal): pass
class Moment(datetime.datetime): pass
class Color(enum.Enum): RED = 1; BLUE = (2, 3)
class Level(enum.IntEnum): LOW = 1
class Name(str, enum.Enum): FIRST = 'first'
Point = collections.namedtuple('Point', 'x y')
@dataclasses.dataclass
class Node:
    name: str
    children: list
class Opaque: pass
def echo(x): return x
def kind(x): return f'{type(x).__name__} {x!r}'
`)
  py.toJS(py.eval('Opaque()'))
  const kind = py.eval('kind')

  const MARKERS: [make: () => unknown, kind: string][] = [
    [() => py.float(1), 'float 1.0'],
    [() => py.float(-0), 'float -0.0'],
    [() => py.float('1.5'), 'float 1.5'],
    [() => py.float(2n ** 70n), 'float 1.1805916207174113e+21'],
    [() => py.float(), 'float 0.0'],
    [() => py.complex(1, 2), 'complex (1+2j)'],
    [() => py.complex('1+2j'), 'complex (1+2j)'],
    [() => py.tuple([1, [2]]), 'tuple (1, [2])'],
    [() => py.tuple(new Set([3, 1, 2])), 'tuple (3, 1, 2)'],
    [() => py.tuple('ab'), "tuple ('a', 'b')"],
    [() => py.tuple(py.eval('range(3)')), 'tuple (0, 1, 2)'],
    [() => py.tuple(new Uint8Array([1, 2])), 'tuple (1, 2)'],
    [() => py.list([1]), 'list [1]'],
    [() => py.list(new Map([['a', 1]])), "list [['a', 1]]"],
    [() => py.set([1]), 'set {1}'],
    [() => py.set(), 'set set()'],
    [() => py.frozenset([py.tuple([1, 2])]), 'frozenset frozenset({(1, 2)})'],
    [() => py.dict({ a: 1 }), "dict {'a': 1}"],
    [() => py.dict(new Map([[1, 2]])), 'dict {1: 2}'],
    [() => py.dict([['a', 1]]), "dict {'a': 1}"],
    [() => py.dict(new Map([[1, 2]]).entries()), 'dict {1: 2}'],
    [() => py.dict(py.eval('Pairs(a=1)')), "dict {'a': 1}"],
    [() => py.dict(), 'dict {}'],
    [() => py.bytes(Buffer.from('ab')), "bytes b'ab'"],
    [() => py.bytes(new Uint16Array([1])), "bytes b'\\x01\\x00'"],
    [() => py.bytes(new Uint8Array([1, 2, 3]).subarray(1)), "bytes b'\\x02\\x03'"],
    [() => py.bytes([1, 2]), "bytes b'\\x01\\x02'"],
    [() => py.bytes(new ArrayBuffer(1)), "bytes b'\\x00'"],
    [() => py.bytearray(Buffer.from('ab')), "bytearray bytearray(b'ab')"],
  ]

  test('markers are objects of exactly that type', () => {
    for (const [make, expected] of MARKERS) {
      const made = make()
      assert.equal(py.isPyObject(made), true)
      assert.equal(kind(made), expected)
    }
  })

  test('they go through containers, keyword arguments and callbacks', () => {
    assert.equal(py.eval`repr(${{ a: [py.float(1)], b: py.tuple([1]) }})`, "{'a': [1.0], 'b': (1,)}")
    assert.equal(
      py.eval('lambda f: type(f())')(() => py.tuple([1])),
      py.eval('tuple'),
    )
    const list = py.list([1])
    list.append(2)
    assert.equal(py.eval`${list} is ${list}`, true)
    assert.deepEqual([[...list], inspect(list)], [[1, 2], '[1, 2]'])
  })

  test('int, str and bool are values of JavaScript’s', () => {
    assert.deepEqual(
      [py.int('12'), py.int('ff', 16), py.int(2 ** 53), py.int(-1.9), py.int('9'.repeat(30)), py.int()],
      [12, 255, 9007199254740992n, -1, BigInt('9'.repeat(30)), 0],
    )
    assert.equal(py.int(py.eval("decimal.Decimal('1e30')")), 10n ** 30n)
    assert.throws(() => py.int('x'), { pytype: 'ValueError' })
    assert.throws(() => py.int(Number.NaN), { pytype: 'ValueError' })
    assert.throws(() => py.float('x'), { pytype: 'ValueError' })
  })

  test('what they do not take', () => {
    const rows: [() => unknown, RegExp][] = [
      [() => py.tuple(5 as never), /^tuple\(\) takes an array or another iterable/],
      [() => py.list({} as never), /^list\(\) takes/],
      [() => py.set(null as never), /^set\(\) takes/],
      [() => py.dict(5), /^dict\(\) takes a plain object/],
      [() => py.dict(null), /^dict\(\) takes/],
      [() => py.dict('ab'), /^dict\(\) takes/],
      [() => py.bytes('text'), /^bytes\(\) takes a buffer/],
      [() => py.bytes(5), /^bytes\(\) takes a buffer/],
      [() => py.bytearray({}), /^bytearray\(\) takes a buffer/],
      [() => py.float(Symbol('s')), /Symbol cannot be passed/],
    ]
    for (const [run, message] of rows) assert.throws(run, { name: 'TypeError', message })
    assert.throws(() => py.set([[1]]), { pytype: 'TypeError' })
    assert.throws(() => py.bytes([256]), { pytype: 'ValueError' })
  })

  test('results stay live when asked', () => {
    const { live } = py
    assert.equal(live, py.live)
    const holder = py.eval("types.SimpleNamespace(items=[1], get=lambda: {'a': 1}, n=5)")
    const items = live.getattr(holder, 'items')
    items.append(2)
    assert.deepEqual(holder.items, [1, 2])
    assert.equal(live.getattr(holder, 'items'), items)
    assert.equal(inspect(live.call(holder, 'get')), "{'a': 1}")
    assert.equal(inspect(live.apply(holder.get)), "{'a': 1}")
    assert.equal(inspect(live.apply(py.type({}), [[]], { b: 1 })), "{'b': 1}")
    assert.equal(live.getitem(py.list([items]), 0), items)
    assert.equal(py.isPyObject(live.op(items, '+', [3])), true)
    assert.equal(py.isPyObject(live.op('-', 5)), true)
    assert.equal(live.getattr(holder, 'none', 'x'), 'x')
    assert.equal(live.getattr(holder, '__repr__'), holder.__repr__)
    assert.equal(py.isPyObject(live.getattr(holder, 'n')), true)
    assert.equal(+live.eval('5'), 5)
    assert.equal(inspect(live.eval('x', { x: [1] })), '[1]')
    assert.equal(py.isPyObject(live.eval('None')), true)
    assert.throws(() => live.eval('1 / 0'), { pytype: 'ZeroDivisionError' })
    assert.throws(() => live.call(5, 'x'), TypeError)
    assert.throws(() => live.apply(5), TypeError)
  })

  test('and those of worker threads', async () => {
    const { live } = py
    const holder = py.eval("types.SimpleNamespace(items=[1], get=lambda: {'a': 1}, n=5)")
    const items = await live.getattr_async(holder, 'items')
    items.append(2)
    assert.deepEqual(holder.items, [1, 2])
    assert.equal(await live.getattr_async(holder, 'items'), items)
    assert.equal(inspect(await live.call_async(holder, 'get')), "{'a': 1}")
    assert.equal(inspect(await live.apply_async(holder.get)), "{'a': 1}")
    assert.equal(inspect(await live.apply_async(py.type({}), [[]], { b: 1 })), "{'b': 1}")
    assert.equal(await live.getitem_async(py.list([items]), 0), items)
    assert.equal(py.isPyObject(await live.op_async(items, '+', [3])), true)
    assert.equal(py.isPyObject(await live.op_async('-', 5)), true)
    assert.equal(await live.getattr_async(holder, 'none', 'x'), 'x')
    assert.equal(await live.getattr_async(holder, '__repr__'), holder.__repr__)
    assert.equal(+(await live.eval_async('5')), 5)
    assert.equal(inspect(await live.eval_async('x', { x: [1] })), '[1]')
    assert.equal(inspect(await live.eval_async`[${1}] + ${[2]}`), '[1, 2]')
    await assert.rejects(live.eval_async('1 / 0'), { pytype: 'ZeroDivisionError' })
    await assert.rejects(live.eval_async(5 as never), TypeError)
    await assert.rejects(live.call_async(5, 'x'), TypeError)
    await assert.rejects(live.apply_async(5), TypeError)
    await assert.rejects(live.eval_async('1', {}, { timeout: -1 }), RangeError)
  })

  test('what a coroutine gives is live, too', { mayLeak: 'what starts with the loop stays' }, async () => {
    py.exec('async def coroutine(): return [1]')
    assert.equal(inspect(await py.live.eval_async('coroutine()')), '[1]')
    assert.equal(inspect(await py.live.apply_async(py.eval('coroutine'))), '[1]')
  })

  const DEEP: [code: string, value: unknown][] = [
    ['5', 5],
    ['[1, (2, {"a": None})]', [1, [2, { a: null }]]],
    ['Int(5)', 5],
    ['Int(2 ** 70)', 2n ** 70n],
    ['Float(-0.0)', -0],
    ["Text('é')", 'é'],
    ["Bytes(b'ab')", Buffer.from('ab')],
    ['Items([Int(1), Items()])', [1, []]],
    ['Pairs(a=Pairs())', { a: {} }],
    [
      '{Level.LOW: Text("x"), Text("k"): 1}',
      new Map<unknown, unknown>([
        [1, 'x'],
        ['k', 1],
      ]),
    ],
    ['{Text("k"): 1}', { k: 1 }],
    ['Color.RED', 1],
    ['Color.BLUE', [2, 3]],
    ['Level.LOW', 1],
    ['Name.FIRST', 'first'],
    ['{Color.RED}', new Set([1])],
    ['Point(1, Point(2, 3))', { x: 1, y: { x: 2, y: 3 } }],
    ["Node('a', [Node('b', [])])", { name: 'a', children: [{ name: 'b', children: [] }] }],
    ['range(3)', [0, 1, 2]],
    ["{'a': 1}.keys()", ['a']],
    ["{'a': 1}.items()", [['a', 1]]],
    ['collections.deque([1, 2])', [1, 2]],
    ['collections.OrderedDict(b=1, a=2)', { b: 1, a: 2 }],
    ['collections.Counter("aab")', { a: 2, b: 1 }],
    ["types.MappingProxyType({'a': 1})", { a: 1 }],
    ["collections.ChainMap({'a': 1})", { a: 1 }],
    ["collections.UserDict({'a': [Int(1)]})", { a: [1] }],
    ["array.array('d', [1.5])", [1.5]],
    ['Moment(2024, 1, 1, tzinfo=datetime.timezone.utc)', new Date('2024-01-01T00:00:00Z')],
  ]

  test('toJS converts what has a natural value', async () => {
    for (const [code, value] of DEEP) {
      assert.deepStrictEqual(py.toJS(py.eval(code)), value, code)
      assert.deepStrictEqual(await py.toJS_async(py.eval(code)), value, code)
    }
    for (const [code, value] of DEEP)
      assert.deepStrictEqual(py.toJS(py.live.eval(code)), value, `live ${code}`)
  })

  test('what has no natural value stays live', () => {
    for (const code of [
      'Opaque()',
      '1j',
      'len',
      'Opaque',
      "decimal.Decimal('1.5')",
      'iter([1])',
      '...',
      'types',
    ]) {
      const object = py.eval(code)
      assert.equal(py.toJS(object), object)
      assert.deepEqual(py.toJS([[object]]), [[object]])
    }
  })

  test('default takes the rest', () => {
    const options = { default: (object: unknown) => `<${py.type(object).__name__}>` }
    assert.deepEqual(py.toJS(py.eval("[Opaque(), {'d': decimal.Decimal(1)}, Items([len])]"), options), [
      '<Opaque>',
      { d: '<Decimal>' },
      ['<builtin_function_or_method>'],
    ])
    const mine = new RangeError('mine')
    const fail = () => {
      throw mine
    }
    assert.equal(
      thrown(() => py.toJS([py.eval('len')], { default: fail })),
      mine,
    )
    class Mine {}
    const instance = new Mine()
    assert.deepEqual(py.toJS([instance], { default: () => 'no' }), [instance])
  })

  test('depth', () => {
    const value = py.eval("Items([1, [2, {'a': [3]}]])")
    assert.equal(py.toJS(value, { depth: 0 }), value)
    const [one, rest] = py.toJS(value, { depth: 1 })
    assert.deepEqual([one, inspect(rest)], [1, "[2, {'a': [3]}]"])
    assert.equal(inspect(py.toJS(value, { depth: 2 })[1][1]), "{'a': [3]}")
    assert.deepEqual(py.toJS(value, { depth: 4 }), [1, [2, { a: [3] }]])
    assert.equal(py.toJS(5, { depth: 0 }), 5)
  })

  test('dicts', () => {
    const value = py.eval("[{'a': {1: 'x', None: 'y'}}, {'__proto__': 1}]")
    assert.deepStrictEqual(py.toJS(value), [
      {
        a: new Map([
          [1, 'x'],
          [null, 'y'],
        ] as never),
      },
      JSON.parse('{"__proto__": 1}'),
    ])
    assert.deepStrictEqual(py.toJS(value, { dicts: 'object' }), [
      { a: { 1: 'x', null: 'y' } },
      JSON.parse('{"__proto__": 1}'),
    ])
    assert.deepStrictEqual(py.toJS(value, { dicts: 'map' }), [
      new Map([
        [
          'a',
          new Map([
            [1, 'x'],
            [null, 'y'],
          ] as never),
        ],
      ]),
      new Map([['__proto__', 1]]),
    ])
    assert.throws(() => py.toJS(py.eval("{1: 'a', '1': 'b'}"), { dicts: 'object' }), {
      message: /two keys that are both '1'/,
    })
    assert.throws(() => py.toJS(py.live.eval("{(1, 2): 'a'}"), { dicts: 'object' }), {
      message: /no property name/,
    })
  })

  test('shared, cyclic and deep', () => {
    const shared = py.toJS(py.eval('(lambda x: [x, x, Items([x])])(Items())'))
    assert.equal(shared[0], shared[1])
    assert.equal(shared[0], shared[2][0])
    for (const dicts of ['auto', 'map'] as const) {
      const cyclic = py.toJS(py.eval('(lambda d: d.update(me=[d]) or d)(Pairs())'), { dicts })
      assert.equal(dicts === 'map' ? cyclic.get('me')[0] : cyclic.me[0], cyclic)
    }
    const nested = (levels: number) =>
      `__import__('functools').reduce(lambda a, _: Items([a]), range(${levels}), 1)`
    let [inner, levels] = [py.toJS(py.eval(nested(1100))), 0]
    while (Array.isArray(inner)) [inner, levels] = [inner[0], levels + 1]
    assert.deepEqual([inner, levels], [1, 1100])
    const deep = py.eval(nested(3000))
    assert.throws(() => py.toJS(deep), { name: 'RangeError' })
    py.exec('import sys; sys.setrecursionlimit(20000)')
    py.gc(deep)
    py.exec('sys.setrecursionlimit(1000)')
  })

  test('an error inside propagates', () => {
    py.exec(`class Bad(dict):
    def items(self): raise OSError('no items')`)
    assert.throws(() => py.toJS(py.eval('[Bad()]')), { pytype: 'OSError', message: 'no items' })
  })

  test('options that are none', async () => {
    const rows: [object, string, RegExp][] = [
      [{ depth: -1 }, 'RangeError', /depth/],
      [{ depth: 1.5 }, 'RangeError', /depth/],
      [{ dicts: 'none' }, 'TypeError', /'auto', 'object' or 'map'/],
      [{ default: 5 }, 'TypeError', /must be a function/],
      [{ deep: 1 }, 'TypeError', /no option 'deep'/],
    ]
    for (const [options, name, message] of rows) {
      assert.throws(() => py.toJS(1, options), { name, message })
      await assert.rejects(py.toJS_async(1, options), { name, message })
    }
    const opaque = py.eval('[Opaque(), {1: 2}]')
    const deep = { dicts: 'object', default: (object: unknown) => [py.isPyObject(object)] } as const
    assert.deepEqual(await py.toJS_async(opaque, deep), [[true], { 1: 2 }])
    assert.throws(() => py.toJS(1, null as never), TypeError)
  })

  test('JavaScript’s operators', () => {
    const make = (code: string) => py.eval(code)
    const decimal = make("decimal.Decimal('1.5')")
    assert.deepEqual(
      [decimal + 1, decimal * 2, +decimal, decimal > 1, `${decimal}`],
      [2.5, 3, 1.5, true, '1.5'],
    )
    // biome-ignore lint/suspicious/noDoubleEquals: the operator is tested
    assert.equal(decimal == 1.5, true)
    assert.deepEqual([decimal.valueOf(), make('Opaque').valueOf()], [1.5, make('Opaque')])
    const fraction = make('fractions.Fraction(1, 3)')
    assert.deepEqual([fraction * 3, fraction < make('fractions.Fraction(1, 2)')], [1, true])
    assert.deepEqual([make('Int(2 ** 70)') < 2n ** 71n, make('Int(7)') + 1], [true, 8])
    assert.equal(make("Text('10')") < make("Text('9')"), true)
    assert.equal(make('Level.LOW') + 1, 2)
  })

  test('never a comparison that is silently wrong', () => {
    const make = (code: string) => py.eval(code)
    const rows = [
      "decimal.Decimal('0.12345678901234567891')",
      "decimal.Decimal('1e400')",
      "Money('0.12345678901234567891')",
      'fractions.Fraction(10 ** 20 + 1, 10 ** 20)',
      'py_bytes',
      '1j',
      'datetime.timedelta(1)',
      'Opaque()',
    ]
    py.exec('py_bytes = Bytes(b"12")')
    for (const code of rows) {
      const object = make(code)
      assert.throws(() => object < 1, { pytype: 'TypeError' }, code)
      assert.equal(typeof object.valueOf(), 'object', code)
    }
    assert.throws(() => make('1j') + 1, { pytype: 'TypeError' })
  })

  test('dates compare by their moment, to the microsecond', () => {
    const make = (code: string) => py.live.eval(code)
    assert.equal(new Date(+make('datetime.date(2024, 2, 29)')).toISOString(), '2024-02-29T00:00:00.000Z')
    const moment = 'datetime.datetime(2024, 2, 29, 12, 0, 0, 123000, datetime.timezone.utc)'
    assert.equal(+make(moment), Date.UTC(2024, 1, 29, 12, 0, 0, 123))
    assert.equal(make(moment) < make(`${moment} + datetime.timedelta(microseconds=1)`), true)
    assert.equal(`${make('datetime.date(2024, 2, 29)')}`, '2024-02-29')
  })

  test('JSON', () => {
    const json = (code: string) => JSON.stringify([py.live.eval(code)])
    assert.equal(
      json('datetime.datetime(2024, 2, 29, tzinfo=datetime.timezone.utc)'),
      '["2024-02-29T00:00:00.000Z"]',
    )
    assert.equal(json('2 ** 70'), '["1180591620717411303424"]')
    assert.equal(json("decimal.Decimal('1.50')"), '["1.50"]')
    assert.equal(json('fractions.Fraction(1, 2)'), '["1/2"]')
    assert.equal(json("{'a': [1, None]}"), '[{"a":[1,null]}]')
    assert.equal(json('datetime.date(2024, 2, 29)'), '["2024-02-29"]')
  })
})
