/** What is encoded is what is decoded, with sharing and cycles kept. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import vm from 'node:vm'
import fc from 'fast-check'
import { encoder, references, roundTrip } from './loopback'

/** [what, given, what comes back] */
const ROWS: [what: string, given: unknown, back: unknown][] = [
  ['zero', 0, 0],
  ['minus zero', -0, -0],
  ['the largest inline int', 2 ** 27 - 1, 2 ** 27 - 1],
  ['the smallest inline int', -(2 ** 27), -(2 ** 27)],
  ['beyond inline', 2 ** 27, 2 ** 27],
  ['the smallest int32', -(2 ** 31), -(2 ** 31)],
  ['the largest safe integer', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ['2 ** 53', 2 ** 53, 2 ** 53],
  ['NaN', Number.NaN, Number.NaN],
  ['-Infinity', -Infinity, -Infinity],
  ['undefined', undefined, null],
  ['0n', 0n, 0n],
  ['-1n', -1n, -1n],
  ['2n ** 32n', 2n ** 32n, 2n ** 32n],
  ['2n ** 64n', 2n ** 64n, 2n ** 64n],
  ['-(2n ** 70n) - 1n', -(2n ** 70n) - 1n, -(2n ** 70n) - 1n],
  ['the empty string', '', ''],
  ['NUL', 'a\0b', 'a\0b'],
  ['astral', '𝒳😀', '𝒳😀'],
  ['a lone surrogate', '\ud800', '\ud800'],
  ['strings side by side', ['a', 'é', '', 'π', 'b', '\udfff'], ['a', 'é', '', 'π', 'b', '\udfff']],
  ['holes', Object.assign([1], { 2: 3 }), [1, null, 3]],
  ['a date', new Date(-1), new Date(-1)],
  ['a Buffer', Buffer.from([1, 2, 255]), Buffer.from([1, 2, 255])],
  ['an ArrayBuffer', new Uint8Array([1, 2]).buffer, Buffer.from([1, 2])],
  ['a window', new Uint16Array([1, 2, 3]).subarray(1, 2), Buffer.from(new Uint16Array([2]).buffer)],
  ['shared memory', new Uint8Array(new SharedArrayBuffer(2)), Buffer.alloc(2)],
  ['an empty DataView', new DataView(new ArrayBuffer(4), 4), Buffer.alloc(0)],
  ['boxed primitives', [Object(1), Object('a'), Object(false), Object(1n)], [1, 'a', false, 1n]],
  ['a dict without prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ['a dict of another realm', vm.runInNewContext('({ a: [1] })'), { a: [1] }],
  ['a Map of another realm', vm.runInNewContext('new Map([[1, 2]])'), new Map([[1, 2]])],
  ['symbol keys', { a: 1, [Symbol('b')]: 2 }, { a: 1 }],
  ['a subclass of Array', new (class Row extends Array {})(), []],
]

for (const [what, given, back] of ROWS) {
  test(`comes back: ${what}`, () => assert.deepStrictEqual(roundTrip(given), back))
}

test('__proto__ is an ordinary key', () => {
  const back = roundTrip(JSON.parse('{ "__proto__": 1, "a": { "__proto__": [] } }')) as object
  assert.deepEqual(Object.keys(back), ['__proto__', 'a'])
  assert.equal(Object.getPrototypeOf(back), Object.prototype)
})

test('cycles and sharing are kept', () => {
  const shared = [new Date(0), Buffer.from('x')]
  const given: Record<string, unknown> = { a: shared, b: shared, map: new Map(), set: new Set([shared[0]]) }
  given.self = given
  ;(given.map as Map<unknown, unknown>).set(given, shared[1])
  const back = roundTrip(given) as typeof given
  assert.equal(back.self, back)
  assert.equal(back.a, back.b)
  const [date, bytes] = back.a as unknown[]
  assert.equal((back.map as Map<unknown, unknown>).get(back), bytes)
  assert.ok((back.set as Set<unknown>).has(date))
})

test('any JSON value comes back', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => assert.deepStrictEqual(roundTrip(value), value)))
})

test('any nested value comes back', () => {
  const leaf = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.bigInt(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(null, true, false, -0),
    fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') }),
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie('tree')),
      fc.dictionary(fc.string(), tie('tree'), { noNullPrototype: true }),
      fc.array(fc.tuple(fc.string(), tie('tree'))).map((pairs) => new Map(pairs)),
      fc.array(fc.string()).map((items) => new Set(items)),
    ),
  }))
  fc.assert(
    fc.property(tree, (value) => assert.deepStrictEqual(roundTrip(value), value)),
    { numRuns: 1000 },
  )
})

test('1,199 levels nest, 1,201 are a RangeError, and so are 100,000', () => {
  assert.equal(depthOf(roundTrip(nested(1199))), 1199)
  for (const levels of [1201, 100_000]) assert.throws(() => roundTrip(nested(levels)), RangeError)
})

test('functions, errors, promises and instances go by reference and keep their identity', () => {
  const values = [
    () => 1,
    new Error('e'),
    Promise.resolve(),
    new (class Point {})(),
    new URL('http://a'),
    [].values(),
  ]
  assert.deepEqual(
    (roundTrip(values) as unknown[]).map((value, i) => value === values[i]),
    Array(6).fill(true),
  )
  assert.equal(references.size, 6)
  for (const value of values) references.release(references.send(value), 2)
  assert.equal(references.size, 0)
})

test('a failed message leaves nothing behind', () => {
  const failing = [
    () => 1,
    {
      get x() {
        throw new Error('getter')
      },
    },
  ]
  assert.throws(() => roundTrip(failing), /getter/)
  assert.equal(references.size, 0)
  assert.equal(encoder.message.text, '')
  assert.equal(roundTrip('again'), 'again')
})

const REFUSED: [what: string, value: unknown, error: typeof Error, message: RegExp][] = [
  ['a Symbol', [Symbol('s')], TypeError, /^A Symbol cannot be passed to Python\.$/],
  ['a boxed Symbol', Object(Symbol('s')), TypeError, /Symbol/],
  ['an invalid Date', new Date(Number.NaN), RangeError, /invalid Date/],
  ['the year 0', new Date(-62135596800001), RangeError, /years 1 to 9999/],
  ['the year 10000', new Date(253402300800000), RangeError, /years 1 to 9999/],
  ['a detached buffer', detached(), TypeError, /detached/],
  ['a view of one', viewOfDetached(), TypeError, /detached/],
]

for (const [what, value, error, message] of REFUSED) {
  test(`is refused: ${what}`, () =>
    assert.throws(
      () => roundTrip(value),
      (thrown) => thrown instanceof error && message.test(thrown.message),
    ))
}

function nested(levels: number): unknown {
  let value: unknown[] = []
  for (let i = 1; i < levels; i++) value = [value]
  return value
}

function depthOf(value: unknown): number {
  let depth = 0
  for (let level = value; Array.isArray(level); level = level[0]) depth++
  return depth
}

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(8)
  structuredClone(buffer, { transfer: [buffer] })
  return buffer
}

function viewOfDetached(): Float64Array {
  const view = new Float64Array(2)
  structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] })
  return view
}
