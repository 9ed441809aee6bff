/** Bytes that are large enough for another way of copying (native/core/src/sys/large.rs), and those about as large. */
import assert from 'node:assert/strict'
import { everywhere } from '../support/places'

const LARGE = 1 << 19
const SIZES = [-65, -1, 0, 1, 63, 64, 65, LARGE + 7].map((more) => LARGE + more)

everywhere(__filename, (py, test) => {
  py.exec(`data = bytes(range(256)) * ${LARGE / 64}`)
  const expected = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

  function isPattern(value: unknown, size: number, start = 0): void {
    assert.ok(Buffer.isBuffer(value))
    assert.equal(value.byteLength, size)
    const whole = Buffer.alloc(size + start, expected).subarray(start)
    assert.equal(value.compare(whole), 0, `${size} bytes from ${start}`)
  }

  for (const size of SIZES) {
    test(`${size} bytes, from every kind of object and place in it`, async () => {
      const bytes = py.eval('lambda size: data[:size]')
      const view = py.eval('lambda start, size: memoryview(data)[start:start + size]')
      isPattern(bytes(size), size)
      isPattern(py.eval('lambda size: bytearray(data[:size])')(size), size)
      for (const start of [1, 3, 17, 100]) isPattern(view(start, size), size, start)
      const [first, { key }] = py.eval('lambda size: [data[:size], {"key": data[1:size + 1]}]')(size)
      isPattern(first, size)
      isPattern(key, size, 1)
      isPattern(await py.async(bytes)(size), size)
    })

    test(`${size} bytes there and back, as an argument of a callback, and as a copy of a buffer`, () => {
      const value = Buffer.alloc(size + 3, expected).subarray(3)
      isPattern(py.eval('lambda x: x')(value), size, 3)
      py.eval('lambda f, x: f(x)')((given: unknown) => isPattern(given, size, 3), value)
      const copy = py.buffer<Uint8Array>(py.live.eval(`data[3:${size + 3}]`), { copy: true }).data
      assert.equal(copy.byteLength, size)
      isPattern(Buffer.from(copy.buffer, copy.byteOffset, copy.byteLength), size, 3)
    })
  }

  test('what arrives is the caller’s own: written to, transferred, and Python’s is as before', () => {
    const get = py.eval('lambda: data')
    const value = get() as Buffer
    value.fill(0)
    const buffer = value.buffer as ArrayBuffer
    assert.equal(buffer.byteLength, 4 * LARGE)
    const moved = structuredClone(buffer, { transfer: [buffer] })
    assert.equal(value.byteLength, 0)
    assert.equal(moved.byteLength, 4 * LARGE)
    isPattern(get(), 4 * LARGE)
  })
})
