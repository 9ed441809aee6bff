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
  'a worker uses the runtime of the process, also one that was made before it was chosen, whatever it would find itself',
  `const early = start("process.env.PYTHON_TS_RUNTIME = '/nowhere';" +
     "parentPort.once('message', () => parentPort.postMessage(new Python().runtime_path));")
   const { runtime_path } = new Python()
   early.postMessage('go')
   assert.deepEqual(await early.over, [0, [runtime_path], []])`,
)

passes(
  'the main thread uses the runtime that a worker chose',
  `const code = "const py = new Python(); parentPort.postMessage(py.runtime_path)"
   const [, [runtime_path]] = await work(code)
   process.env.PYTHON_TS_RUNTIME = '/nowhere'
   assert.equal(new Python().runtime_path, runtime_path)`,
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

/** What only workers have used ends with the process: what Python prints then. */
const LAST: [title: string, script: string, stdout: string, code: number][] = [
  ['nothing left to do', '', 'held bye\n', 0],
  ['process.exit', 'process.exit(3)', 'held bye\n', 3],
  ['process.exitCode', 'process.exitCode = 4', 'held bye\n', 4],
  ['a worker that was terminated', 'await start("setInterval(() => {}, 1000)").terminate()', 'held bye\n', 0],
  ['a worker that is still there', 'start("setInterval(() => {}, 1000)"); process.exit(5)', 'held bye\n', 5],
  [
    'a thread that ends',
    `await work("new Python().exec('import threading, time; threading.Thread(target=lambda: (time.sleep(0.2), print(1))).start()')")`,
    'held 1\nbye\n',
    0,
  ],
  [
    'a daemon thread that computes',
    `await work("new Python().exec('import threading\\\\ndef run():\\\\n  while True: pass\\\\nthreading.Thread(target=run, daemon=True).start()')")`,
    'held bye\n',
    0,
  ],
  [
    'a context of the worker',
    `await work("new Python({ context: true }).exec('import atexit; atexit.register(print, 1)')")`,
    '1\nheld bye\n',
    0,
  ],
  [
    'an asynchronous call that runs',
    `const worker = start("new Python().exec_async('while True: pass').catch(() => 1); parentPort.postMessage(1)")
     await once(worker, 'message')
     await worker.terminate()`,
    'held bye\n',
    0,
  ],
  [
    'a handler that does not end',
    `await work("new Python({ grace: 100 }).exec('import atexit, time; atexit.register(time.sleep, 1000)')"); process.exitCode = 6`,
    'held ',
    6,
  ],
  [
    'the main thread, which loads it later',
    `new Python().exec('import atexit; atexit.register(print, 1)')`,
    'held 1\nbye\n',
    0,
  ],
]
for (const [title, script, stdout, code] of LAST) {
  // At the end of the process Windows has no other threads any more.
  test(`what a worker left ends with the process: ${title}`, {
    skip: process.platform === 'win32',
  }, async () => {
    const first = `assert.deepEqual(await work("new Python().exec('import atexit, sys; atexit.register(print, \\\\'bye\\\\'); sys.stdout.write(\\\\'held \\\\')')"), [0, [], []])`
    const whole = `${WORKERS}${first}\n${script}\n})().catch((error) => { console.error(error); process.exitCode = 1 })`
    const options = { timeout: 30_000, env: { PYTHONUNBUFFERED: undefined } }
    assert.deepEqual(await runScript(whole, options), quiet(stdout, code))
  })
}

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
  'interrupt() ends the call that a terminated worker is inside, which nothing else does',
  `const py = new Python()
   py.exec('import threading\\nat_it = threading.Event()\\ndef forever():\\n  at_it.set()\\n  while True: pass')
   for (let i = 0; i < 5; i++) {
     const worker = start("new Python().import('__main__').forever(); parentPort.postMessage('came back')")
     while (!py.eval('at_it.is_set()')) await pause(1)
     const over = worker.terminate()
     py.interrupt()
     await over
     assert.deepEqual([worker.messages, worker.errors], [[], []])
     py.exec('at_it.clear()')
   }`,
)

passes(
  'interrupt() raises KeyboardInterrupt in what other JavaScript threads are inside, and never in what they do next',
  `const py = new Python()
   py.exec(\`
import threading
def call(f): return f()
interrupted = threading.Event()
def short(n): return sum(range(n))\`)
   const code = \`
     const py = new Python()
     const main = py.import('__main__')
     let hits = 0
     const attempt = (run, expected) => {
       try { assert.deepEqual(run(), expected) }
       catch (error) { if (error.name !== 'KeyboardInterrupt') throw error; hits += 1 }
     }
     while (hits < 20) {
       attempt(() => main.short(3000), 4498500)
       attempt(() => py.eval('[1]'), [1])
       attempt(() => main.call(() => main.short(3000)), 4498500)
     }
     parentPort.postMessage(hits)
     parentPort.once('message', () => {
       for (let i = 0; i < 100; i++) assert.equal(main.short(2), 1)
       parentPort.postMessage('quiet')
     })\`
   const worker = start(code)
   const storm = setInterval(() => py.interrupt(), 1)
   await once(worker, 'message')
   clearInterval(storm)
   await py.eval_async('1')
   await pause(50)
   worker.postMessage('go')
   assert.deepEqual(await worker.over, [0, [20, 'quiet'], []])`,
)

passes(
  'interrupt() leaves the call alone that asks for it, and other contexts',
  `const py = new Python()
   py.exec('def call(f): return f()')
   const other = new Python({ context: true })
   other.exec('import time\\ndef spend(seconds):\\n  end = time.time() + seconds\\n  while time.time() < end: pass\\n  return 1')
   const theirs = other.import('__main__').spend_async(0.2)
   assert.equal(py.eval('call')(() => { py.interrupt(); const until = Date.now() + 50; while (Date.now() < until); return 7 }), 7)
   assert.equal(await theirs, 1)`,
)

passes(
  'a worker destroys Python, and the main thread starts it again',
  `const py = new Python()
   const context = new Python({ context: true })
   const object = py.eval('object()')
   assert.deepEqual(await work("new Python(); parentPort.postMessage(clib._destroy_python())"), [0, [true], []])
   assert.throws(() => py.eval('1'))
   assert.deepEqual([py.is_deleted, context.is_deleted, [...clib.contexts]], [true, true, []])
   assert.throws(() => py.eval('1'), { message: 'This Python context was deleted; create a new Python.' })
   assert.throws(() => String(object), { name: 'TypeError', message: /was released/ })
   const next = new Python()
   assert.deepEqual([next.eval('1 + 1'), await next.eval_async('2 + 2'), next.is_deleted], [2, 4, false])
   assert.equal(next.delete(), true)`,
)

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

test('an uncaught exception is reported also where a worker does not come back from C code', async () => {
  const script = `${WORKERS}
    new Python()
    const worker = start("const py = new Python(); parentPort.postMessage(1); py.exec('import time; time.sleep(1000)')")
    await once(worker, 'message')
    await pause(100)
    setImmediate(() => { throw new RangeError('nobody caught it') })
  })()`
  const { code, signal, stderr } = await runScript(script, { timeout: 60_000 })
  assert.deepEqual([code, signal], [1, null])
  assert.match(stderr, /RangeError: nobody caught it/)
})

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
