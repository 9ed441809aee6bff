import { core } from '../codec/bridge'
import { releaseAll } from '../object/table'

/** A context: the global one is an empty object, any other a sub-interpreter of its own. */
export type PyContext = PyThreadState | Record<string, never>

/** The metadata of a context that `createContext` made. */
export interface PyThreadState {
  readonly type: 'python-ts/PyThreadState*'
  /** The context's id, as in the `state` of its objects' wrappers. */
  readonly state: string
  /** When it was made, in seconds since the epoch. */
  readonly time: number
  /** The running number of the context. */
  readonly index: number
}

const interpreters = new Map<PyThreadState, number>()
let made = 0

/** Makes a context with an interpreter of its own. Python must run. */
export function createContext(): PyThreadState {
  const interpreter = core.createContext()
  const context: PyThreadState = Object.freeze({
    type: 'python-ts/PyThreadState*',
    state: String(interpreter),
    time: Date.now() / 1000,
    index: ++made,
  })
  interpreters.set(context, interpreter)
  return context
}

/** Ends a context and releases its objects. False if it was ended before. */
export function deleteContext(context: PyThreadState): boolean {
  const interpreter = interpreters.get(context)
  if (interpreter === undefined) return false
  const deleted = releaseAll(interpreter, () => core.deleteContext(interpreter))
  interpreters.delete(context)
  return deleted
}

/** The interpreter of a context that was made here and not ended. */
export function interpreterOf(context: object): number | undefined {
  return interpreters.get(context as PyThreadState)
}

/** The contexts that were made and not ended. */
export function liveContexts(): PyThreadState[] {
  return [...interpreters.keys()]
}

/** All contexts ended with Python. */
export function forgetContexts(): void {
  interpreters.clear()
}
