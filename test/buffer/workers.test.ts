/** Shared memory that workers give to Python: the same memory for all, and there for as long as Python uses it. */
import assert from 'node:assert/strict'
import { Worker } from 'node:worker_threads'
import { Python } from 'python-ts'
import { test } from '../support/leaks'

const py = new Python()
py.exec(`
import threading
views = {}
def keep(name, view): views[name] = view
def add(name, times):
    view = views[name]
    for _ in range(times): view[0] += 1
def in_threads(name, times):
    threads = [threading.Thread(target=add, args=(name, times)) for _ in range(2)]
    for thread in threads: thread.start()
    return threads
`)
const main = py.import('__main__')

/** Runs code in a worker with `py`, `workerData` and `post`; what it posts first, and its end. */
function inWorker(
  code: string,
  workerData?: unknown,
): { worker: Worker; posted: Promise<unknown>; ended: Promise<number> } {
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads')
     const { Python } = require('python-ts')
     const py = new Python()
     const post = (value) => parentPort.postMessage(value)
     ${code}`,
    { eval: true, workerData },
  )
  const ended = new Promise<number>((resolve) => void worker.once('exit', resolve))
  const posted = new Promise((resolve, reject) => void worker.once('message', resolve).once('error', reject))
  return { worker, posted, ended }
}

/** Runs the finalizers of both sides. */
async function collect(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

test('memory of the main thread, posted to a worker, and given to Python there', async () => {
  const memory = new Float64Array(new SharedArrayBuffer(32))
  const { posted, ended } = inWorker(
    `const view = py.shared(workerData.subarray(1))
     py.setitem(view, 0, 2.5)
     post([view.format, view.nbytes])`,
    memory,
  )
  assert.deepEqual(await posted, ['d', 24])
  await ended
  assert.equal(memory[1], 2.5)
})

test('a worker that ends leaves its memory to Python', async () => {
  const { posted, ended } = inWorker(
    `const memory = new Int32Array(new SharedArrayBuffer(1 << 20)).fill(7)
     py.import('__main__').keep('left', py.shared(memory))
     post('done')`,
  )
  assert.equal(await posted, 'done')
  await ended
  await collect()
  assert.deepEqual([py.eval('views["left"][0]'), py.eval('sum(views["left"]) // 7')], [7, 1 << 18])
  main.add('left', 10)
  assert.equal(py.eval('views.pop("left")[0]'), 17)
})

test('a worker that is terminated in the middle leaves its memory to the Python threads that work in it', async () => {
  const { worker, posted, ended } = inWorker(
    `globalThis.memory = new Int32Array(new SharedArrayBuffer(1 << 16))
     const { keep, in_threads } = py.import('__main__')
     keep('cut', py.shared(memory))
     globalThis.threads = in_threads('cut', 200_000)
     post('begun')
     setInterval(() => { memory[1] += 1 }, 1)`,
  )
  assert.equal(await posted, 'begun')
  await worker.terminate()
  await ended
  await collect()
  while (
    py.eval(
      'threading.active_count() > 1 and any(t.name.startswith("Thread-") and "add" in t.name for t in threading.enumerate())',
    )
  )
    await new Promise((resolve) => setTimeout(resolve, 5))
  assert.ok(py.eval<number>('views["cut"][0]') > 100_000)
  py.exec('del views["cut"]')
})

test('many workers, one after the other and at once', async () => {
  const memory = new Int32Array(new SharedArrayBuffer(64))
  const rounds = Array.from({ length: 6 }, (_, index) =>
    inWorker(
      `const view = py.shared(workerData.memory)
       const own = py.shared(new SharedArrayBuffer(4096))
       py.import('__main__').keep('own' + workerData.index, own)
       py.setitem(view, workerData.index, workerData.index + 1)
       post('done')`,
      { memory, index },
    ),
  )
  for (const { posted, ended } of rounds) {
    await posted
    await ended
  }
  await collect()
  assert.deepEqual([...memory.subarray(0, 6)], [1, 2, 3, 4, 5, 6])
  assert.equal(py.eval('sum(sum(views.pop(f"own{i}")) for i in range(6))'), 0)
})

test('in contexts of a worker, which end with it or are left', async () => {
  const { posted, ended } = inWorker(
    `const results = []
     for (const context of [true, { gil: 'shared' }]) {
       const own = new Python({ context })
       const memory = new Uint8Array(new SharedArrayBuffer(8))
       own.setitem(own.shared(memory), 3, 9)
       results.push(memory[3])
       if (context === true) own.delete()
     }
     post(results)`,
  )
  assert.deepEqual(await posted, [9, 9])
  await ended
})

test('memory that grows: what was given stays', async () => {
  const { posted, ended } = inWorker(
    `const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true })
     const view = py.shared(new Uint8Array(memory.buffer))
     memory.grow(2)
     new Uint8Array(memory.buffer)[5] = 6
     const growable = new SharedArrayBuffer(8, { maxByteLength: 1 << 16 })
     const other = py.shared(growable)
     growable.grow?.(1 << 16)
     new Uint8Array(growable)[7] = 8
     py.import('__main__').keep('grown', view)
     post([py.getitem(view, 5), view.nbytes, py.getitem(other, 7), other.nbytes])`,
  )
  assert.deepEqual(await posted, [6, 65_536, 8, 8])
  await ended
  await collect()
  assert.deepEqual([py.eval('views["grown"][5]'), py.eval('len(views.pop("grown"))')], [6, 65_536])
})

test('Python lets go of the memory of an ended worker', async () => {
  const { posted, ended } = inWorker(
    `py.import('__main__').keep('large', py.shared(new SharedArrayBuffer(64 << 20)))
     post('done')`,
  )
  await posted
  await ended
  await collect()
  const before = process.memoryUsage().arrayBuffers
  py.exec('del views["large"]')
  for (let round = 0; round < 400 && process.memoryUsage().arrayBuffers > before - (32 << 20); round++)
    await collect()
  assert.ok(process.memoryUsage().arrayBuffers <= before, 'not more than before')
})
