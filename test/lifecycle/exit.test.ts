/** How a process ends that has used Python: exit code, stdout and stderr. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Ended, quiet, runScript } from '../support/child'

/** Forked processes leave nothing in this one, so the plain `test` does. */
const ends = (title: string, script: string, expected: Ended) =>
  test(title, async (_: TestContext) => assert.deepEqual(await runScript(script), expected))

ends('normally', 'console.log(new Python().eval("1 + 1"))', quiet('2\n'))

ends('without having started Python', 'console.log(typeof Python)', quiet('function\n'))

ends('by process.exit', 'new Python().exec("print(1)"); process.exit(3)', quiet('1\n', 3))

ends('by process.exitCode', 'new Python().exec("print(1)"); process.exitCode = 4', quiet('1\n', 4))

ends(
  'by process.exit inside a callback',
  `const py = new Python()
   py.exec('import atexit; atexit.register(print, "atexit"); call = lambda f: f()')
   py.eval('call')(() => process.exit(5))`,
  quiet('atexit\n', 5),
)

ends(
  'with atexit handlers and unflushed output',
  `const py = new Python()
   py.exec('import atexit, sys\\natexit.register(lambda: sys.stdout.write("two"))\\nsys.stdout.write("one ")')`,
  quiet('one two'),
)

test('with atexit handlers that raise, as Python ends then', async () => {
  const { code, stdout, stderr } = await runScript(`
    const py = new Python()
    py.exec('import atexit\\natexit.register(print, "after")\\natexit.register(lambda: 1 / 0)')`)
  assert.deepEqual([code, stdout], [0, 'after\n'])
  assert.match(stderr, /ZeroDivisionError: division by zero/)
})

ends(
  'with an atexit handler that calls JavaScript',
  `const py = new Python()
   py.import('atexit').register(() => console.log('from JavaScript'))`,
  quiet('from JavaScript\n'),
)

ends(
  'by process.exit in an atexit handler, as in an exit listener of Node: at once, but flushed',
  `const py = new Python()
   py.exec('import atexit, sys\\natexit.register(print, "skipped")\\nsys.stdout.write("before ")')
   py.import('atexit').register(() => { py.exec('sys.stdout.write("in it")'); process.exit(7) })`,
  quiet('before in it', 7),
)

test('with a thread that first calls JavaScript when its thread waits: a RuntimeError', async () => {
  const { code, stdout, stderr } = await runScript(`
    const py = new Python()
    py.exec('import atexit, threading\\nending = threading.Event()\\nthreading._register_atexit(ending.set)\\n' +
      'def late(f):\\n  ending.wait(); f()\\ndef go(f): threading.Thread(target=late, args=(f,)).start()')
    py.import('__main__').go(() => console.log('never'))`)
  assert.deepEqual([code, stdout], [0, ''])
  assert.match(stderr, /RuntimeError: The JavaScript environment of this object has ended\./)
})

ends(
  'with Python errors that were caught',
  `const py = new Python()
   for (const code of ['1 / 0', 'import sys; sys.exit(7)', 'raise KeyboardInterrupt']) thrown(() => py.exec(code))
   console.log('alive')`,
  quiet('alive\n'),
)

ends(
  'while a daemon thread runs Python',
  `const py = new Python()
   py.exec('import threading\\ndef forever():\\n  while True: pass\\n' +
     'for _ in range(3): threading.Thread(target=forever, daemon=True).start()')
   console.log('done')`,
  quiet('done\n'),
)

ends(
  'while a daemon thread sleeps, prints and calls JavaScript',
  `const py = new Python()
   py.exec('import threading, time\\ndef often(f):\\n  while True:\\n    time.sleep(0.001); f()\\n' +
     'def start(f): threading.Thread(target=often, args=(f,), daemon=True).start()')
   let calls = 0
   py.eval('start')(() => { calls += 1 })
   setTimeout(() => { assert.ok(calls > 0); console.log('done'); process.exit(0) }, 100)`,
  quiet('done\n'),
)

for (const [who, rest] of [
  ['a thread', ''],
  ['a daemon thread', ', daemon=True'],
] as const) {
  ends(
    `by process.exit in a function that ${who} of Python calls`,
    `const py = new Python()
     py.exec('import atexit, threading\\natexit.register(print, "bye")\\ndef go(f): threading.Thread(target=f${rest}).start()')
     py.import('__main__').go(() => process.exit(4))
     setInterval(() => {}, 1000)`,
    quiet('bye\n', 4),
  )
}

ends(
  'by process.exit in a loop over an async generator, which is closed',
  `const py = new Python()
   py.exec('import asyncio\\nasync def count():\\n  try:\\n    while True:\\n      yield 1\\n      await asyncio.sleep(0)\\n  finally: print("closed")')
   ;(async () => { for await (const one of py.eval('count()')) process.exit(one) })()`,
  quiet('closed\n', 1),
)

ends(
  'by process.exit in beforeExit',
  `const py = new Python()
   py.exec('import atexit; atexit.register(print, "bye")')
   process.on('beforeExit', () => { py.exec('print("before")'); process.exit(4) })`,
  quiet('before\nbye\n', 4),
)

ends(
  'while a daemon thread calls JavaScript, and an atexit handler takes its time',
  `const py = new Python()
   py.exec('import atexit, threading, time\\nlock = threading.Lock()\\ndef often(f):\\n  while True:\\n    time.sleep(0.001)\\n    with lock: f()\\n' +
     'def start(f): threading.Thread(target=often, args=(f,), daemon=True).start()\\n' +
     'def last():\\n  time.sleep(0.2)\\n  with lock: print("last")\\natexit.register(last)')
   py.eval('start')(() => undefined)
   setTimeout(() => process.exit(0), 50)`,
  quiet('last\n'),
)

ends(
  'after a non-daemon thread',
  `const py = new Python()
   py.exec('import threading, time\\ndef late():\\n  time.sleep(0.3); print("late")\\nthreading.Thread(target=late).start()')
   console.log('early')`,
  quiet('early\nlate\n'),
)

ends(
  'with a context that was left',
  `const own = new Python({ context: true })
   own.exec('import json; x = [1]')
   console.log(own.eval('x'))`,
  quiet('[ 1 ]\n'),
)

ends(
  'with a context whose atexit handlers and output wait',
  `const own = new Python({ context: true })
   own.exec('import atexit, sys\\natexit.register(print, "bye from the context")\\nsys.stdout.write("hello ")')`,
  quiet('hello bye from the context\n'),
)

ends(
  'with live objects, callbacks and destructors that remain',
  `const py = new Python()
   py.exec('class D:\\n  def __del__(self): self.f()\\n  def f(self): pass\\nkept = D()\\n' +
     'def keep(f): global kept_f; kept_f = f')
   globalThis.object = py.eval('D()')
   py.eval('keep')(() => 1)
   console.log('end')`,
  quiet('end\n'),
)

ends(
  'after Python was destroyed',
  `new Python().exec('import atexit; atexit.register(print, "bye")')
   clib._destroy_python()
   console.log('end')`,
  quiet('bye\nend\n'),
)

test('by an uncaught exception', async () => {
  const { code, signal, stdout, stderr } = await runScript(`
    new Python().exec('import atexit, sys; atexit.register(print, "bye"); sys.stdout.write("out ")')
    throw new RangeError('uncaught')`)
  assert.deepEqual([code, signal, stdout], [1, null, 'out bye\n'])
  assert.match(stderr, /RangeError: uncaught/)
})

test('by an uncaught PythonError, shown with both sides', async () => {
  const { code, signal, stderr } = await runScript(`
    const py = new Python()
    py.exec('def f(): return 1 / 0')
    py.eval('f')()`)
  assert.deepEqual([code, signal], [1, null])
  assert.match(stderr, /ZeroDivisionError: division by zero/)
  assert.match(stderr, /at \[eval\]/)
  assert.match(stderr, /in f\n/)
})

test('by a rejection with a PythonError', async () => {
  const { code, stderr } = await runScript('Promise.resolve().then(() => new Python().eval("x_y_z"))')
  assert.equal(code, 1)
  assert.match(stderr, /NameError: name 'x_y_z' is not defined/)
})

test('by sys.exit that nobody catches: an error like others', async () => {
  const { code, stderr } = await runScript('new Python().exec("import sys; sys.exit(0)")')
  assert.equal(code, 1)
  assert.match(stderr, /SystemExit: 0/)
})

test('by a signal, as without Python', { skip: process.platform === 'win32' }, async () => {
  const killed = await runScript(
    'new Python().eval("1"); process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 50)',
  )
  assert.deepEqual([killed.code, killed.signal], [null, 'SIGTERM'])
  const caught = await runScript(`
    const py = new Python()
    process.on('SIGINT', () => { console.log(py.eval('"caught"')); process.exit(6) })
    process.kill(process.pid, 'SIGINT')
    setInterval(() => {}, 50)`)
  assert.deepEqual(caught, quiet('caught\n', 6))
})

test('requiring python-ts does nothing', { skip: process.platform !== 'linux' }, async () => {
  const script = `
    const maps = require('node:fs').readFileSync('/proc/self/maps', 'utf8')
    console.log(/libpython|prebuilds/.test(maps))`
  assert.deepEqual(await runScript(script), quiet('false\n'))
})
