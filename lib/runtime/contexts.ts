import { core } from '../codec/bridge'
import { forgetConverters } from '../codec/converters'
import { releaseAll } from '../object/table'
import { endSinks } from '../output/sinks'
import { currentRuntime } from './start'

/** Whose GIL a context runs under: one of its own, or that of the main context. */
export type Gil = 'own' | 'shared'

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
  /** Whether it has a GIL of its own. */
  readonly gil: Gil
}

const interpreters = new Map<PyThreadState, number>()
let made = 0

/**
 * Makes a context with an interpreter of its own; without `gil`, with its own GIL where CPython can. Python must run.
 *
 * @throws Error when this CPython has no contexts with their own GIL, or too many contexts are alive.
 */
export function createContext(gil: Gil = core.hasOwnGil() ? 'own' : 'shared'): PyThreadState {
  if (gil === 'own' && !core.hasOwnGil()) throw noOwnGil()
  const interpreter = core.createContext(gil === 'shared')
  const context: PyThreadState = Object.freeze({
    type: 'python-ts/PyThreadState*',
    state: String(interpreter),
    time: Date.now() / 1000,
    index: ++made,
    gil,
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
  endSinks(interpreter)
  forgetConverters(interpreter)
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
  forgetConverters()
  interpreters.clear()
}

function noOwnGil(): Error {
  const version = currentRuntime()?.version ?? 'older'
  return new Error(
    `A context with a GIL of its own needs CPython 3.12 or later, and this is ${version}: gil: 'shared' makes one that takes turns.`,
  )
}
