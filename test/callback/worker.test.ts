/** JavaScript objects, `py.ref` and subclasses in worker threads, each with the main interpreter and a context of its own. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Python, PythonError } from 'python-ts'
import { test } from '../support/leaks'
import { thrown } from '../support/thrown'

const SCRIPT = `
const { parentPort } = require('node:worker_threads')
const { Python } = require(${JSON.stringify(resolve(__dirname, '..', '..', '..'))})
const results = []
for (const options of [{}, { context: true }]) {
  const py = new Python(options)
  py.exec('class WorkerBase:\\n  def __init__(self, name): self.name = name\\n  def call(self): return self.hook()')
  class Derived extends py.eval('WorkerBase') {
    #n = 3
    hook() { return [this.name, this.#n] }
  }
  const list = [1]
  py.eval('lambda a: a.append(2)')(py.ref(list))
  const signature = String(py.import('inspect').signature((a, b) => a))
  results.push([new Derived('w').call(), list, signature])
  if (options.context) py.delete()
}
parentPort.postMessage(results)
`

test('the same in worker threads, one after the other and at once', async () => {
  assert.ok(new Python())
  const start = async () => (await once(new Worker(SCRIPT, { eval: true }), 'message'))[0] as unknown
  const expected = [['w', 3], [1, 2], '(a, b, /)']
  for (const result of [await start(), ...(await Promise.all([start(), start()]))])
    assert.deepEqual(result, [expected, expected])
})

test('an instance of a class of a worker that ended is a live object, whose JavaScript is gone', async () => {
  const py = new Python()
  py.exec('kept = []\nclass Parent:\n  def hook(self): return "Python"\n  def call(self): return self.hook()')
  const script = `
const { parentPort } = require('node:worker_threads')
const { Python } = require(${JSON.stringify(resolve(__dirname, '..', '..', '..'))})
const py = new Python()
class Child extends py.eval('Parent') { hook() { return 'JavaScript' } }
py.eval('lambda child: kept.append(child)')(new Child())
parentPort.postMessage(1)
`
  const worker = new Worker(script, { eval: true })
  await once(worker, 'exit')
  const child = py.eval('kept[0]')
  assert.throws(() => child.call(), {
    pytype: 'RuntimeError',
    message: /environment of this object has ended/,
  })
  py.exec('kept.clear()')
})

test("an error of another thread's JavaScript is a PythonError, while that thread runs and afterwards", async () => {
  const py = new Python()
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads')
     const { Python } = require(${JSON.stringify(resolve(__dirname, '..', '..', '..'))})
     const error = new RangeError('of the worker')
     const keep = new Python().eval('lambda error, fail: globals().update(their_error=error, their_function=fail)')
     keep(error, () => { throw error })
     parentPort.once('message', () => process.exit())
     parentPort.postMessage('kept')`,
    { eval: true },
  )
  await once(worker, 'message')
  py.exec(
    'def fail(): raise their_error\ndef cause():\n  try: fail()\n  except Exception as e: raise KeyError from e',
  )
  const isTheirs = (error: PythonError) => {
    assert.ok(error instanceof PythonError)
    assert.deepEqual([error.pytype, error.message], ['python_ts.JsError', 'RangeError: of the worker'])
    const { name, message } = error.value
    assert.deepEqual([name, message], ['RangeError', 'of the worker'])
    assert.match(error.traceback, /python_ts\.JsError: RangeError: of the worker/)
    return true
  }
  const check = async () => {
    isTheirs(thrown(() => py.eval('fail()')))
    isTheirs(thrown(() => py.eval('cause()')).cause)
    await assert.rejects(py.eval_async('fail()'), isTheirs)
    assert.equal(py.eval('their_error').message, 'of the worker')
  }
  await check()
  await assert.rejects(py.eval_async('their_function()'), isTheirs)
  worker.postMessage('end')
  await once(worker, 'exit')
  await check()
  assert.match(
    thrown(() => py.eval('their_function()')).message,
    /^The JavaScript environment of this object has ended/,
  )
  py.exec('del their_error, their_function')
})
