/** Dict keys that come again cross by number: what is seen is the same, whichever way each key goes. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Python } from 'python-ts'
import { everywhere } from '../support/places'
import { assertSameShape } from './graphs'

everywhere(__filename, (py, test) => {
  py.exec(`
import json
class Text(str): pass

def is_record(value, keys): return list(value) == list(keys) and all(type(key) is str for key in value)
def records(keys, count): return [{key: i for i, key in enumerate(keys)} for _ in range(count)]
def fresh(text, count): return [json.loads(text) for _ in range(count)]
`)
  const { is_record, records, fresh } = py.import('__main__')
  const same = (value: unknown) => py.eval('lambda value: value')(value)

  /** More often than it takes to get a number. */
  const ROUNDS = 5

  const KEYS = [
    'plain',
    '',
    '__proto__',
    'constructor',
    'toString',
    'then',
    'toJSON',
    '0',
    '01',
    '-1',
    'two words',
    'NUL \0 inside',
    'é',
    '键',
    '😀',
    '\ud83d',
    '\udc00\ud83d',
    'x'.repeat(64),
    'x'.repeat(65),
    '数'.repeat(22),
    'x'.repeat(10_000),
  ]

  for (const key of KEYS) {
    test(`a key that comes again: ${key.length} units, ${JSON.stringify(key.slice(0, 20))}`, () => {
      for (let round = 0; round < ROUNDS; round++) {
        const given = JSON.parse(`{ ${JSON.stringify(key)}: ${round}, "other": [] }`)
        const back = same(given)
        assert.deepEqual(Object.entries(back), Object.entries(given))
        assert.equal(Object.getPrototypeOf(back), Object.prototype)
        assert.equal(is_record(given, Object.keys(given)), true)
        const [first, ...others] = records([key], ROUNDS) as object[]
        for (const other of others) assert.deepEqual(Object.entries(other), Object.entries(first as object))
        assert.deepEqual(Object.entries(first as object), [[key, 0]])
      }
    })
  }

  test('equal keys that are other strs each time', () => {
    const text = JSON.stringify({ 'a key of its own': 1, π: 2, '😀 smile': [3] })
    for (let round = 0; round < ROUNDS; round++) {
      assert.deepEqual(fresh(text, 10), Array(10).fill(JSON.parse(text)))
    }
  })

  test('a dict with a key of a subclass of str is a Map, whatever came before', () => {
    for (let round = 0; round < ROUNDS; round++) {
      assert.deepEqual(py.eval('{"sub": 1}'), { sub: 1 })
      assert.ok(py.eval('{"sub": 1, Text("class"): 2}') instanceof Map)
      assert.deepEqual(py.eval('{"sub": 1, 5: 2}'), new Map([['sub', 1] as const, [5, 2] as const] as never))
    }
  })

  test('an accessor on Object.prototype gets in the way of no key, before and after', () => {
    const name = 'accessor of a test'
    const assertOwn = () => {
      const back = same([{ [name]: 1 }, { [name]: 2 }])
      assert.deepEqual(
        back.map((item: object) => Object.getOwnPropertyDescriptor(item, name)?.value),
        [1, 2],
      )
    }
    for (let round = 0; round < ROUNDS; round++) assertOwn()
    Object.defineProperty(Object.prototype, name, {
      configurable: true,
      get: () => 'mine',
      set: () => assert.fail('a setter was called'),
    })
    try {
      assertOwn()
    } finally {
      Reflect.deleteProperty(Object.prototype, name)
    }
    assertOwn()
  })

  test('in a context, and back in the main one', () => {
    const record = { 'a key of contexts': 1, other: { 'a key of contexts': 'π' } }
    for (let round = 0; round < ROUNDS; round++) {
      const context = new Python({ context: true })
      assert.deepEqual(context.eval('lambda value: value')(record), record)
      assert.deepEqual(context.eval('{"a key of contexts": 1, "made there": 2}'), {
        'a key of contexts': 1,
        'made there': 2,
      })
      context.delete()
      assert.deepEqual(same(record), record)
    }
  })

  test('as arguments and results of callbacks, and keyword arguments', () => {
    const call = py.eval('lambda f, record: f(record, **record)')
    const record = { first_key: 1, second_key: [{ first_key: 2 }] }
    for (let round = 0; round < ROUNDS; round++) {
      const seen: unknown[] = []
      const back = call((given: unknown, { values }: { values: object }) => {
        seen.push(given, { ...values })
        return given
      }, record)
      assert.deepEqual([back, ...seen], [record, record, record])
    }
  })

  const shape = fc.uniqueArray(fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom(...KEYS.slice(0, 18))), {
    minLength: 1,
    maxLength: 12,
  })
  const scalar = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(null, true),
  )

  /** Records of few shapes, in any order, some with a key more or less than the one before. */
  const table = fc
    .tuple(
      fc.array(shape, { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(14), scalar), { maxLength: 60 }),
    )
    .map(([shapes, rows]) =>
      rows.map(([which, length, value]) => {
        const keys = (shapes[which % shapes.length] as string[]).slice(0, length)
        return JSON.parse(
          `{${keys.map((key, i) => `${JSON.stringify(key)}:${JSON.stringify(i ? value : i)}`).join()}}`,
        )
      }),
    )

  test('records of a few shapes come back the same', () => {
    const through = py.eval('lambda value: value')
    fc.assert(
      fc.property(table, (rows) => assertSameShape(through(rows), rows)),
      { numRuns: 500 },
    )
  })

  const run = fc
    .tuple(
      fc.oneof(fc.integer(), fc.double(), fc.maxSafeInteger(), fc.constantFrom(-0, 2 ** 27, -(2 ** 27) - 1)),
      fc.nat(300),
    )
    .map(([value, count]) => Array.from({ length: count }, (_, index) => value + index))

  test('long runs of numbers, broken by anything else', () => {
    const through = py.eval('lambda value: value')
    const broken = fc.array(fc.oneof(run, fc.array(scalar, { maxLength: 3 }), fc.constant([[], {}])), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(broken, (parts) => assertSameShape(through(parts.flat()), parts.flat())),
      { numRuns: 300 },
    )
  })

  const ints = fc.array(fc.tuple(fc.nat(5), fc.integer({ min: -3, max: 3 }), fc.nat(20)), { maxLength: 40 })

  test('ints that come again, among new ones and among others with the same lowest bits', () => {
    const through = py.eval('lambda value: value')
    const sums = py.eval('lambda values: [[sum(part), len(part)] for part in values]')
    fc.assert(
      fc.property(ints, fc.nat(2 ** 26), (parts, start) => {
        const lists = parts.flatMap(([places, value, count], index) => [
          Array.from({ length: count }, (_, i) => places * 4096 + value * i),
          Array.from({ length: index % 3 ? 0 : count * 50 }, (_, i) => start + i),
        ])
        assert.deepEqual(through(lists), lists)
        assert.deepEqual(
          sums(lists),
          lists.map((list) => [list.reduce((sum, int) => sum + int, 0), list.length]),
        )
      }),
      { numRuns: 300 },
    )
  })

  test('100,000 keys that come once', () => {
    const given = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`once ${index}`, index]))
    assert.deepEqual(same(given), given)
    const records = Array.from({ length: 20_000 }, (_, index) => ({ [`alone ${index}`]: index }))
    assert.deepEqual(same(records), records)
  })
})
