/** Interrupts that are raised where nothing can be raised: they reach the call that was meant, and stderr says nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quiet, runScript } from '../support/child'

const PYTHON = `
import gc, weakref
# No lock: interrupted in the middle, one would stay locked.
at_it = False
def begin():
    global at_it
    at_it = True
class Dying:
    def __del__(self):
        begin()
        for _ in range(300): pass
class Weak: pass
class Cycle:
    def __init__(self): self.me = self
def after(_):
    begin()
    for _ in range(300): pass
def finalizers():
    while True: Dying()
def callbacks():
    while True:
        weak = Weak()
        reference = weakref.ref(weak, after)
        del weak
def collections():
    gc.callbacks.append(lambda *_: after(None))
    while True: Cycle()
`

const SETUP = `
const { callOptions } = require(process.cwd())
const { Worker } = require('node:worker_threads')
const { once } = require('node:events')
const CODE = ${JSON.stringify(PYTHON)}
const at = async (main) => { main.at_it = false; while (!main.at_it) await pause(1) }`

const passes = (title: string, script: string) =>
  test(title, async () => {
    const whole = `${SETUP}\n;(async () => {\n${script}\n})().catch((error) => { console.error(error); process.exitCode = 1 })`
    assert.deepEqual(await runScript(whole), quiet())
  })

for (const [where, options] of [
  ['the main interpreter', ''],
  ['a context', '{ context: true }'],
]) {
  passes(
    `an asynchronous call that is in finalizers most of the time can be interrupted, in ${where}`,
    `const py = new Python(${options})
     py.exec(CODE)
     const main = py.import('__main__')
     // What was given up ends, too: else its thread would be at it still.
     const rested = async () => { do { main.at_it = false; await pause(20) } while (main.at_it) }
     for (let i = 0; i < 5; i++) {
       for (const name of ['finalizers', 'callbacks', 'collections']) {
         const controller = new AbortController()
         const call = main[name + '_async'](callOptions({ signal: controller.signal }))
         await at(main)
         controller.abort()
         await assert.rejects(call, { name: 'AbortError' })
         await rested()
         await assert.rejects(Promise.all([main[name + '_async'](), at(main).then(() => py.interrupt())]), { name: 'KeyboardInterrupt' })
         await rested()
         py.exec('gc.callbacks.clear()')
       }
     }`,
  )
}

passes(
  'a call of a worker that is in finalizers most of the time can be interrupted',
  `const py = new Python()
   py.exec(CODE)
   const main = py.import('__main__')
   for (const name of ['finalizers', 'callbacks']) {
     const worker = new Worker("const { Python } = require(process.cwd()); new Python().import('__main__')['" + name + "']()", { eval: true })
     await at(main)
     py.interrupt()
     assert.equal((await once(worker, 'error'))[0].name, 'KeyboardInterrupt')
   }`,
)

for (const [what, options, end, name] of [
  ['a signal', 'callOptions({ signal: controller.signal })', 'controller.abort()', 'AbortError'],
  ['interrupt()', '', 'py.interrupt()', 'CancelledError'],
]) {
  passes(
    `${what} while the first loop of asyncio is made cancels the task, and the loop is whole`,
    `const py = new Python()
     py.exec(\`
import asyncio, time
is_making = False
make = asyncio.new_event_loop
def slowly():
    global is_making
    is_making = True
    end = time.monotonic() + 0.2
    while time.monotonic() < end: pass
    return make()
asyncio.new_event_loop = slowly
async def count(): return len(asyncio.all_tasks())\`)
     const main = py.import('__main__')
     const controller = new AbortController()
     const call = assert.rejects(main.asyncio.sleep_async(1000${options && `, ${options}`}), { name: '${name}' })
     while (!main.is_making) await pause(1)
     ${end}
     await call
     while ((await main.count_async()) > 1) await pause(1)`,
  )
}

passes(
  'the interrupt of a task that holds up the loop hits no other task, also where that one ends just then',
  `const py = new Python()
   py.exec(\`
import asyncio, sys, time
ask = asyncio.current_task
def is_handed_over(): return all(frame.f_code.co_filename != '<python_ts.asyncio>' or frame.f_code.co_name != 'start' for frame in sys._current_frames().values())
held, asked, is_released = None, 0, False
def ask_slowly(loop=None):
    "Tells what task the loop was at, when it is at others."
    global asked
    task = ask(loop)
    if task is not None and task is held:
        asked += 1
        while asked == 2 and not task.done(): time.sleep(0.001)
    return task
async def hold_up():
    global held
    held = ask()
    while not is_released: pass
async def count(n):
    for _ in range(n): await asyncio.sleep(0)
    return n\`)
   const main = py.import('__main__')
   for (let i = 0; i < 5; i++) {
     py.exec('held, asked, is_released = None, 0, False\\nasyncio.current_task = ask_slowly')
     const call = main.hold_up_async()
     while (!py.eval('held is not None and is_handed_over()')) await pause(1)
     py.interrupt()
     while (main.asked < 2) await pause(1)
     const others = Array.from({ length: 50 }, () => main.count_async(2000))
     main.is_released = true
     assert.equal(await call, null)
     assert.deepEqual(await Promise.all(others), Array(50).fill(2000))
     py.exec('asyncio.current_task = ask')
   }`,
)

test('an exception of a finalizer itself is reported as ever', async () => {
  const { code, stdout, stderr } = await runScript(`
    const py = new Python()
    py.exec('class Bad:\\n  def __del__(self): raise LookupError("mine")\\n' +
      'class Stop:\\n  def __del__(self): raise KeyboardInterrupt("its own")\\nBad()\\nStop()')`)
  assert.deepEqual([code, stdout], [0, ''])
  assert.match(stderr, /LookupError: mine/)
  assert.match(stderr, /KeyboardInterrupt: its own/)
})

test('a hook that a site or a user has installed is left alone', async () => {
  const ended = await runScript(`
    const py = new Python()
    py.exec('import sys\\nsys.unraisablehook = lambda args: print(args.exc_type.__name__)\\nclass Bad:\\n  def __del__(self): 1 / 0\\nBad()')`)
  assert.deepEqual(ended, quiet('ZeroDivisionError\n'))
})
