/** Comings and goings by the hundred, for `npm run stress`: scripts for `runScript`. */

/** A script that does something so many times. */
export interface Cycle {
  title: string
  /** How many of it for each time that the rows of the table are run. */
  each: number
  script: (times: number) => string
}

const WORKERS = `
const { Worker } = require('node:worker_threads')
const { once } = require('node:events')
const start = (code) => new Worker("const { Python } = require(" + JSON.stringify(process.cwd()) + "); const py = new Python();" + code, { eval: true })
const CODES = [
  "require('node:worker_threads').parentPort.postMessage('at it'); const f = py.eval('lambda x: x'); for (;;) f(1)",
  "const f = py.eval('lambda f: f()'); for (;;) f(() => 1)",
  "for (;;) for (const x of py.eval('iter(range(100))')) x",
  "for (;;) py.eval('[object()]')",
  "const own = new Python({ context: true }); for (;;) own.eval('[object()]')",
  "setInterval(() => { for (let i = 0; i < 10; i++) py.eval_async('[object()]') }, 0)",
  "const f = py.async(py.eval('lambda f: f()')); setInterval(() => { for (let i = 0; i < 10; i++) f(() => 1).catch(() => {}) }, 0)",
  "new Python({ context: true }).exec('import threading, time; threading.Thread(target=time.sleep, args=(0.01,)).start()')",
  "process.exit(0)",
  "",
]
`

export const CYCLES: readonly Cycle[] = [
  {
    title: 'workers that come and are terminated in the middle of anything',
    each: 2,
    script: (times) => `${WORKERS}
      ;(async () => {
        const py = new Python()
        for (let i = 0; i < ${times}; i++) {
          const worker = start(CODES[i % CODES.length])
          worker.on('error', (error) => console.error(error))
          await pause((i * 7) % 90)
          await worker.terminate()
          assert.equal(py.eval('1 + 1'), 2)
        }
        assert.equal(await py.eval_async('1 + 1'), 2)
        console.log('done')
      })()`,
  },
  {
    title: 'contexts that come and go',
    each: 10,
    script: (times) => `
      const py = new Python()
      for (let i = 0; i < ${times}; i++) {
        const own = new Python({ context: i % 2 ? true : { gil: 'shared' } })
        own.exec('class Own:\\n  def __init__(self): self.me = self\\nx = Own()')
        assert.equal(own.eval('x').me, own.eval('x'))
        assert.equal(own.delete(), true)
      }
      assert.equal(py.eval('1 + 1'), 2)
      console.log('done')`,
  },
  {
    title: 'as many contexts at the same time as there can be',
    each: 10,
    script: () => `
      const py = new Python()
      const all = []
      const error = thrown(() => { for (;;) all.push(new Python({ context: { gil: 'shared' } })) })
      assert.deepEqual([error.name, error.message], ['RangeError', 'There are too many Python contexts: the limit is 1023 at the same time.'])
      assert.equal(all.length, 1023)
      for (const each of all) assert.equal(each.eval('1 + 1'), 2)
      for (const each of all) assert.equal(each.delete(), true)
      assert.equal(new Python({ context: true }).eval('1 + 1'), 2)
      console.log('done')`,
  },
]
