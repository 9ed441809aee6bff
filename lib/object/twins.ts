import type { PyArg, PyValue } from '../../types/objects'
import { splitCall } from '../call-options'
import { submitNumbers, submitWithin } from '../codec/calls'
import { Cell, type Link, linkOf, Method } from '../codec/cell'
import { ITSELF } from '../codec/registers'
import { Flag, Op } from '../codec/tags'
import { cachedFunction, getAttribute } from './attributes'
import { internName } from './names'

const SUFFIX = '_async'

/** The twins of callable values, for `py.async()`. */
const ofValues = new WeakMap<object, Twin>()

/** Calls Python on a worker thread. Never throws: what is wrong rejects. */
export type Twin = (...args: PyArg[]) => Promise<PyValue>

/** The twin `name_async` of the callable attribute `name`: the same one at every read. Undefined for every other name. */
export function attributeTwin(link: Link, name: string): Twin | undefined {
  const base = twinned(name)
  if (base === undefined || typeof getAttribute(link, base) !== 'function') return undefined
  return attributeTwinOf(link, base)
}

/** Whether `name` is that of a twin. */
export function hasTwin(link: Link, name: string): boolean {
  const base = twinned(name)
  return base !== undefined && typeof getAttribute(link, base) === 'function'
}

/** The twin of a callable value: the same one every time. Undefined when it cannot be called. */
export function valueTwin(link: Link): Twin | undefined {
  if (link instanceof Method) return attributeTwinOf(link.cell, link.name)
  const callable = link.target?.deref()
  if (callable === undefined || (link.flags & Flag.CALLABLE) === 0) return undefined
  const known = ofValues.get(callable) ?? callTwin(callable, link.interpreter)
  ofValues.set(callable, known)
  return known
}

function attributeTwinOf(link: Link, base: string): Twin | undefined {
  const owner = link instanceof Cell ? link.target?.deref() : link
  if (owner === undefined) return undefined
  return cachedFunction(link, owner, base + SUFFIX, () => methodTwin(owner, link.interpreter, base)) as Twin
}

function twinned(name: string): string | undefined {
  return name.endsWith(SUFFIX) && name.length > SUFFIX.length ? name.slice(0, -SUFFIX.length) : undefined
}

/** By name, so that it follows what Python does to the object, as methods do. */
function methodTwin(owner: object, interpreter: number, name: string): Twin {
  const cell = linkOf(owner)
  const id = internName(name)
  return (...values) => {
    if (id >= 0 && cell instanceof Cell && !cell.released && areNumbers(values)) {
      return submitNumbers(cell.id, id, owner, values)
    }
    const [args, kwargs, limits] = splitCall(values)
    return submitWithin(limits, Op.CALL_METHOD, interpreter, owner, name, args, kwargs)
  }
}

function callTwin(callable: object, interpreter: number): Twin {
  const cell = linkOf(callable)
  return (...values) => {
    if (cell instanceof Cell && !cell.released && areNumbers(values)) {
      return submitNumbers(cell.id, ITSELF, callable, values)
    }
    const [args, kwargs, limits] = splitCall(values)
    return submitWithin(limits, Op.CALL, interpreter, callable, args, kwargs)
  }
}

/** At most three numbers, or nothing: what the core takes without a message. */
function areNumbers(values: readonly unknown[]): values is readonly number[] {
  if (values.length > 3) return false
  for (let i = 0; i < values.length; i++) if (typeof values[i] !== 'number') return false
  return true
}
