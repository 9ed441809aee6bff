/** The plugins Threader and MultiProcessor: Python's threads run while Node is idle, and its child processes work. */
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Python } from 'python-ts'
import { test } from '../support/leaks'

const folder = resolve('plugins')
const py = new Python()
py.add_syspath(folder)

/** Has threads of Python count, and waits on the event loop alone until one of them tells the sum. */
async function countWhileIdle(python: Python): Promise<unknown> {
  python.add_syspath(folder)
  const Threader = python.import('Threader')
  python.exec(
    'import threading\ndef tell(wait, f): threading.Thread(target=lambda: f(wait(60))).start()\n' +
      'def count(threader):\n  for _ in range(50): threader.incr_in_thread(1); threader.incr_in_executor(1)',
  )
  const { count, tell } = python.import('__main__')
  const before = Threader.wait(60)
  count(Threader)
  // A thread of Python's keeps no event loop alive.
  const alive = setInterval(() => undefined, 1000)
  const sum = await new Promise((done) => tell(Threader.wait, done))
  clearInterval(alive)
  return (sum as number) - before
}

test('threads of Python run while Node is idle', async () => {
  assert.equal(await countWhileIdle(py), 100)
})

test('and so do those of other contexts', async () => {
  for (const context of [true, { gil: 'shared' }] as const) {
    const own = new Python({ context })
    assert.equal(await countWhileIdle(own), 100)
    assert.equal(own.delete(), true)
  }
})

test('and those that a worker started', async () => {
  const code = `
    const { Python } = require(${JSON.stringify(resolve('.'))})
    const py = new Python()
    const Threader = py.import('Threader')
    for (let i = 0; i < 50; i++) { Threader.incr_in_thread(1); Threader.incr_in_executor(1) }`
  const before = py.import('Threader').wait(60)
  const exitCode = await new Promise((done, fail) =>
    new Worker(code, { eval: true }).on('exit', done).on('error', fail),
  )
  assert.equal(exitCode, 0)
  assert.equal(py.import('Threader').wait(60), before + 100)
})

// Not `fork`: docs/lifecycle.md says why.
const methods = py.eval<string[]>("__import__('multiprocessing').get_all_start_methods()")
for (const method of methods.filter((method) => method !== 'fork')) {
  test(`ProcessPoolExecutor works with ${method}`, async () => {
    py.exec(
      `import multiprocessing, MultiProcessor\nfrom concurrent.futures import ProcessPoolExecutor\n` +
        'def squares(method, values):\n' +
        '  context = multiprocessing.get_context(method)\n' +
        '  with ProcessPoolExecutor(2, mp_context=context) as executor:\n' +
        '    return list(executor.map(MultiProcessor.square, values))',
    )
    const main = py.import('__main__')
    assert.deepEqual(main.squares(method, [1, 2, 3]), [1, 4, 9])
    assert.deepEqual(await main.squares_async(method, [4, 5]), [16, 25])
  })
}

test('MultiProcessor runs processes of its own and of its pool', async () => {
  const processor = py.import('MultiProcessor')
  assert.equal(processor.run(), 0)
  assert.deepEqual(await processor.squares_in_executor_async([1, 2, 3]), [1, 4, 9])
  assert.notEqual(processor.pid_in_executor(), process.pid)
  processor.shutdown()
})
