/** No output is lost when a context, Python, a worker or the process ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quiet, runScript } from '../support/child'

const ends = (title: string, script: string, stdout: string, code = 0) =>
  test(title, async () => assert.deepEqual(await runScript(script, { timeout: 60_000 }), quiet(stdout, code)))

const OPEN = `
const py = new Python({ stdout: (text) => require('fs').writeSync(1, text.replaceAll('\\n', '/')) })
py.exec('import atexit, threading, time, sys')
`

ends(
  'what waits at exit arrives, of atexit handlers and threads too',
  `${OPEN}py.exec(\`
def late():
    time.sleep(0.05)
    print('thread')
atexit.register(print, 'atexit')
threading.Thread(target=late).start()
print('partial', end='')\`)`,
  'partialthread/atexit/',
)
ends('at process.exit', `${OPEN}py.exec('print("partial", end="")'); process.exit(3)`, 'partial', 3)
ends(
  'at _destroy_python, and the next Python has its own streams again',
  `${OPEN}py.exec('atexit.register(print, "atexit"); print("partial", end="")')
   clib._destroy_python()
   const next = new Python()
   next.exec('print("next")')`,
  'partialatexit/next\n',
)
ends(
  'at delete of a context, with what its atexit handlers print',
  `const py = new Python({ context: true, output: 'lines', stdout: (line) => console.log(line) })
   py.exec('import atexit; atexit.register(print, "atexit", end=""); print("partial")')
   py.delete()
   console.log('deleted')`,
  'partial\natexit\ndeleted\n',
)
test('a function that throws at exit is reported on stderr, and the exit code stays', async () => {
  const script = "new Python({ stdout() { throw new Error('bad') } }).exec('print(1, end=str())')"
  const { code, stdout, stderr } = await runScript(script)
  assert.deepEqual([code, stdout], [0, ''])
  assert.match(stderr, /^PythonOutputWarning: The stdout function given to python-ts threw: Error: bad\n/)
})
ends(
  'a terminated worker leaves Python with the output of the process',
  `const { Worker } = require('node:worker_threads')
   const py = new Python()
   const code = "const { Python } = require(process.cwd()); new Python({ stdout() {} }).exec('print(1)'); require('node:worker_threads').parentPort.postMessage(0); setInterval(() => {}, 1000)"
   const worker = new Worker(code, { eval: true })
   worker.on('message', async () => {
     await worker.terminate()
     py.exec('print("on the process")')
   })`,
  'on the process\n',
)
ends(
  'the log of a terminated worker is not lost',
  `const { Worker } = require('node:worker_threads')
   const py = new Python()
   py.exec('import logging, sys; sys.stderr = sys.stdout')
   const code = "const { Python } = require(process.cwd()); new Python().onLog(() => {}); require('node:worker_threads').parentPort.postMessage(0); setInterval(() => {}, 1000)"
   const worker = new Worker(code, { eval: true })
   worker.on('message', async () => {
     await worker.terminate()
     py.exec('logging.warning("seen")')
   })`,
  'seen\n',
)
