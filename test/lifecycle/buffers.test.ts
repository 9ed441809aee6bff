/** Memory that both sides see, when one of them ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quiet, runScript } from '../support/child'

const ends = (title: string, script: string) =>
  test(title, async () => {
    const whole = `(async () => {${script}})().catch((error) => { console.error(error); process.exitCode = 1 })`
    assert.deepEqual(await runScript(whole, { timeout: 60_000 }), quiet())
  })

const SETUP = `
const py = new Python()
py.exec('import array')
const make = (n = 1000) => py.buffer(py.live.eval("array.array('d', range(" + n + "))"))
`

ends(
  'Python is destroyed while JavaScript sees its memory, again and again',
  `for (let i = 0; i < 5; i++) {
     ${SETUP}
     const views = Array.from({ length: 50 }, (_, i) => make(i * 10 + 1))
     const { data } = views[49]
     assert.equal(data[490], 490)
     clib._destroy_python()
     assert.equal(data.length, 0)
     assert.equal(views[0].release(), false)
     global.gc()
     await pause(5)
   }`,
)
ends(
  'the process ends while JavaScript sees Python memory and Python sees JavaScript memory',
  `${SETUP}
   globalThis.kept = [make(), make(), py.shared(new SharedArrayBuffer(100))]
   py.exec('def keep(x):\\n  global kept\\n  kept = x')
   py.import('__main__').keep(py.shared(new SharedArrayBuffer(1 << 20)))`,
)
ends(
  'a worker that sees Python memory is terminated',
  `${SETUP}
   const { Worker } = require('node:worker_threads')
   const { once } = require('node:events')
   py.exec('import gc\\nclass Held(bytearray): pass\\ndef count(): return sum(type(o) is Held for o in made)\\nmade = []')
   py.exec('import weakref\\nclass Held(array.array): pass\\nalive = weakref.WeakSet()\\ndef held():\\n  h = Held("d", range(500)); alive.add(h); return h')
   for (let i = 0; i < 6; i++) {
     const code = "const { Python } = require(process.cwd()); const py = new Python(); const { held } = py.import('__main__');" +
       "globalThis.views = Array.from({ length: 20 }, () => py.buffer(held()));" +
       "require('node:worker_threads').parentPort.postMessage(globalThis.views[3].data[499]); setInterval(() => {}, 1000)"
     const worker = new Worker(code, { eval: true })
     assert.deepEqual(await once(worker, 'message'), [499])
     await worker.terminate()
   }
   for (let i = 0; i < 200 && py.eval('len(alive)') > 0; i++) await pause(10)
   py.exec('gc.collect()')
   assert.equal(py.eval('len(alive)'), 0)`,
)
ends(
  'a context or Python does not end while another thread sees its memory',
  `${SETUP}
   const { Worker } = require('node:worker_threads')
   const { once } = require('node:events')
   const code = "const { Python } = require(process.cwd()); const { parentPort } = require('node:worker_threads');" +
     "const py = new Python(); const view = py.buffer(py.live.eval('bytearray(5)'));" +
     "parentPort.on('message', () => { view.release(); parentPort.postMessage('released') }); parentPort.postMessage('ready')"
   const worker = new Worker(code, { eval: true })
   await once(worker, 'message')
   const mine = make()
   assert.match(thrown(() => clib._destroy_python()).message, /^This Python cannot end yet: JavaScript sees memory of it/)
   assert.equal(mine.data[999], 999)
   assert.equal(py.eval('1 + 1'), 2)
   worker.postMessage('release')
   await once(worker, 'message')
   await worker.terminate()
   assert.equal(clib._destroy_python(), true)
   assert.equal(mine.data.length, 0)`,
)
ends(
  'contexts come and go with their memory in use',
  `for (let i = 0; i < 20; i++) {
     const py = new Python({ context: true })
     const small = py.buffer(py.live.eval('bytearray(b"abc")'))
     const large = py.buffer(py.live.eval('bytearray(100000)'))
     const memory = new Uint8Array(new SharedArrayBuffer(10))
     py.exec('def keep(x):\\n  global kept\\n  kept = x')
     py.import('__main__').keep(py.shared(memory))
     assert.equal(small.data[0], 97)
     if (i % 2) large.release()
     py.delete()
     assert.deepEqual([small.data.length, large.data.length], [0, 0])
     memory[0] = 1
     global.gc()
   }`,
)
