/** Python ended from where nobody should end it, and under threads that still run. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quiet, runScript } from '../support/child'

const passes = (title: string, script: string, stdout = '') =>
  test(title, async () => {
    const whole = `;(async () => {\n${script}\n})().catch((error) => { console.error(error); process.exitCode = 1 })`
    assert.deepEqual(await runScript(whole, { timeout: 20_000 }), quiet(stdout))
  })

passes(
  'an atexit handler of Python cannot destroy it',
  `new Python().import('atexit').register(() => { console.log(thrown(() => clib._destroy_python()).message) })`,
  'A Python context cannot be deleted, nor Python destroyed, from inside a call of that same context.\n',
)

passes(
  'what dies while Python is destroyed cannot destroy, start, or make contexts',
  `const py = new Python()
   py.exec('class Dying:\\n  def __init__(self, f): self.f = f\\n  def __del__(self): self.f()')
   const { version } = py.import('sys')
   const main = py.import('__main__')
   let died = 0
   main.keep = main.Dying(() => {
     died += 1
     for (const change of [() => new Python({ context: true }), () => clib._destroy_python()]) try { change() } catch {}
   })
   assert.equal(clib._destroy_python(), true)
   // On CPython 3.12 the interpreter stays behind, and what its modules hold with it.
   assert.equal(died, version.startsWith('3.12.') ? 0 : 1)
   assert.equal(new Python().eval('1 + 1'), 2)`,
)

passes(
  'destroyed under a daemon thread that calls JavaScript, Python starts again',
  `const py = new Python()
   py.exec(\`
import threading, time
def go(f):
    def run():
        while True:
            try: f()
            except RuntimeError: pass
            time.sleep(0.001)
    threading.Thread(target=run, daemon=True).start()\`)
   let calls = 0
   py.import('__main__').go(() => { calls += 1 })
   while (calls < 10) await pause(5)
   assert.equal(clib._destroy_python(), true)
   assert.equal(new Python().eval('1 + 1'), 2)
   await pause(50)
   process.exit(0)`,
)

passes(
  'a context is deleted under a thread of it that runs, and Python is destroyed after it',
  `new Python({ grace: 100 })
   const context = new Python({ context: true })
   context.exec(\`
import threading, time
def run():
    while True: time.sleep(0.005)
threading.Thread(target=run).start()\`)
   assert.equal(context.delete(), true)
   assert.equal(clib._destroy_python(), true)
   assert.equal(new Python().eval('1 + 1'), 2)
   process.exit(0)`,
)
