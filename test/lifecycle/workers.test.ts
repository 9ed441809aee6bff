/** Worker threads that use Python come and go; the process survives each of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quiet, runScript } from '../support/child'

/** Declared in front: `work(code)` runs code in a worker with Python at hand and resolves to [exit code, messages, errors]. */
const WORKERS = `
const { Worker } = require('node:worker_threads')
const { once } = require('node:events')
const root = process.cwd()
const start = (code) => {
  const worker = new Worker(
    "const { parentPort, workerData } = require('node:worker_threads');" +
    "const assert = require('node:assert/strict');" +
    "const { Python, clib, PythonError } = require(" + JSON.stringify(root) + ");" + code, { eval: true })
  worker.messages = []
  worker.errors = []
  worker.on('message', (message) => worker.messages.push(message)).on('error', (error) => worker.errors.push(error))
  worker.over = new Promise((done) => worker.on('exit', (code) => done([code, worker.messages, worker.errors.map(String)])))
  return worker
}
const work = (code) => start(code).over
;(async () => {
`
const passes = (title: string, script: string) =>
  test(title, async () => {
    const whole = `${WORKERS}${script}\n})().catch((error) => { console.error(error); process.exitCode = 1 })`
    assert.deepEqual(await runScript(whole, { timeout: 15_000 }), quiet())
  })

passes(
  'a worker uses the Python of the main thread, ten times',
  `const py = new Python()
   py.exec('shared = []')
   for (let i = 0; i < 10; i++) {
     const code = "const py = new Python(); py.exec('shared.append(" + i + ")'); parentPort.postMessage(py.eval('len(shared)'))"
     assert.deepEqual(await work(code), [0, [i + 1], []])
   }
   assert.deepEqual(py.eval('shared'), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])`,
)

passes(
  'a worker may be the first and only one to use Python',
  `for (let i = 0; i < 10; i++)
     assert.deepEqual(await work("parentPort.postMessage(new Python().eval('1 + " + i + "'))"), [0, [i + 1], []])
   assert.equal(new Python().eval('2'), 2)`,
)

passes(
  'a worker may be the first and only one to use Python, and the main thread never does',
  `const code = "const py = new Python(); py.exec('import threading, json'); parentPort.postMessage(py.eval('threading.active_count()'))"
   const [exit, [count], errors] = await work(code)
   assert.deepEqual([exit, errors, count >= 1], [0, [], true])`,
)

passes(
  'workers leave objects, callbacks and contexts behind',
  `const py = new Python()
   py.exec('kept = []\\ndef keep(f): kept.append(f)\\ndef call(f): return f()')
   const code = \`
     const py = new Python()
     globalThis.objects = Array.from({ length: 100 }, () => py.eval('object()'))
     py.eval('keep')(() => 'from the worker')
     const own = new Python({ context: true })
     own.exec('x = [1]')
     parentPort.postMessage(py.eval('call')(() => 'called'))\`
   for (let i = 0; i < 5; i++) assert.deepEqual(await work(code), [0, ['called'], []])
   const { kept } = py.import('__main__')
   py.exec('def try_all():\\n  out = []\\n  for f in kept:\\n    try: f(); out.append("called")\\n    except Exception as e: out.append(type(e).__name__)\\n  return out')
   const results = py.eval('try_all')()
   assert.equal(results.length, 5)
   assert.equal(results.includes('called'), false, String(results))
   py.exec('kept.clear()')
   assert.equal(py.eval('1'), 1)`,
)

passes(
  'errors of a worker are its own',
  `const [code, , errors] = await work("new Python().eval('1 / 0')")
   assert.equal(code, 1)
   assert.match(errors[0], /ZeroDivisionError: division by zero/)
   assert.equal(new Python().eval('1'), 1)`,
)

passes(
  'process.exit in a worker ends the worker alone',
  `const [code] = await work("new Python().eval('1'); process.exit(7)")
   assert.equal(code, 7)
   assert.equal(new Python().eval('1'), 1)`,
)

passes(
  'objects of two threads are two objects for one Python object',
  `const py = new Python()
   py.exec('class Own:\\n  n = 0\\none = Own()')
   const one = py.eval('one')
   assert.deepEqual(await work("const one = new Python().eval('one'); one.n += 1; parentPort.postMessage(one.n)"), [0, [1], []])
   assert.equal(one.n, 1)
   global.gc()
   await pause(10)
   assert.equal(one.n, 1)`,
)

passes(
  'two workers at once, and the main thread with them',
  `const py = new Python()
   py.exec('import threading\\nlock = threading.Lock()\\ntotal = 0\\ndef add(n):\\n  global total\\n  with lock: total += n\\n  return n')
   const code = \`
     const py = new Python()
     const add = py.eval('add')
     for (let i = 0; i < 3000; i++) assert.equal(add(1), 1)
     const call = py.eval('lambda f: f(2)')
     for (let i = 0; i < 300; i++) assert.equal(call((x) => x + i), i + 2)
     parentPort.postMessage('done')\`
   const both = [work(code), work(code)]
   const add = py.eval('add')
   for (let i = 0; i < 3000; i++) { add(1); if (i % 100 === 0) await pause(1) }
   for (const result of await Promise.all(both)) assert.deepEqual(result, [0, ['done'], []])
   assert.equal(py.eval('total'), 9000)`,
)

const BUSY: [title: string, code: string][] = [
  ['a Python loop', "py.exec('import time\\nend = time.time() + 0.3\\nwhile time.time() < end: pass')"],
  ['a sleep of Python', "py.exec('import time; time.sleep(0.3)')"],
  ['a callback that loops', "py.eval('lambda f: f()')(() => { for (;;); })"],
  ['Python calls in a loop', "const f = py.eval('lambda x: x'); for (;;) f(1)"],
  ['callbacks in a loop', "const f = py.eval('lambda f: f()'); for (;;) f(() => 1)"],
  ['objects in a loop', "for (;;) py.eval('object()')"],
]
for (const [title, code] of BUSY) {
  passes(
    `terminated in the middle of ${title}`,
    `const py = new Python()
     const worker = start("const py = new Python(); parentPort.postMessage('ready');" + ${JSON.stringify(code)})
     await once(worker, 'message')
     await pause(50)
     await worker.terminate()
     assert.equal(py.eval('1 + 1'), 2)
     assert.deepEqual(await work("parentPort.postMessage(new Python().eval('3'))"), [0, [3], []])
     py.exec('import gc; gc.collect()')`,
  )
}

passes(
  'terminated while it starts, again and again',
  `const py = new Python()
   for (let i = 0; i < 10; i++) {
     const worker = start("const py = new Python(); for (;;) py.eval('[object()]')")
     await pause(i * 8)
     await worker.terminate()
   }
   assert.equal(py.eval('1'), 1)`,
)

passes(
  'Python threads call a worker that is gone',
  `const py = new Python()
   py.exec('import threading, time\\ncaught = []\\ndef often(f):\\n  try:\\n    while True: f(); time.sleep(0.001)\\n' +
     '  except Exception as e: caught.append(type(e).__name__)\\n' +
     'def begin(f): threading.Thread(target=often, args=(f,), daemon=True).start()')
   const code = "let n = 0; new Python().eval('begin')(() => { n += 1; if (n === 5) process.exit(0) }); setInterval(() => {}, 1000)"
   assert.equal((await work(code))[0], 0)
   for (let i = 0; i < 100 && py.eval('len(caught)') === 0; i++) await pause(20)
   assert.equal(py.eval('len(caught)'), 1)`,
)

passes(
  'the process ends while workers run Python',
  `new Python()
   const worker = start("const py = new Python(); parentPort.postMessage('ready'); py.exec('while True: pass')")
   await once(worker, 'message')
   await pause(30)
   process.exit(0)`,
)

passes(
  'workers give back what they held, also when they are terminated',
  `const py = new Python()
   py.exec(\`
class Held: pass
def make(n): return [Held() for _ in range(n)]
def count():
    import gc
    return sum(isinstance(o, Held) for o in gc.get_objects())\`)
   for (const end of ['process.exit()', 'setInterval(() => {}, 1000)']) {
     const worker = start("globalThis.held = new Python().import('__main__').make(100); parentPort.postMessage('ready'); " + end)
     await once(worker, 'message')
     await worker.terminate()
   }
   assert.equal(py.import('__main__').count(), 0)`,
)
