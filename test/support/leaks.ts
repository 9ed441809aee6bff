/**
 * `test` of node:test, checked for leaks: after each test, the Python objects that JavaScript holds and the JavaScript
 * values that Python holds are as many as before it.
 */
import assert from 'node:assert/strict'
import { test as plainTest } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { core, references, run } from '#dist/codec/bridge'
import { Op } from '#dist/codec/tags'
import { isRunning, start } from '#dist/runtime/start'

export interface LeakOptions {
  /** Why this test may leave references behind; an empty reason is none. */
  mayLeak: string
}

export interface Counts {
  /** Python objects that JavaScript holds, in one interpreter. */
  python: number
  /** JavaScript values that Python holds. */
  javascript: number
}

type Body = () => void | Promise<void>

/** Both runtimes can need each other's collection: a few rounds of both, and event-loop turns for the finalizers. */
const ROUNDS = 20
/** After so many rounds the finalizers get time, not only turns. */
const PATIENT = 5
const PAUSE = 10

/** A test that holds nothing afterwards. What the test file holds itself is counted before. */
export function test(name: string, body: Body): void
export function test(name: string, options: LeakOptions, body: Body): void
export function test(name: string, ...rest: [Body] | [LeakOptions, Body]): void {
  const [options, body] = rest.length === 1 ? [undefined, rest[0]] : rest
  if (options !== undefined) assert.ok(options.mayLeak.trim(), `${name}: mayLeak needs a reason`)
  void plainTest(name, options === undefined ? () => checked(body) : body)
}

/** Runs `body` and asserts that it leaves no reference behind. */
export async function checked(body: Body): Promise<void> {
  const before = await settled()
  await body()
  await assertReleased(before)
}

/** Asserts that no more references are held than `before`, in the interpreter of that number. */
export async function assertReleased(before: Counts, interpreter?: number): Promise<void> {
  const after = await settled(interpreter, before)
  if (!isAtMost(after, before))
    assert.deepEqual(after, before, 'references held after the test, and before it')
}

/** The references held, without draining anything: of the main interpreter, where no other is asked for. */
export function counts(interpreter?: number): Counts {
  const isCounted = interpreter !== undefined || isRunning()
  return { python: isCounted ? core.references(interpreter ?? start()) : 0, javascript: references.size }
}

/** Collects the garbage of both sides until the counts are no more than wanted, or else until they no longer change. */
export async function settled(interpreter?: number, wanted?: Counts): Promise<Counts> {
  let last = counts(interpreter)
  for (let round = 0; round < ROUNDS; round++) {
    await collect(round, interpreter)
    const now = counts(interpreter)
    if (wanted === undefined ? isEqual(now, last) : isAtMost(now, wanted)) return now
    last = now
  }
  return last
}

async function collect(round: number, interpreter: number | undefined): Promise<void> {
  assert.ok(globalThis.gc, 'the tests run with --expose-gc')
  globalThis.gc()
  await setImmediate()
  if (round >= PATIENT) await setTimeout(PAUSE)
  if (round >= PATIENT && isRunning()) collectPython(interpreter ?? start())
  await setImmediate()
}

/** For what only a cycle of Python objects keeps alive. */
function collectPython(interpreter: number): void {
  run(Op.EXEC, interpreter, 'import gc; gc.collect()', {})
}

/** What was garbage before the test, and is gone after it, is no leak. */
function isAtMost(a: Counts, b: Counts): boolean {
  return a.python <= b.python && a.javascript <= b.javascript
}

function isEqual(a: Counts, b: Counts): boolean {
  return a.python === b.python && a.javascript === b.javascript
}
