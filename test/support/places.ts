/**
 * The places where Python can be used. A test file whose tests hold everywhere gives them to `everywhere`, as functions of a Python: they run in the
 * main interpreter, each checked for leaks, and in the other places, where all of them together are.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test as plainTest } from 'node:test'
import { inspect } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { Python } from 'python-ts'
import { interpreterOf } from '#dist/python/runner'
import { assertReleased, type Counts, checked, type LeakOptions, settled } from './leaks'

/** `share` is how much of a long test is to be done: all of it in the main interpreter, which comes first, and less elsewhere. */
type Body = (share: number) => void | Promise<void>

const SHARE_ELSEWHERE = 0.05

/** A test as it is in its place. */
type Inner = () => void | Promise<void>

interface Test {
  readonly body: Body
  readonly options: LeakOptions | undefined
}

/** Defines a test of a table, as `test` of leaks.ts. */
interface Define {
  (name: string, body: Body): void
  (name: string, options: LeakOptions, body: Body): void
}

/** Defines tests with `test`, for the Python that it is given. What it keeps itself is no leak. */
export type Table = (py: Python, test: Define) => void

/** A place where the tests of a table are run. */
interface Place {
  readonly name: string
  run(test: string): Promise<void>
  /** Asserts that the tests have left nothing behind, and leaves the place. */
  end(): Promise<void>
}

let isOnlyInMain = false

/** From now on tables are run in the main interpreter only: for a file that runs those of others once more, in a way of its own. */
export function onlyInMain(): void {
  isOnlyInMain = true
}

/** Defines the tests of a table for every place. `file` is the test file itself, which does nothing else: a worker loads it, too. */
export function everywhere(file: string, table: Table): void {
  if (isWorkerOfPlaces()) serve(table)
  else define(file, table, [inContext(table)])
}

/** The same, and in a context that shares its GIL with others. */
export function everywhereAndShared(file: string, table: Table): void {
  if (isWorkerOfPlaces()) serve(table)
  else define(file, table, [inContext(table), inContext(table, 'shared')])
}

/** For what imports extension modules that refuse to be in contexts: NumPy and what builds on it. */
export function everywhereButInContexts(file: string, table: Table): void {
  if (isWorkerOfPlaces()) serve(table)
  else define(file, table, [])
}

/**
 * A folder for what the tests write, the same one in every place, and empty at first. It is for the module level of a test file: a hook that
 * is made while a test runs belongs to that test.
 */
export function folderOfPlaces(name: string): string {
  const folder = join(realpathSync(tmpdir()), `python-ts-${name}-${process.pid}`)
  if (isMainThread) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    after(() => rmSync(folder, { recursive: true, force: true }))
  }
  return folder
}

function isWorkerOfPlaces(): boolean {
  return (workerData as { isPlace?: boolean } | null)?.isPlace === true
}

function define(file: string, table: Table, contexts: Place[]): void {
  const py = new Python()
  const tests = testsOf(py, table)
  for (const [name, { body, options }] of tests)
    plainTest(name, () => (options === undefined ? checked(() => body(1)) : body(1)))
  if (isOnlyInMain) return
  for (const place of [...contexts, inCallback(py, tests), inPythonThread(py, tests), inWorker(file)]) {
    for (const name of tests.keys()) plainTest(`${place.name}: ${name}`, () => place.run(name))
    plainTest(`${place.name}: nothing is left behind`, () => place.end())
  }
}

function testsOf(py: Python, table: Table): Map<string, Test> {
  const tests = new Map<string, Test>()
  table(py, (name: string, ...rest: [Body] | [LeakOptions, Body]) => {
    assert.ok(!tests.has(name), `two tests are called ${name}`)
    const [options, body] = rest.length === 1 ? [undefined, rest[0]] : rest
    tests.set(name, { body, options })
  })
  return tests
}

/** Tests that run in this thread, from the first one on leak-checked in an interpreter. */
class Tests {
  readonly #tests: ReadonlyMap<string, Test>
  readonly #interpreter: number
  #before: Counts | undefined

  constructor(py: Python, tests: ReadonlyMap<string, Test>) {
    this.#tests = tests
    this.#interpreter = interpreterOf(py)
  }

  async run(name: string, enter: (body: Inner) => void | Promise<void>): Promise<void> {
    const test = this.#tests.get(name) ?? assert.fail(`there is no test ${name} in this place`)
    if (test.options !== undefined) await this.end()
    else this.#before ??= await settled(this.#interpreter)
    await enter(() => test.body(SHARE_ELSEWHERE))
  }

  /** Asserts that the tests so far have left nothing behind; what is there now is no leak of those that follow. */
  async end(): Promise<void> {
    if (this.#before !== undefined) await assertReleased(this.#before, this.#interpreter)
    this.#before = undefined
  }
}

/** With a GIL of its own, where CPython has that (from 3.12 on) and none is asked for. */
function inContext(table: Table, gil?: 'shared'): Place {
  let context: Python | undefined
  let tests: Tests | undefined
  return {
    name: gil === undefined ? 'a context' : `a context whose GIL is ${gil}`,
    run(name) {
      context ??= new Python({ context: gil === undefined ? true : { gil } })
      tests ??= new Tests(context, testsOf(context, table))
      return tests.run(name, (body) => body())
    },
    async end() {
      await tests?.end()
      context?.delete()
    },
  }
}

/** Inside a function that Python calls on the JavaScript thread. */
function inCallback(py: Python, tests: ReadonlyMap<string, Test>): Place {
  const here = new Tests(py, tests)
  const enter = (body: Inner): Promise<void> => inside(body, (call) => py.eval('lambda call: call()')(call))
  return { name: 'a callback', run: (name) => here.run(name, enter), end: () => here.end() }
}

/** Inside a function that a Python thread calls, which waits meanwhile. */
function inPythonThread(py: Python, tests: ReadonlyMap<string, Test>): Place {
  const here = new Tests(py, tests)
  const enter = (body: Inner): Promise<void> =>
    inside(body, (call) => py.import('threading').Thread(null, call).start())
  return { name: 'a Python thread', run: (name) => here.run(name, enter), end: () => here.end() }
}

/** Runs `body` inside the function that `call` is given. What it does after an `await` is outside again. */
async function inside(body: Inner, call: (inner: () => void) => void): Promise<void> {
  // Python threads do not keep Node alive.
  const alive = setInterval(() => undefined, 1000)
  try {
    await new Promise<void>((done, fail) => {
      call(() => {
        try {
          Promise.resolve(body()).then(done, fail)
        } catch (error) {
          fail(error)
        }
      })
    })
  } finally {
    clearInterval(alive)
  }
}

/** The name of a test; null asks for the end. */
type Question = string | null

/** What was thrown, as text: errors may hold what cannot be sent. */
type Answer = string | undefined

/** A worker thread of Node's, which loads the test file. */
function inWorker(file: string): Place {
  let worker: Worker | undefined
  const ask = async (question: Question): Promise<void> => {
    worker ??= new Worker(file, { workerData: { isPlace: true } })
    worker.postMessage(question)
    const [answer] = (await once(worker, 'message')) as [Answer]
    if (answer !== undefined) throw new Error(`in the worker: ${answer}`)
  }
  after(() => worker?.terminate())
  return { name: 'a worker', run: (name) => ask(name), end: () => ask(null) }
}

/** The worker's side. */
function serve(table: Table): void {
  const py = new Python()
  const tests = new Tests(py, testsOf(py, table))
  parentPort?.on('message', (question: Question) => {
    const answered = question === null ? tests.end() : tests.run(question, (body) => body())
    answered.then(
      () => parentPort?.postMessage(undefined),
      (error: unknown) => parentPort?.postMessage(inspect(error)),
    )
  })
}
