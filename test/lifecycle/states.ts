/** Everything that Python can be at when a process ends. */
import { ENDINGS, FEW, KILL } from './endings'

/** What Python is at when the end comes. */
export interface State {
  title: string
  /** JavaScript that brings it about, with `py`, `Python`, `start(code)` (a worker) and `until(condition)` at hand. */
  script: string
  /** Which endings, where not all: processes are slow to start. */
  endings?: readonly string[]
  /** What Python prints at its end, before the atexit handler does. */
  prints?: string
  /** What contexts print at their end, which comes before. */
  printsFirst?: string
  stderr?: RegExp
  /** multiprocessing flushes what is printed so far when it starts a child. */
  isFlushed?: boolean
  /** It does not end by itself, and is interrupted after so many milliseconds. */
  grace?: number
  /** A signal finds the JavaScript thread inside Python: handlers of Node never run, and nothing else comes after. */
  isStuck?: boolean
}

const thread = (body: string, daemon: boolean) =>
  `py.exec(\`
import threading, time
def body():
${body.replaceAll(/^/gm, '    ')}
threading.Thread(target=body, daemon=${daemon ? 'True' : 'False'}).start()\`)
`

export const STATES: readonly State[] = [
  { title: 'idle', script: '' },
  { title: 'a daemon thread that computes', script: thread('while True: pass', true) },
  {
    title: 'daemon threads that sleep',
    script: thread('while True: time.sleep(0.001)', true).repeat(3),
    endings: FEW,
  },
  {
    title: 'a daemon thread that calls JavaScript',
    script: `py.exec(\`
import threading, time
def often(f):
    while True:
        try: f()
        except RuntimeError: pass
        time.sleep(0.001)
def start(f): threading.Thread(target=often, args=(f,), daemon=True).start()\`)
let calls = 0
py.eval('start')(() => { calls += 1 })
await until(() => calls > 3)`,
    // It keeps the event loop busy: nothing is ever left to do.
    endings: ENDINGS.map(({ title }) => title).filter(
      (title) => !/nothing left|exitCode|destroy/.test(title),
    ),
  },
  {
    title: 'a thread that ends',
    script: thread('time.sleep(0.3)\nprint("late")', false),
    prints: 'late\n',
  },
  {
    title: 'a thread that does not end',
    script: thread('while True: time.sleep(0.01)', false),
    grace: 200,
    endings: FEW,
  },
  {
    title: 'a thread that cannot be interrupted',
    script: thread('time.sleep(1000)', false),
    grace: 200,
    endings: FEW,
  },
  {
    title: 'an idle ThreadPoolExecutor',
    script: `py.exec(\`
from concurrent.futures import ThreadPoolExecutor
executor = ThreadPoolExecutor(2)
executor.submit(abs, -1).result()\`)`,
    endings: FEW,
  },
  {
    title: 'a ThreadPoolExecutor with work',
    script: `py.exec(\`
from concurrent.futures import ThreadPoolExecutor
import time
def work(): time.sleep(0.2); print('work')
executor = ThreadPoolExecutor(1)
for _ in range(2): executor.submit(work)\`)`,
    prints: 'work\nwork\n',
  },
  {
    title: 'a ThreadPoolExecutor with endless work',
    script: `py.exec(\`
from concurrent.futures import ThreadPoolExecutor
import time
def work():
    while True: time.sleep(0.01)
executor = ThreadPoolExecutor(1)
executor.submit(work)\`)`,
    grace: 200,
    endings: FEW,
  },
  {
    title: 'a ProcessPoolExecutor',
    isFlushed: true,
    script: `py.exec(\`
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
executor = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context('spawn'))
assert executor.submit(abs, -1).result() == 1\`)`,
    endings: FEW,
  },
  {
    title: 'a ProcessPoolExecutor with endless work',
    isFlushed: true,
    script: `py.exec(\`
import multiprocessing, time
from concurrent.futures import ProcessPoolExecutor
executor = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context('forkserver'))
assert executor.submit(abs, -1).result() == 1
executor.submit(time.sleep, 1000)\`)`,
    grace: 200,
    endings: FEW,
  },
  {
    title: 'a multiprocessing.Pool',
    isFlushed: true,
    script: `py.exec(\`
import multiprocessing
pool = multiprocessing.get_context('spawn').Pool(1)
assert pool.apply(abs, (-1,)) == 1\`)`,
    // Killed, it leaves semaphores, which CPython's resource tracker removes and reports.
    endings: FEW.filter((title) => title !== 'SIGINT' && title !== 'SIGTERM'),
  },
  {
    title: 'a daemon child process',
    isFlushed: true,
    script: `py.exec(\`
import multiprocessing, time
child = multiprocessing.get_context('spawn').Process(target=time.sleep, args=(1000,), daemon=True)
child.start()\`)`,
    endings: FEW,
  },
  {
    title: 'a child process that does not end',
    isFlushed: true,
    script: `py.exec(\`
import multiprocessing, time
child = multiprocessing.get_context('spawn').Process(target=time.sleep, args=(1000,))
child.start()\`)`,
    grace: 200,
    endings: FEW,
  },
  {
    title: 'contexts of both kinds with threads',
    script: `for (const context of [true, { gil: 'shared' }]) {
  globalThis[String(context)] = new Python({ context })
  globalThis[String(context)].exec(\`
import threading, time
def body():
    while True: time.sleep(0.005)
threading.Thread(target=body, daemon=True).start()\`)
}`,
    endings: FEW,
  },
  {
    title: 'contexts of both kinds with threads and executors that end',
    script: `for (const context of [true, { gil: 'shared' }]) {
  globalThis[String(context)] = new Python({ context })
  globalThis[String(context)].exec(\`
import threading, time
from concurrent.futures import ThreadPoolExecutor
def late(): time.sleep(0.1); print('late')
threading.Thread(target=late).start()
ThreadPoolExecutor(1).submit(late)\`)
}`,
    printsFirst: 'late\nlate\nlate\nlate\n',
    endings: FEW,
  },
  {
    title: 'idle workers',
    script:
      'for (let i = 0; i < 2; i++) await start("new Python().eval(\'1\'); setInterval(() => {}, 1000)").ready',
    endings: FEW.filter((title) => !/nothing left|destroy/.test(title)),
  },
  {
    title: 'workers that compute in Python',
    script: 'for (let i = 0; i < 2; i++) await start("new Python().exec(\'while True: pass\')").ready',
    endings: ['process.exit', 'an uncaught exception', 'SIGTERM', 'SIGTERM with a handler'],
  },
  {
    title: 'a worker in a context of its own that computes',
    script: 'await start("new Python({ context: true }).exec(\'while True: pass\')").ready',
    endings: ['process.exit', 'an uncaught exception', 'SIGTERM', 'SIGTERM with a handler'],
  },
  {
    title: 'asynchronous calls that end',
    script: "for (let i = 0; i < 20; i++) py.exec_async('import time; time.sleep(0.01)').catch(() => {})",
  },
  {
    title: 'asynchronous calls that compute',
    script:
      "for (const each of [py, new Python({ context: true })]) for (let i = 0; i < 3; i++) each.exec_async('while True: pass').catch(() => {})",
    endings: FEW.filter((title) => title !== 'nothing left to do'),
  },
  {
    title: 'an asynchronous call that cannot be interrupted',
    script: "py.exec_async('import time; time.sleep(1000)').catch(() => {}); await py.eval_async('1')",
    grace: 200,
    endings: ['process.exit', 'an uncaught exception', 'SIGTERM', 'SIGTERM with a handler'],
  },
  {
    title: 'the JavaScript thread inside Python',
    script: "setTimeout(() => py.exec('while True: pass'), 1)",
    isStuck: true,
    endings: KILL,
  },
  {
    title: 'an atexit handler that does not end',
    script: "py.exec('import atexit\\ndef endless():\\n  while True: pass\\natexit.register(endless)')",
    grace: 200,
    stderr: /^Exception ignored in atexit callback.*endless.*SystemExit/s,
    endings: ['nothing left to do', 'process.exit', '_destroy_python'],
  },
]
