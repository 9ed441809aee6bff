/**
 * Runs an operation (an `Op`) in a context: checks that the context was not deleted, and notes the operation under its name while
 * debugging.
 */
export type Run = (op: number, name: string, ...args: readonly unknown[]) => unknown

const runners = new WeakMap<object, Run>()
const interpreters = new WeakMap<object, number>()

/** Notes how the operations of a `Python` are run, and in which interpreter: for its methods in other files than its own. */
export function setRunner(python: object, interpreter: number, run: Run): void {
  runners.set(python, run)
  interpreters.set(python, interpreter)
}

/** The interpreter of a `Python`, whose runner was asked for before. */
export function interpreterOf(python: object): number {
  return interpreters.get(python) as number
}

/** How the operations of a `Python` are run. */
export function runnerOf(python: object): Run {
  const run = runners.get(python)
  if (run === undefined) throw new TypeError('This method must be called on a Python, as in py.len(object).')
  return run
}
