/** Asynchronous calls and the life of the process, of contexts and of worker threads, each in a process of its own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quiet, runScript } from '../support/child'

const passes = (title: string, script: string, stdout = '', code = 0) =>
  test(title, async () => assert.deepEqual(await runScript(SETUP + script), quiet(stdout, code)))

const SETUP = `
const py = new Python()
py.exec(\`
import threading, time
def forever():
    while True: pass
def sleep(seconds): time.sleep(seconds); return seconds
started = threading.Event()
def announce(f):
    started.set()
    f()
\`)
const main = py.import('__main__')
const running = async () => { while (!main.started.is_set()) await pause(1) }
const settled = (promises) => Promise.all(promises.map((p) => p.then((v) => v, (e) => e.message || e.name)))
const DELETED = 'This Python context was deleted; create a new Python.';
`

passes(
  'a call in flight keeps the process alive, and nothing else does',
  "main.sleep_async(0.1).then((v) => console.log('done', v))",
  'done 0.1\n',
)

passes(
  'so does one that was sent by the result of another',
  'main.sleep_async(0.01).then(() => main.sleep_async(0.02)).then((v) => console.log(v))',
  '0.02\n',
)

passes(
  'as many results as JavaScript takes at a time, all at once, leave it to be woken by the next',
  `py.exec('ended = 0\\ndef count():\\n  global ended\\n  ended += 1')
   ;(async () => {
     const calls = Array.from({ length: 4096 }, () => main.count_async())
     // The event loop has no turn before all have ended.
     while (main.ended < 4096) main.sleep(0.01)
     main.sleep(0.1)
     await Promise.all(calls)
     console.log(await py.eval_async('"next"'))
   })()`,
  'next\n',
)

passes(
  'the process ends while calls run and wait',
  'for (let i = 0; i < 50; i++) main.forever_async(); setTimeout(() => process.exit(4), 50)',
  '',
  4,
)

passes(
  'destroy interrupts what runs and rejects what waits',
  `const calls = Array.from({ length: 50 }, () => main.forever_async())
   const first = main.announce_async(main.forever)
   setTimeout(async () => {
     assert.equal(clib._destroy_python(), true)
     assert.deepEqual(new Set(await settled([...calls, first])), new Set([DELETED]))
     const next = new Python()
     assert.equal(await next.eval_async('1 + 1'), 2)
     console.log('again')
   }, 50)`,
  'again\n',
)

passes(
  'delete ends the calls of its context, and no others',
  `(async () => {
     const other = new Python({ context: true })
     other.exec('def forever():\\n  while True: pass')
     const theirs = Array.from({ length: 20 }, () => other.import('__main__').forever_async())
     const ours = main.sleep_async(0.2)
     await pause(50)
     assert.equal(other.delete(), true)
     assert.deepEqual(new Set(await settled(theirs)), new Set([DELETED]))
     assert.equal(await ours, 0.2)
     console.log('ended')
   })()`,
  'ended\n',
)

passes(
  'delete does not wait for a call that cannot be interrupted',
  `(async () => {
     const other = new Python({ context: true })
     other.exec('import time')
     const theirs = other.eval_async('time.sleep(30)')
     while (other.eval('1') !== 1 || other.import('threading').active_count() < 1) await pause(1)
     await pause(50)
     other.delete()
     assert.deepEqual(await settled([theirs]), [DELETED])
     assert.equal(await main.sleep_async(0), 0)
     process.exit(0)
   })()`,
)

passes(
  'results that were not yet taken when their context ends are errors',
  `(async () => {
     const other = new Python({ context: true })
     const calls = Array.from({ length: 10 }, () => other.eval_async('object()'))
     const until = Date.now() + 100
     while (Date.now() < until);
     other.delete()
     assert.deepEqual(new Set(await settled(calls)), new Set([DELETED]))
   })()`,
)

passes(
  'interrupt() ends what runs, and what waits runs',
  `(async () => {
     const call = main.announce_async(main.forever).catch((e) => e.name)
     await running()
     py.interrupt()
     console.log(await call, await main.sleep_async(0))
   })()`,
  'KeyboardInterrupt 0\n',
)

passes(
  'a worker thread is terminated with calls in flight',
  `(async () => {
     const { Worker } = require('node:worker_threads')
     const code = \`
       const { Python } = require(\${JSON.stringify(process.cwd())})
       const main = new Python().import('__main__')
       main.forever_async()
       for (let i = 0; i < 100; i++) main.sleep_async(0.01)
       require('node:worker_threads').parentPort.postMessage('sent')
     \`
     for (let i = 0; i < 5; i++) {
       const worker = new Worker(code, { eval: true })
       await new Promise((done) => worker.once('message', done))
       await worker.terminate()
     }
     console.log(await main.sleep_async(0))
   })()`,
  '0\n',
)

passes(
  'nothing in flight lets the process end, though the loop runs',
  'py.eval_async(\'__import__("asyncio").sleep(0, 5)\').then((v) => console.log(v))',
  '5\n',
)

for (const [what, code] of [
  ['a task that waits', 'async def task(): await asyncio.Event().wait()'],
  ['a task that holds up the loop', 'async def task():\n  while True: pass'],
  [
    'a task that does not let itself be cancelled',
    'async def task():\n  while True:\n    try: await asyncio.sleep(1000)\n    except asyncio.CancelledError: pass',
  ],
] as const) {
  const start = `
    py.exec(${JSON.stringify(`import asyncio\n${code}\nasync def begin(t):\n  started.set()\n  await t`)})
    const call = py.eval_async('begin(task())').catch((e) => e.message)`
  passes(`the process ends beside ${what}`, `${start}; running().then(() => process.exit(3))`, '', 3)
  passes(
    `destroy ends ${what}`,
    `${start}
     running().then(async () => {
       assert.equal(clib._destroy_python(), true)
       assert.equal(await call, DELETED)
       assert.equal(await new Python().eval_async('1 + 1'), 2)
       console.log('again')
     })`,
    'again\n',
  )
}

passes(
  'calls, tasks and promises in a worker thread, which is terminated in the middle',
  `(async () => {
     const { Worker } = require('node:worker_threads')
     py.exec(\`
import asyncio
async def add(a, b): return a + b
async def forever(): await asyncio.Event().wait()
async def call(f): return await f()
\`)
     const code = \`
       const { Python } = require(\${JSON.stringify(process.cwd())})
       const assert = require('node:assert')
       const main = new Python().import('__main__')
       ;(async () => {
         assert.equal(await main.add_async(1, 2), 3)
         assert.equal(await main.add(1, 2), 3)
         assert.equal(await main.call_async(async () => 'promise'), 'promise')
         for (let i = 0; i < 10; i++) main.forever_async()
         main.call_async(() => new Promise(() => undefined))
         require('node:worker_threads').parentPort.postMessage('sent')
       })()
     \`
     for (let i = 0; i < 5; i++) {
       const worker = new Worker(code, { eval: true })
       await new Promise((done, fail) => worker.once('message', done).once('error', fail))
       await worker.terminate()
     }
     console.log(await main.add_async(1, 1))
   })()`,
  '2\n',
)

passes(
  'a worker thread with calls in flight ends by itself when they are done',
  `const { Worker } = require('node:worker_threads')
   const worker = new Worker(\`
     const { Python } = require(\${JSON.stringify(process.cwd())})
     new Python().import('__main__').sleep_async(0.05).then((v) => console.log('slept', v))
   \`, { eval: true })
   worker.once('exit', (code) => console.log('exit', code))`,
  'slept 0.05\nexit 0\n',
)

passes(
  'an uncaught exception while calls run',
  `main.forever_async()
   process.on('uncaughtException', (error) => { console.log(error.message); process.exit(5) })
   setTimeout(() => { throw new Error('uncaught') }, 30)`,
  'uncaught\n',
  5,
)

passes(
  'asynchronous calls from a callback during exit are refused',
  `py.exec('import atexit')
   py.import('atexit').register(() => { main.sleep_async(0).catch(() => undefined) })
   process.exit(0)`,
)

passes(
  'a call from inside a Python thread to JavaScript that calls asynchronously',
  `(async () => {
     py.exec('def start(f): threading.Thread(target=f).start()')
     const alive = setInterval(() => undefined, 1000)
     const result = await new Promise((done) => main.start(() => { main.sleep_async(0).then(done) }))
     clearInterval(alive)
     console.log(result)
   })()`,
  '0\n',
)
