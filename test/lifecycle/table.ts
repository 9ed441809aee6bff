/** Every way a process can end, times everything Python can be at: what must come of it. The test runs each row once, `npm run stress` many times. */
import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const isWindows = process.platform === 'win32'
const root = resolve(__dirname, '..', '..', '..')

/** What Python is at when the end comes. */
interface State {
  title: string
  /** JavaScript that brings it about, with `py`, `Python`, `start(code)` (a worker) and `until(condition)` at hand. */
  script: string
  /** Which endings, where not all: processes are slow to start. */
  endings?: readonly string[]
  /** What Python prints at its end, before the atexit handler does. */
  prints?: string
  stderr?: RegExp
  /** multiprocessing flushes what is printed so far when it starts a child. */
  isFlushed?: boolean
  /** It does not end by itself, and is interrupted after so many milliseconds. */
  grace?: number
  /** A signal finds the JavaScript thread inside Python: handlers of Node never run, and nothing else comes after. */
  isStuck?: boolean
}

interface Ending {
  title: string
  script: string
  code?: number
  /** Sent by the parent. */
  signal?: NodeJS.Signals
  stderr?: RegExp
}

/** One row of the table. */
export interface Row {
  title: string
  state: State
  ending: Ending
}

const KILL = ['SIGINT', 'SIGTERM'] as const
const ENDINGS: readonly Ending[] = [
  { title: 'nothing left to do', script: '', code: 0 },
  { title: 'process.exit', script: 'setImmediate(() => process.exit(3))', code: 3 },
  { title: 'process.exitCode', script: 'process.exitCode = 4', code: 4 },
  {
    title: 'process.exit in a callback',
    script: "py.eval('lambda f: f()')(() => process.exit(5))",
    code: 5,
  },
  {
    title: 'an uncaught exception',
    script: "setImmediate(() => { throw new RangeError('nobody caught it') })",
    code: 1,
    stderr: /RangeError: nobody caught it/,
  },
  {
    title: 'an unhandled rejection',
    script: "Promise.reject(new RangeError('nobody caught it'))",
    code: 1,
    stderr: /RangeError: nobody caught it/,
  },
  { title: '_destroy_python', script: 'clib._destroy_python()', code: 0 },
  ...KILL.map((signal) => ({ title: signal, script: 'setInterval(() => {}, 1000)', signal })),
  ...KILL.map((signal) => ({
    title: `${signal} with a handler`,
    script: `process.on('${signal}', () => process.exit(6)); setInterval(() => {}, 1000)`,
    code: 6,
    signal,
  })),
]

const FEW = [
  'nothing left to do',
  'process.exit',
  'an uncaught exception',
  '_destroy_python',
  'SIGINT',
  'SIGTERM',
  'SIGINT with a handler',
  'SIGTERM with a handler',
]

const thread = (body: string, daemon: boolean) =>
  `py.exec(\`
import threading, time
def body():
${body.replaceAll(/^/gm, '    ')}
threading.Thread(target=body, daemon=${daemon ? 'True' : 'False'}).start()\`)
`

const STATES: readonly State[] = [
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

/** The whole table. */
export const TABLE: readonly Row[] = STATES.flatMap((state) =>
  ENDINGS.filter(({ title }) => state.endings?.includes(title) ?? true).map((ending) => ({
    title: `${state.title}: ${ending.title}`,
    state,
    ending,
  })),
)

const PRELUDE = `
const { Python, PythonError, clib } = require(${JSON.stringify(root)})
const { Worker } = require('node:worker_threads')
const start = (code) => {
  const worker = new Worker("const { Python } = require(" + JSON.stringify(${JSON.stringify(root)}) + ");" +
    "new Python(); require('node:worker_threads').parentPort.postMessage('ready');" + code, { eval: true })
  worker.ready = new Promise((done) => worker.once('message', () => setTimeout(done, 20)))
  return worker
}
const until = async (condition) => { while (!condition()) await new Promise((done) => setTimeout(done, 1)) }
`

function scriptOf({ state, ending }: Row): string {
  const options = state.grace === undefined ? '{}' : `{ grace: ${state.grace} }`
  const held = "import atexit, sys\\nsys.stdout.write('held ')\\natexit.register(print, 'bye')"
  const ready = "console.log('ready')"
  // The signal comes when the child is ready for it.
  const end = ending.signal === undefined ? [ready, ending.script] : [ending.script, ready]
  const lines = [`const py = new Python(${options})`, `py.exec("${held}")`, state.script, ...end]
  return `${PRELUDE}\n;(async () => {\n${lines.join('\n')}\n})()`
}

/** What went wrong, if anything did. */
export async function runRow(row: Row, timeout: number): Promise<string | undefined> {
  const { state, ending } = row
  const args = ['--unhandled-rejections=throw', '-e', scriptOf(row)]
  // Output that is not buffered could not show that it is flushed. A group of its own shows what it leaves behind.
  const env = { ...process.env, PYTHONUNBUFFERED: '' }
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    detached: !isWindows,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  const send = () => child.kill(ending.signal)
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
    if (ending.signal !== undefined && text.endsWith('ready\n')) setTimeout(send, state.isStuck ? 100 : 0)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const closed = new Promise((done) => child.on('close', done))
  const how = await endOf(child, timeout)
  const hasLeft = await endGroup(child, ending.code === undefined ? 0 : timeout)
  await closed
  return faultsOf(row, { ...how, ...output, hasLeft })
}

interface How {
  code: number | null
  signal: NodeJS.Signals | null
  isHanging: boolean
}

function endOf(child: ChildProcess, timeout: number): Promise<How> {
  let isHanging = false
  const killer = setTimeout(() => {
    isHanging = true
    child.kill('SIGKILL')
  }, timeout)
  return new Promise((done) =>
    child.on('exit', (code, signal) => {
      clearTimeout(killer)
      done({ code, signal, isHanging })
    }),
  )
}

/** Ends what is left of the child's processes, which have some time to end by themselves. Says whether they did. */
async function endGroup({ pid }: ChildProcess, timeout: number): Promise<boolean> {
  if (isWindows || pid === undefined) return true
  for (const start = Date.now(); Date.now() - start <= timeout; await pause(5)) {
    if (!signalGroup(pid, 0)) return true
  }
  return !signalGroup(pid, 'SIGKILL')
}

/** False when there is no such group. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}

type Outcome = How & { stdout: string; stderr: string; hasLeft: boolean }

function faultsOf(
  row: Row,
  { code, signal, isHanging, stdout, stderr, hasLeft }: Outcome,
): string | undefined {
  const expected = expectedOf(row)
  const faults = [
    isHanging ? 'it did not end' : '',
    code === expected.code && signal === expected.signal ? '' : `code ${code}, signal ${signal}`,
    stdout === expected.stdout ? '' : `stdout ${JSON.stringify(stdout)}`,
    expected.stderr.test(stderr) ? '' : `stderr ${JSON.stringify(stderr)}`,
    hasLeft || expected.signal !== null ? '' : 'processes stay behind',
  ].filter((fault) => fault !== '')
  return faults.length === 0 ? undefined : faults.join('; ')
}

function expectedOf({ state, ending }: Row) {
  const begin = state.isFlushed ? 'held ready\n' : 'ready\nheld '
  const isKilled = ending.code === undefined
  return {
    code: ending.code ?? null,
    signal: isKilled ? (ending.signal ?? null) : null,
    stdout: isKilled ? (state.isFlushed ? 'held ready\n' : 'ready\n') : `${begin}${state.prints ?? ''}bye\n`,
    stderr: ending.stderr ?? state.stderr ?? /^$/,
  }
}
