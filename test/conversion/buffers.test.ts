/** Buffers as arguments: most go beside the registers (lib/object/mixed.ts), and all as `bytes`. */
import assert from 'node:assert/strict'
import { kwargs } from 'python-ts'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  const describe = py.eval('lambda *args, **named: repr((args, named))')
  const [abc, xy] = [Buffer.from('abc'), Buffer.from('xy')]

  test('alone, among others, named, and many of them', () => {
    assert.equal(describe(abc), "((b'abc',), {})")
    assert.equal(describe(abc, xy), "((b'abc', b'xy'), {})")
    assert.equal(describe(1, 'é', abc, null, true, xy), "((1, 'é', b'abc', None, True, b'xy'), {})")
    assert.equal(describe(abc, kwargs({ key: xy })), "((b'abc',), {'key': b'xy'})")
    for (const count of [8, 9, 12, 13]) {
      const many = Array.from({ length: count }, (_, index) => Buffer.from([65 + index]))
      assert.deepEqual(py.eval('lambda *args: list(args)')(...many), many)
    }
    assert.deepEqual(py.eval('bytes')(abc), abc)
  })

  test('a window, of the pool, of memory that is larger, and of shared memory', () => {
    const memory = Uint8Array.from({ length: 64 }, (_, index) => index)
    assert.deepEqual(
      [...(py.eval('lambda b: b')(Buffer.from(memory.buffer, 7, 5)) as Buffer)],
      [7, 8, 9, 10, 11],
    )
    const shared = new SharedArrayBuffer(8)
    new Uint8Array(shared).set([1, 2, 3])
    assert.equal(describe(Buffer.from(shared, 1, 2)), "((b'\\x02\\x03',), {})")
  })

  test('empty ones, other views and subclasses are what they were', () => {
    assert.equal(describe(Buffer.alloc(0)), "((b'',), {})")
    assert.equal(py.eval('lambda x: type(x).__name__')(new Uint8Array(2)), 'memoryview')
    class Own extends Uint8Array {}
    assert.equal(py.eval('lambda x: type(x).__name__')(new Own(2)), 'memoryview')
    assert.equal(
      describe(Object.setPrototypeOf(Buffer.from('q'), Object.create(Buffer.prototype))),
      "((b'q',), {})",
    )
  })

  test('the same one twice is one object', () => {
    const same = py.eval('lambda a, b, c=None: (a is b, a is c)')
    assert.deepEqual(same(abc, abc), [true, false])
    assert.deepEqual(same(abc, xy, abc), [false, true])
    assert.deepEqual(same(abc, xy, kwargs({ c: abc })), [false, true])
    assert.deepEqual(same(abc, Buffer.from('abc')), [false, false])
  })

  test('a detached one is a TypeError, alone and among others', () => {
    const gone = Buffer.from(new ArrayBuffer(4))
    structuredClone(gone.buffer as ArrayBuffer, { transfer: [gone.buffer as ArrayBuffer] })
    const refused = { name: 'TypeError', message: /^A detached ArrayBuffer/ }
    assert.throws(() => describe(gone), refused)
    assert.throws(() => describe(1, gone, 'x'), refused)
    assert.throws(() => describe(kwargs({ gone })), refused)
  })

  test('what a user puts on one runs, if ever, before the registers are written', () => {
    const tricky = Buffer.from('abc')
    Object.defineProperty(tricky, 'byteLength', { get: () => describe(1, 'x', xy) })
    Object.defineProperty(tricky, Symbol.toStringTag, { get: () => describe(2) })
    assert.equal(describe('first', tricky, 3), "(('first', b'abc', 3), {})")
  })

  test('a copy: neither side sees what the other does afterwards', () => {
    const value = Buffer.from('abc')
    const keep = py.eval('lambda kept: lambda: kept')(value)
    value.fill(0)
    assert.deepEqual(keep(), abc)
  })
})
