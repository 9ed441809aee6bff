/** JavaScript's memory in Python: NumPy arrays from typed arrays, and shared memory. */
import assert from 'node:assert/strict'
import { isMainThread, Worker } from 'node:worker_threads'
import { Python, type SharedMemory } from 'python-ts'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  // Contexts with a GIL of their own refuse it.
  const hasNumpy = canImport(py, 'numpy')

  const DTYPES: [array: ArrayBufferView, dtype: string, list: unknown[]][] = [
    [Int8Array.of(-1, 2), 'int8', [-1, 2]],
    [Uint8Array.of(1, 255), 'uint8', [1, 255]],
    [Uint8ClampedArray.of(300), 'uint8', [255]],
    [Buffer.from([7, 8]), 'uint8', [7, 8]],
    [Int16Array.of(-300), 'int16', [-300]],
    [Uint32Array.of(2 ** 32 - 1), 'uint32', [2 ** 32 - 1]],
    [BigInt64Array.of(-5n), 'int64', [-5]],
    [BigUint64Array.of(2n ** 64n - 1n), 'uint64', [2n ** 64n - 1n]],
    [Float32Array.of(0.5), 'float32', [0.5]],
    [Float64Array.of(0.1, Number.NaN), 'float64', [0.1, Number.NaN]],
    [new Float64Array([1, 2, 3]).subarray(1), 'float64', [2, 3]],
    [new Float64Array(), 'float64', []],
    [new DataView(new ArrayBuffer(2)), 'uint8', [0, 0]],
  ]
  for (const [array, dtype, list] of DTYPES) {
    test(`a NumPy array of ${array.constructor.name} ${dtype} ${list}`, () => {
      if (!hasNumpy) return
      const made = py.ndarray(array)
      assert.deepEqual([made.dtype.name, made.tolist(), made.flags.writeable], [dtype, list, true])
    })
  }

  test('shapes', () => {
    if (!hasNumpy) return
    const six = Float64Array.of(1, 2, 3, 4, 5, 6)
    assert.deepEqual(py.ndarray(six, [2, 3]).tolist(), [
      [1, 2, 3],
      [4, 5, 6],
    ])
    assert.deepEqual(py.ndarray(six, [3, -1]).shape, [3, 2])
    assert.deepEqual(py.ndarray(six, 6).shape, [6])
    assert.deepEqual(py.ndarray(Float64Array.of(5), []).shape, [])
    assert.throws(() => py.ndarray(six, [4, 2]), { name: 'ValueError' })
    assert.throws(() => py.ndarray(six, ['2'] as never), {
      name: 'TypeError',
      message: /shape as an integer/,
    })
    assert.throws(() => py.ndarray([1, 2] as never), { name: 'TypeError', message: /takes a typed array/ })
  })

  test('a round trip copies once: the typed array stays apart, NumPy and JavaScript share', () => {
    if (!hasNumpy) return
    const mine = new Float64Array(1_000_000).fill(1)
    const array = py.ndarray(mine, [1000, 1000])
    const back = py.buffer<Float64Array>(array)
    assert.equal(back.shared, true)
    array.fill(2)
    assert.deepEqual([mine[5], back.data[5]], [1, 2])
    back.data[0] = 3
    assert.equal(array.item(0), 3)
    assert.equal(back.data.length, 1_000_000)
  })

  const sharedFloats = (...values: number[]): Float64Array<SharedArrayBuffer> => {
    const array = new Float64Array(new SharedArrayBuffer(values.length * 8))
    array.set(values)
    return array
  }

  test('shared memory is one memory', () => {
    const memory = sharedFloats(1, 2, 3)
    const view = py.shared(memory)
    assert.deepEqual([view.format, view.readonly, view.shape], ['d', false, [3]])
    py.setitem(view, 1, 20.5)
    memory[2] = 30
    assert.deepEqual([memory[1], py.getitem(view, 2)], [20.5, 30])
    const window = py.shared(memory.subarray(1))
    assert.deepEqual(py.getitem(window, 0), 20.5)
    const bytes = py.shared(memory.buffer)
    assert.deepEqual([bytes.format, bytes.nbytes], ['B', 24])
    if (!hasNumpy) return
    const array = py.ndarray(view)
    array.fill(5)
    assert.deepEqual([...memory], [5, 5, 5])
    assert.deepEqual(py.ndarray(py.shared(sharedFloats(1, 2, 3, 4)), [2, 2]).tolist(), [
      [1, 2],
      [3, 4],
    ])
  })

  test('a plain typed array over shared memory is copied, as ever', () => {
    const memory = sharedFloats(1)
    py.exec('kept = None\ndef keep(x):\n  global kept\n  kept = x')
    py.import('__main__').keep(memory)
    memory[0] = 2
    assert.equal(py.eval('kept[0]'), 1)
    py.exec('kept = None')
  })

  test('Python keeps the memory alive, and lets it go', async () => {
    assert.ok(globalThis.gc)
    py.exec('kept = None\ndef keep(x):\n  global kept\n  kept = x[:1]')
    const seen = (() => {
      const memory = new SharedArrayBuffer(1 << 20)
      new Uint8Array(memory).fill(7)
      const view = py.shared(memory)
      py.import('__main__').keep(view)
      py.gc(view)
      return new WeakRef(memory)
    })()
    /** What was looked at lives until the end of its task: so it is looked at in a task of its own. */
    const isGone = async (rounds: number): Promise<boolean> => {
      for (let round = 0; round < rounds; round++) {
        globalThis.gc?.()
        await new Promise((done) => setTimeout(done, 5))
        if (seen.deref() === undefined) return true
        await new Promise((done) => setTimeout(done, 5))
      }
      return false
    }
    // What a worker shares, the main thread keeps, by an object of its own.
    if (isMainThread) assert.equal(await isGone(10), false)
    assert.equal(py.eval('kept[0]'), 7)
    py.exec('kept = None')
    assert.equal(await isGone(400), true)
  })

  test('Python threads and workers work in the same memory', async () => {
    const memory = new Int32Array(new SharedArrayBuffer(16))
    const view = py.shared(memory)
    py.exec(`
import threading
def begin(view):
    def run():
        view[0] = 5
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
`)
    py.import('__main__').begin(view)
    assert.equal(memory[0], 5)
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads')
     const { Python } = require('python-ts')
     workerData[1] = workerData[0] + 1
     const py = new Python({ context: true })
     const { data } = py.buffer(py.live.eval('bytearray(b"abc")'))
     parentPort.postMessage([...data])`,
      { eval: true, workerData: memory },
    )
    const data = await new Promise<number[]>((done, fail) => {
      worker.on('message', done).on('error', fail)
    })
    assert.deepEqual([data, memory[1], py.getitem(view, 1)], [[97, 98, 99], 6, 6])
  })

  test('in a context', () => {
    const context = new Python({ context: true })
    const memory = sharedFloats(1, 2)
    const view = context.shared(memory)
    context.setitem(view, 0, 10)
    assert.equal(memory[0], 10)
    context.delete()
    memory[1] = 5
    assert.deepEqual([...memory], [10, 5])
  })

  test('what is no shared memory is refused', () => {
    const message = 'shared() takes a SharedArrayBuffer, or a typed array over one.'
    for (const value of [new Uint8Array(2), new ArrayBuffer(2), [1], null, 5]) {
      assert.throws(() => py.shared(value as unknown as SharedMemory), { name: 'TypeError', message })
    }
    assert.throws(() => py.shared(new SharedArrayBuffer(0)), {
      name: 'RangeError',
      message: /at least one byte/,
    })
    const gone = new Python({ context: true })
    gone.delete()
    assert.throws(() => gone.shared(new SharedArrayBuffer(1)), /was deleted/)
  })
})

function canImport(py: Python, module: string): boolean {
  try {
    py.import(module)[Symbol.dispose]()
    return true
  } catch {
    return false
  }
}
