/** A Python call on the JavaScript thread that waits for a thread that waits for JavaScript: an error there, and no false alarm. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Python } from 'python-ts'
import { test } from '../support/leaks'

/** Only here can another thread be seen to wait, and for what. */
const isLinux = process.platform === 'linux'

const CODE = `
import concurrent.futures, os, queue, threading, time
results = []
def run(f):
    try: results.append(f())
    except RuntimeError as error: results.append(str(error)[:8])
    finally: done.set(); answers.put(1); lock.release()
def started(f):
    global done, answers, lock
    results.clear()
    done, answers, lock = threading.Event(), queue.Queue(), threading.Lock()
    lock.acquire()
    thread = threading.Thread(target=run, args=(f,))
    thread.start()
    return thread
`

/** Python code that waits for `thread`, which waits for JavaScript. */
const WAITS: Record<string, string> = {
  'thread.join()': 'thread.join()',
  'lock.acquire()': 'lock.acquire()',
  'with a lock': 'with lock: lock.locked()',
  'event.wait()': 'done.wait()',
  'queue.get()': 'answers.get()',
  'queue.get(timeout)': 'answers.get(timeout=60)',
  'asks again and again': 'while thread.is_alive(): time.sleep(0.02)',
  'asks with a short timeout': 'while not done.wait(0.05): pass',
}

/** Python code that goes on for longer than any limit, and returns. */
const WORKS: Record<string, string> = {
  computes: 'end = time.monotonic() + 2.5\nwhile time.monotonic() < end: sum(range(1000))',
  'computes in C': 'end = time.monotonic() + 2.5\nwhile time.monotonic() < end: sorted(range(200_000))',
}

/** Python code that goes on for longer than the shorter limit. */
const RESTS: Record<string, string> = {
  sleeps: 'time.sleep(1.2)',
  'reads from a process': 'import subprocess; subprocess.run(["sleep", "1.2"], check=True)',
  'waits for a thread that computes': `
def work():
    end = time.monotonic() + 1.2
    while time.monotonic() < end: sum(range(1000))
other = threading.Thread(target=work)
other.start(); other.join()`,
}

function contexts(deadlock: number): [string, Python][] {
  return [
    ['main', new Python({ deadlock })],
    ['context', new Python({ context: true, deadlock })],
    ['shared GIL', new Python({ context: { gil: 'shared' }, deadlock })],
  ]
}

function programOf(code: string): string {
  const body = code.split('\n').map((line) => `    ${line}`)
  return `${CODE}def call(f):\n    thread = started(f)\n${body.join('\n')}\n    return results\n`
}

function define(py: Python, code: string): void {
  py.exec(programOf(code))
}

/** Calls, and waits until the thread has its answer. */
const CALL = 'lambda f: (call(f), done.wait())[0]'

const impatient = contexts(150)

for (const [place, py] of impatient) {
  for (const [title, code] of Object.entries(WAITS)) {
    test(`${place}: ${title} is a deadlock, and an error in the thread that waits for JavaScript`, () => {
      define(py, code)
      const results = py.eval(CALL)(() => 'answer')
      assert.deepEqual(results, ['Deadlock'])
    })
  }
  const works = place === 'shared GIL' ? [] : Object.entries({ ...WORKS, ...(isLinux ? RESTS : {}) })
  for (const [title, code] of works) {
    test(`${place}: ${title}: no deadlock, however long`, async () => {
      define(py, code)
      assert.deepEqual(
        py.eval('call')(() => 'answer'),
        [],
      )
      await answered(py)
      assert.deepEqual(py.eval('results'), ['answer'])
    })
  }
}

async function answered(py: Python): Promise<void> {
  while (!py.eval('done.is_set()')) await new Promise((resolve) => setTimeout(resolve, 5))
}

const WORKER = `
const { parentPort, workerData: { programs, call } } = require('node:worker_threads')
const { Python } = require('python-ts')
const pythons = [new Python({ deadlock: 150 }), new Python({ context: true, deadlock: 150 })]
parentPort.postMessage(pythons.map((py) => programs.map((program) => {
  py.exec(program)
  return py.eval(call)(() => 'answer')
})))
`

test('in a worker each of these is an error, too', async () => {
  const programs = Object.values(WAITS).map(programOf)
  const worker = new Worker(WORKER, { eval: true, workerData: { programs, call: CALL } })
  const [results] = await once(worker, 'message')
  const expected = programs.map(() => ['Deadlock'])
  assert.deepEqual(results, [expected, expected])
})

test('the option deadlock must be a positive number', () => {
  for (const deadlock of [0, -1, Number.NaN])
    assert.throws(() => new Python({ deadlock }), {
      name: 'RangeError',
      message: 'The option deadlock of Python must be positive.',
    })
})

test('what is not answered in time is not called later', async () => {
  const [, py] = impatient[0] as [string, Python]
  define(py, WAITS['thread.join()'] as string)
  let calls = 0
  py.eval('call')(() => {
    calls += 1
  })
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(calls, 0)
})
