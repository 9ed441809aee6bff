/** Python's memory in JavaScript: what is there, that it is the same memory, and that it is never seen after its end. */
import assert from 'node:assert/strict'
import { types } from 'node:util'
import { PyBuffer, Python, type TypedArray } from 'python-ts'
import { core } from '#dist/codec/bridge'
import { everywhereButInContexts } from '../support/places'
import { thrown } from '../support/thrown'

everywhereButInContexts(__filename, (py, test) => {
  py.exec(`
import array, ctypes, gc, mmap, struct, threading, weakref
class Bytes(bytearray): pass
try: import numpy as np
except ImportError: np = None
`)
  const live = (code: string) => py.live.eval(code)

  const ROWS: [code: string, data: TypedArray, rest: Partial<PyBuffer>][] = [
    [
      "array.array('d', [1, 2.5])",
      Float64Array.of(1, 2.5),
      { format: 'd', itemsize: 8, shape: [2], strides: [1] },
    ],
    ["array.array('f', [0.5])", Float32Array.of(0.5), { format: 'f' }],
    ["array.array('b', [-1])", Int8Array.of(-1), {}],
    ["array.array('H', [65535])", Uint16Array.of(65535), {}],
    ["array.array('i', [-5, 5])", Int32Array.of(-5, 5), {}],
    ["array.array('q', [2 ** 62])", BigInt64Array.of(2n ** 62n), {}],
    ["array.array('Q', [2 ** 64 - 1])", BigUint64Array.of(2n ** 64n - 1n), {}],
    ["bytearray(b'abc')", Uint8Array.of(97, 98, 99), { format: 'B', shared: true, readonly: false }],
    ["b'abc'", Uint8Array.of(97, 98, 99), { readonly: true, shared: false }],
    ["memoryview(b'abcdef')[::2]", Uint8Array.of(97, 99, 101), { readonly: true, strides: [1] }],
    [
      "memoryview(bytearray(b'abcdef'))[4::-2]",
      Uint8Array.of(97, 98, 99, 100, 101),
      { offset: 4, strides: [-2], shape: [3] },
    ],
    [
      "memoryview(array.array('d', [1, 2, 3, 4])).cast('B').cast('d', (2, 2))",
      Float64Array.of(1, 2, 3, 4),
      { shape: [2, 2], strides: [2, 1] },
    ],
    ['(ctypes.c_int32 * 3)(1, 2, 3)', Int32Array.of(1, 2, 3), {}],
    ['bytearray()', new Uint8Array(), { shape: [0], shared: false }],
  ]
  for (const [code, data, rest] of ROWS) {
    test(`${code} in JavaScript`, () => {
      const buffer = py.buffer(live(code))
      assert.ok(buffer instanceof PyBuffer)
      assert.deepEqual(buffer.data, data)
      assert.equal(Object.getPrototypeOf(buffer.data), Object.getPrototypeOf(data))
      assert.deepEqual(
        Object.fromEntries(Object.keys(rest).map((key) => [key, buffer[key as keyof PyBuffer]])),
        rest,
      )
      const copy = py.buffer(live(code), { copy: true })
      assert.equal(copy.shared, false)
      assert.equal(copy.release(), false)
      assert.equal(copy.data.length > 0, data.length > 0)
      buffer.release()
    })
  }

  const ARRAYS: [
    code: string,
    data: TypedArray,
    shape: number[],
    strides: number[],
    offset: number,
    order: string | null,
  ][] = [
    ['np.arange(6.0).reshape(2, 3)', Float64Array.of(0, 1, 2, 3, 4, 5), [2, 3], [3, 1], 0, 'C'],
    ['np.arange(6.0).reshape(2, 3).T', Float64Array.of(0, 1, 2, 3, 4, 5), [3, 2], [1, 3], 0, 'F'],
    ['np.arange(6.0)[::-1]', Float64Array.of(0, 1, 2, 3, 4, 5), [6], [-1], 5, null],
    ['np.arange(6.0).reshape(2, 3)[:, 1]', Float64Array.of(1, 2, 3, 4), [2], [3], 0, null],
    ['np.array(5, dtype="i4")', Int32Array.of(5), [], [], 0, 'C'],
    ['np.array([True, False])', Uint8Array.of(1, 0), [2], [1], 0, 'C'],
    ['np.array([1], dtype=">i4")', Uint8Array.of(0, 0, 0, 1), [1], [4], 0, 'C'],
    ['np.array([(1, 2)], dtype="i1,i4")', Uint8Array.of(1, 2, 0, 0, 0), [1], [5], 0, 'C'],
    ['np.frombuffer(bytearray(9), dtype="i4", offset=1)', new Uint8Array(8), [2], [4], 0, 'C'],
    ['np.zeros((0, 3))', new Float64Array(), [0, 3], [3, 1], 0, 'C'],
  ]
  for (const [code, data, shape, strides, offset, order] of ARRAYS) {
    test(`${code} in JavaScript`, () => {
      if (py.eval('np is None')) return
      const buffer = py.buffer(live(code))
      assert.deepEqual([buffer.data, buffer.shape, buffer.strides], [data, shape, strides])
      assert.deepEqual([buffer.offset, buffer.order], [offset, order])
      buffer.release()
    })
  }

  test('it is the same memory: what one side writes, the other reads', () => {
    py.exec("same = array.array('d', [1, 2, 3])\ndef read(i): return same[i]\ndef write(i, v): same[i] = v")
    const { same, read, write } = py.import('__main__')
    const { data } = py.buffer<Float64Array>(same)
    data[1] = 20
    write(2, 30)
    assert.deepEqual([read(1), data[2]], [20, 30])
    const second = py.buffer<Float64Array>(same)
    second.data[0] = 10
    assert.deepEqual([read(0), data[0]], [10, 10])
    const copy = py.buffer<Float64Array>(same, { copy: true })
    copy.data[0] = -1
    assert.equal(read(0), 10)
  })

  test('what nobody may write to is a copy', () => {
    py.exec('constant = b"constant"; mapped = mmap.mmap(-1, 16, access=mmap.ACCESS_READ) if False else None')
    const constant = py.buffer(live('constant'))
    constant.data[0] = 0
    assert.deepEqual([constant.readonly, constant.shared, py.eval('constant[0]')], [true, false, 99])
  })

  test('while JavaScript sees it, Python neither resizes nor frees it', () => {
    py.exec('held = Bytes(b"abc")\ndef grow(): held.extend(b"def")')
    const buffer = py.buffer(live('held'))
    assert.equal(thrown(() => py.import('__main__').grow()).name, 'BufferError')
    assert.equal(buffer.release(), true)
    assert.equal(buffer.release(), false)
    py.import('__main__').grow()
    assert.equal(py.eval('len(held)'), 6)
  })

  test('the memory outlives the Python object and the live object', () => {
    py.exec(
      "class Numbers(array.array): pass\nnumbers = Numbers('d', range(1000))\ngone = weakref.ref(numbers)",
    )
    const numbers = live('numbers')
    const buffer = py.buffer<Float64Array>(numbers)
    py.exec('del numbers')
    assert.equal(py.gc(numbers), true)
    py.exec('gc.collect()')
    assert.equal(py.eval('gone() is None'), false)
    assert.equal(buffer.data[999], 999)
    buffer.release()
    assert.equal(py.eval('gone() is None'), true)
  })

  test('release empties every view of the memory', () => {
    const buffer = py.buffer<Float64Array>(live("array.array('d', [1, 2])"))
    const { data } = buffer
    const other = new Uint8Array(data.buffer, 8)
    buffer.release()
    assert.deepEqual([data.length, other.length, data.buffer.byteLength, data[0]], [0, 0, 0, undefined])
    data[0] = 5
    assert.throws(() => new Float64Array(data.buffer), TypeError)
    assert.equal(buffer.data, data)
  })

  test('Symbol.dispose releases', () => {
    const buffer = py.buffer(live('bytearray(3)'))
    buffer[Symbol.dispose]()
    assert.equal(buffer.data.length, 0)
  })

  test('memory that was given on is not taken away', () => {
    const buffer = py.buffer<Uint8Array>(live('bytearray(b"abc")'))
    const memory = buffer.data.buffer as ArrayBuffer & { transfer?: () => ArrayBuffer }
    if (memory.transfer === undefined) {
      buffer.release()
      return
    }
    const given = new Uint8Array(memory.transfer())
    assert.equal(buffer.release(), false)
    assert.deepEqual(given, Uint8Array.of(97, 98, 99))
  })

  test('clear and gc leave it alone', () => {
    const context = new Python({ context: true })
    const bytes = context.live.eval('bytearray(b"abc")')
    const buffer = context.buffer(bytes)
    context.gc(bytes)
    context.clear()
    assert.deepEqual(buffer.data, Uint8Array.of(97, 98, 99))
    context.delete()
    assert.equal(buffer.data.length, 0)
  })

  test('collected views give their memory back', async () => {
    assert.ok(globalThis.gc)
    py.exec('count = 0\nclass Counted(bytearray):\n  def __del__(self):\n    global count\n    count += 1')
    for (let i = 0; i < 200; i++) py.buffer(py.live.eval('Counted(1000)'))
    for (let round = 0; round < 200 && py.eval<number>('count') < 200; round++) {
      globalThis.gc()
      await new Promise((done) => setTimeout(done, 5))
    }
    assert.equal(py.eval('count'), 200)
  })

  test('in loops, with collections in between, nothing is mixed up', async () => {
    assert.ok(globalThis.gc)
    const kept: [Uint8Array, number][] = []
    for (let i = 0; i < 300; i++) {
      const buffer = py.buffer<Uint8Array>(py.live.eval(`bytearray([${i % 256}]) * 700`))
      if (i % 3 === 0) kept.push([buffer.data, i % 256])
      else if (i % 3 === 1) buffer.release()
      if (i % 50 === 0) {
        globalThis.gc()
        await new Promise((done) => setImmediate(done))
      }
    }
    for (const [data, value] of kept) assert.ok(data.length === 700 && data.every((byte) => byte === value))
  })

  test('addresses are not shown', () => {
    const message = "The items of this buffer hold addresses of Python's, which JavaScript must not see."
    const codes = ['(ctypes.c_void_p * 2)()', '(ctypes.py_object * 1)(5)', '(ctypes.c_char_p * 1)(b"x")']
    if (!py.eval('np is None')) codes.push('np.array([object()])', 'np.zeros(1, dtype="f8,O")')
    for (const code of codes) {
      assert.throws(() => py.buffer(live(code)), { name: 'TypeError', message })
      assert.throws(() => py.buffer(live(code), { copy: true }), { name: 'TypeError', message })
    }
  })

  test('misuse', () => {
    const refused = (call: () => unknown, message: RegExp): void =>
      assert.throws(call, (error: Error) => error instanceof TypeError && message.test(error.message))
    refused(() => py.buffer([1]), /^buffer\(\) takes a live Python object, not an array\.$/)
    refused(() => py.buffer(live('[1]').append), /^buffer\(\) takes a live Python object, not a method\.$/)
    refused(() => py.buffer(live('bytearray(1)'), { copy: 1 } as never), /must be a boolean/)
    refused(() => py.buffer(live('bytearray(1)'), { deep: true } as never), /no option 'deep'/)
    refused(() => py.buffer(live('bytearray(1)'), null as never), /as a plain object, not null/)
    assert.match(thrown(() => py.buffer(live('[1]'))).message, /bytes-like object is required, not 'list'/)
    assert.match(
      thrown(() => py.buffer(live('(lambda m: (m.release(), m)[1])(memoryview(b""))'))).message,
      /released memoryview/,
    )
    const context = new Python({ context: true })
    refused(() => context.buffer(live('bytearray(1)')), /belongs to another Python context/)
    context.delete()
    const released = live('bytearray(1)')
    py.gc(released)
    refused(() => py.buffer(released), /was released/)
    assert.equal(core.releaseBuffer(123456789), false)
  })

  test('from a callback of another Python thread, and released there', async () => {
    py.exec(
      'def run(f): threading.Thread(target=f, args=(bytearray(b"abc"),)).start()\ndef call(f): return f()',
    )
    const alive = setInterval(() => undefined, 1000)
    const length = await new Promise((done) => {
      py.live.eval('run')(() => {
        const buffer = py.buffer(live('bytearray(5)'))
        const { length } = buffer.data
        buffer.release()
        done(length)
      })
    })
    clearInterval(alive)
    assert.equal(length, 5)
    py.import('__main__').call(() => py.buffer(live('bytearray(2)')).release())
  })

  test('an exporter whose end runs JavaScript', () => {
    py.exec('class Noisy(bytearray):\n  def __del__(self): self.told()')
    let told = 0
    const noisy = live('Noisy(3)')
    noisy.told = () => {
      told += 1
      py.buffer(live('bytearray(1)')).release()
    }
    const buffer = py.buffer(noisy)
    py.gc(noisy)
    buffer.release()
    assert.equal(told, 1)
  })

  test('it is not shared memory, and cannot be sent away', () => {
    const { data } = py.buffer(live('bytearray(3)'))
    assert.equal(types.isSharedArrayBuffer(data.buffer), false)
    const copy = structuredClone(data)
    copy[0] = 9
    assert.equal(data[0], 0)
  })
})
