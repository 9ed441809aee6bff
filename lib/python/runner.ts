/**
 * Runs an operation (an `Op`) in a context: checks that the context was not deleted, and notes the operation under its name while
 * debugging.
 */
export type Run = (op: number, name: string, ...args: readonly unknown[]) => unknown

interface Closable {
  readonly is_deleted?: boolean
}

const runners = new WeakMap<object, Run>()
const interpreters = new WeakMap<object, number>()
const checks = new WeakMap<object, () => void>()

/** Notes how the operations of a `Python` are run, and in which interpreter: for its methods in other files than its own. */
export function setRunner(python: object, interpreter: number, run: Run): void {
  runners.set(python, run)
  interpreters.set(python, interpreter)
}

/** The interpreter of a `Python` for an asynchronous call. Throws when its context was deleted. */
export function liveInterpreter(python: object): number {
  if (!interpreters.has(python)) throw notAPython()
  if (!isOpen(python)) throw new Error('This Python context was deleted; create a new Python.')
  return interpreterOf(python)
}

/** Whether the context of a `Python` was not deleted. */
export function isOpen(python: object): boolean {
  return (python as Closable).is_deleted !== true
}

/** The interpreter of a `Python`, whose runner was asked for before. */
export function interpreterOf(python: object): number {
  return interpreters.get(python) as number
}

/** Notes how it is checked that the context of a `Python` was not deleted. */
export function setCheck(python: object, check: () => void): void {
  checks.set(python, check)
}

/** The interpreter of a `Python` whose context was not deleted. */
export function livingInterpreterOf(python: object): number {
  const check = checks.get(python)
  if (check === undefined)
    throw new TypeError('This method must be called on a Python, as in py.buffer(array).')
  check()
  return interpreterOf(python)
}

/** How the operations of a `Python` are run. */
export function runnerOf(python: object): Run {
  const run = runners.get(python)
  if (run === undefined) throw notAPython()
  return run
}

function notAPython(): TypeError {
  return new TypeError('This method must be called on a Python, as in py.len(object).')
}
