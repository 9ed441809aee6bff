/** The end of Python inside a living process, and new starts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quiet, runScript } from '../support/child'

const passes = (title: string, script: string, stdout = '') =>
  test(title, async () => assert.deepEqual(await runScript(script, { timeout: 120_000 }), quiet(stdout)))

passes(
  'destroy and start, twenty times',
  `for (let i = 0; i < 20; i++) {
     const py = new Python()
     py.exec('import json, datetime, threading\\nclass Own: pass')
     assert.deepEqual(py.eval('json.loads("[1, 2]")'), [1, 2])
     assert.ok(py.eval('datetime.datetime.now()') instanceof Date)
     assert.equal(py.eval('Own()').x, undefined)
     assert.equal(py.eval('lambda f: f(1)')((x) => x + 1), 2)
     assert.throws(() => py.eval('1 / 0'), { name: 'ZeroDivisionError' })
     assert.deepEqual([clib._destroy_python(), clib._destroy_python(), py.is_deleted], [true, false, true])
   }
   console.log('twenty')`,
  'twenty\n',
)

passes(
  'atexit handlers and output come at destroy',
  `new Python().exec('import atexit, sys; atexit.register(print, "bye"); sys.stdout.write("out ")')
   clib._destroy_python()
   new Python().exec('print("again")')`,
  'out bye\nagain\n',
)

passes(
  'old objects say that they were released',
  `const py = new Python()
   py.exec('class Own:\\n  def m(self): return 1')
   const own = py.eval('Own()')
   const { m } = own
   const wrapper = own.__wrapper__
   const error = thrown(() => py.eval('1 / 0'))
   clib._destroy_python()
   const message = 'This Own object was released and can no longer be used.'
   const check = () => {
     for (const use of [() => own.x, () => m(), () => String(own), () => { own.x = 1 }, () => wrapper.repr, () => 'x' in own])
       assert.throws(use, { name: 'TypeError', message })
     assert.match(require('node:util').inspect([own, m, error.value]), /released Own object/)
     assert.equal(error.message, 'division by zero')
     assert.throws(() => py.eval('1'), { message: 'This Python context was deleted; create a new Python.' })
   }
   check()
   const next = new Python()
   check()
   assert.throws(() => next.eval('callable')(own), { name: 'TypeError', message })
   assert.throws(() => next.dir(own), { name: 'TypeError', message })
   global.gc()
   setTimeout(() => { check(); assert.equal(next.eval('1'), 1) }, 20)`,
)

passes(
  'old callbacks in Python die with it',
  `let registry = 0
   for (let i = 0; i < 5; i++) {
     const py = new Python()
     py.exec('kept = []')
     py.eval('kept.append')(() => registry++)
     clib._destroy_python()
   }
   assert.equal(registry, 0)`,
)

passes(
  'destroy is refused inside a callback, and all goes on',
  `const py = new Python()
   py.exec('def call(f): return f()')
   const call = py.eval('call')
   assert.throws(() => call(() => clib._destroy_python()), (error) => error instanceof Error && /from inside a call of that same context/.test(error.message))
   assert.equal(call(() => { thrown(() => clib._destroy_python()); return 1 }), 1)
   assert.equal(py.eval('1 + 1'), 2)
   assert.equal(clib._destroy_python(), true)
   assert.equal(new Python().eval('2'), 2)`,
)

passes(
  'where destroy is refused, because C code does not come back, what had not begun is done, and all goes on',
  `const py = new Python({ threads: 2 })
   py.exec(\`
import asyncio, threading, time
begun, computing, resting, go = (threading.Event() for _ in range(4))
def compute():
    computing.set()
    while True: pass
async def rest():
    resting.set()
    await asyncio.sleep(1000)
class Stubborn:
    def stay(self):
        begun.set()
        while not go.is_set():
            try: time.sleep(8)
            except BaseException: pass
        return 'stayed'
\`)
   ;(async () => {
     const task = py.eval_async('rest()').catch((error) => error.name)
     while (!py.eval('resting.is_set()')) await pause(1)
     const [stays, computes] = [py.eval_async('Stubborn().stay()'), py.eval_async('compute()')]
     const computed = computes.catch((error) => error.name)
     const queued = Array.from({ length: 20 }, (_, i) => py.eval_async('[' + i + ']'))
     while (!py.eval('begun.is_set() and computing.is_set()')) await pause(1)
     const busy = { name: 'Error', message: 'Python cannot be destroyed: another thread is inside it and did not leave within a second.' }
     for (let i = 0; i < 2; i++) assert.throws(() => clib._destroy_python(), busy)
     assert.deepEqual([py.is_deleted, py.eval('1 + 1')], [false, 2])
     assert.equal(await computed, 'KeyboardInterrupt')
     assert.deepEqual(await Promise.all(queued), Array.from({ length: 20 }, (_, i) => [i]))
     assert.equal(await py.eval_async('asyncio.sleep(0, 5)'), 5)
     py.exec('go.set()')
     assert.equal(await stays, 'stayed')
     assert.equal(clib._destroy_python(), true)
     assert.equal(await new Python().eval_async('1 + 1'), 2)
     console.log('done')
   })()`,
  'done\n',
)

passes(
  'destroy ends contexts too',
  `const own = new Python({ context: true })
   own.exec('class Own: pass')
   const object = own.eval('Own()')
   clib._destroy_python()
   assert.equal(own.is_deleted, true)
   assert.deepEqual([...clib.contexts], [])
   assert.throws(() => object.x, { message: 'This Own object was released and can no longer be used.' })
   assert.equal(own.delete(), false)
   const next = new Python({ context: true })
   assert.equal(next.eval('1'), 1)
   assert.equal(next.delete(), true)`,
)

passes(
  'destroy while Python threads run',
  `const py = new Python()
   py.exec('import threading, time\\ndef forever():\\n  while True: time.sleep(0.001)\\n' +
     'threading.Thread(target=forever, daemon=True).start()\\n' +
     't = threading.Thread(target=time.sleep, args=(0.2,)); t.start()')
   clib._destroy_python()
   assert.equal(new Python().eval('1'), 1)`,
)

passes(
  'contexts come and go a hundred times',
  `const py = new Python()
   for (let i = 0; i < 100; i++) {
     const own = new Python({ context: true })
     own.exec('class Own:\\n  def __init__(self): self.me = self\\nx = Own()')
     assert.equal(own.eval('x').me, own.eval('x'))
     assert.equal(own.delete(), true)
   }
   assert.equal(py.eval('1 + 1'), 2)
   assert.deepEqual([...clib.contexts], [])`,
)

passes(
  'ten contexts at once are ten worlds',
  `const all = Array.from({ length: 10 }, () => new Python({ context: true }))
   all.forEach((own, i) => { own.exec('import json, sys; x = ' + i); own.import('sys').mark = i })
   assert.deepEqual(all.map((own) => [own.eval('x'), own.import('sys').mark]), all.map((_, i) => [i, i]))
   assert.equal(clib.contexts.length, 10)
   for (const own of all.reverse()) assert.equal(own.delete(), true)
   assert.equal(new Python().eval('hasattr(__import__("sys"), "mark")'), false)`,
)

passes(
  'a context is not deleted inside its own callback',
  `const own = new Python({ context: true })
   own.exec('def call(f): return f()')
   const call = own.eval('call')
   assert.throws(() => call(() => own.delete()), (error) => error instanceof Error && /from inside a call of that same context/.test(error.message))
   assert.equal(own.is_deleted, false)
   assert.equal(own.eval('1'), 1)
   assert.equal(own.delete(), true)`,
)

passes(
  'a context is deleted inside a callback of another one',
  `const py = new Python()
   const own = new Python({ context: true })
   own.exec('x = [1]')
   py.exec('def call(f): return f()')
   assert.equal(py.eval('call')(() => own.delete()), true)
   assert.equal(py.eval('1'), 1)`,
)

passes(
  'JavaScript nests contexts in each other',
  `const py = new Python()
   const own = new Python({ context: true })
   for (const each of [py, own]) each.exec('def call(f, *args): return f(*args)')
   const [outer, inner] = [py.eval('call'), own.eval('call')]
   const deep = (n) => (n === 0 ? 'bottom' : outer(() => inner(() => deep(n - 1))))
   assert.equal(deep(10), 'bottom')
   assert.throws(() => outer(() => inner(() => { throw new RangeError('mine') })), { name: 'RangeError', message: 'mine' })
   assert.throws(() => outer(() => own.eval('1 / 0')), { name: 'ZeroDivisionError' })
   assert.equal(own.delete(), true)`,
)
