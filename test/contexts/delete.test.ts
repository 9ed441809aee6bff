/** `delete()` of a context, whatever is going on in it; the process goes on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quiet, runScript } from '../support/child'

const ROWS: [title: string, code: string][] = [
  ['nothing', ''],
  ['threading imported and idle', 'import threading, concurrent.futures.thread; threading.current_thread()'],
  [
    'a daemon thread that computes',
    'import threading\ndef f():\n  while True: pass\nthreading.Thread(target=f, daemon=True).start()',
  ],
  [
    'a thread that does not end',
    'import threading, time\ndef f():\n  while True: time.sleep(0.005)\nthreading.Thread(target=f).start()',
  ],
  [
    'a thread that cannot be interrupted',
    'import threading, time\nthreading.Thread(target=time.sleep, args=(2,)).start()',
  ],
  [
    'a thread that threading does not know',
    'import _thread, time\n_thread.start_new_thread(time.sleep, (0.5,))',
  ],
  [
    'an executor with work',
    'import time\nfrom concurrent.futures import ThreadPoolExecutor\nexecutor = ThreadPoolExecutor(2)\nfor _ in range(4): executor.submit(time.sleep, 0.01)',
  ],
  [
    'a suspended generator',
    'def g():\n  try: yield 1\n  finally: sys.intern("closed")\nkept = g(); next(kept)',
  ],
  [
    'objects in cycles, with finalizers',
    'class Cycle:\n  def __init__(self): self.me = self\n  def __del__(self): list(range(10))\nkept = [Cycle() for _ in range(100)]',
  ],
  ['an atexit handler', 'import atexit\natexit.register(lambda: None)'],
  ['a module of its own', 'import asyncio, csv, json, logging, re'],
]
const KINDS = ['true', "{ gil: 'shared' }"]

for (const [title, code] of ROWS) {
  test(`deleted with ${title}`, async () => {
    const script = `
      const py = new Python({ grace: 100 })
      for (const context of [${KINDS}]) for (let round = 0; round < 2; round++) {
        const own = new Python({ context })
        own.exec(${JSON.stringify(`import os, sys\nsys.stdout = open(os.devnull, "w")\n${code}`)})
        const kept = own.eval('lambda f: f()')
        assert.equal(kept(() => 1), 1)
        assert.deepEqual([own.delete(), own.delete(), own.is_deleted], [true, false, true])
        assert.throws(() => kept(() => 1), { name: 'TypeError', message: /was released/ })
        assert.equal(py.eval('1 + 1'), 2)
      }
      process.exit(0)`
    assert.deepEqual(await runScript(script, { timeout: 120_000 }), quiet())
  })
}

const passes = (title: string, script: string) =>
  test(title, async () => {
    const whole = `;(async () => {\n${script}\n})().catch((error) => { console.error(error); process.exitCode = 1 })`
    assert.deepEqual(await runScript(whole, { timeout: 120_000 }), quiet())
  })

passes(
  'asynchronous calls in flight are rejected, whether they wait or run',
  `for (const context of [true, { gil: 'shared' }]) {
     const own = new Python({ context })
     const calls = Array.from({ length: 60 }, () => own.exec_async('while True: pass'))
     const ended = Promise.allSettled(calls)
     await pause(20)
     assert.equal(own.delete(), true)
     for (const { status, reason } of await ended) {
       assert.equal(status, 'rejected')
       assert.ok(reason instanceof Error, String(reason))
     }
     await assert.rejects(own.eval_async('1'), { message: 'This Python context was deleted; create a new Python.' })
   }
   assert.equal(await new Python().eval_async('1'), 1)`,
)

passes(
  'threads of a context that wait for JavaScript get an error',
  `const own = new Python({ context: true, grace: 2000 })
   own.exec(\`
import threading
seen = []
def start(f):
    def body():
        try:
            while True: f()
        except RuntimeError as error: seen.append(str(error))
    threading.Thread(target=body).start()\`)
   let calls = 0
   own.eval('start')(() => { calls += 1 })
   while (calls < 5) await pause(1)
   assert.equal(own.delete(), true)
   const before = calls
   await pause(20)
   assert.equal(calls, before)
   assert.equal(new Python().eval('1'), 1)`,
)

passes(
  'a worker makes, uses and deletes contexts, and leaves some behind',
  `const { Worker } = require('node:worker_threads')
   const py = new Python()
   const code = \`
     const { Python } = require(\${JSON.stringify(process.cwd())})
     for (const context of [true, { gil: 'shared' }, true]) {
       const own = new Python({ context })
       if (own.eval('1 + 1') !== 2) throw new Error('wrong')
       if (own.context.index < 3) own.delete()
     }\`
   for (let round = 0; round < 5; round++) {
     const exit = await new Promise((done) => new Worker(code, { eval: true }).on('exit', done).on('error', console.error))
     assert.equal(exit, 0)
   }
   assert.equal(py.eval('1 + 1'), 2)`,
)
