import { types } from 'node:util'
import { PythonError } from '../errors'
import { type Frame, segmentOf } from '../errors/frames'
import { throwOverflow } from '../errors/overflow'
import { kindOf } from './kinds'
import { JsKind } from './tags'

/** An argument that was thrown: it goes as a throw of it does. */
export class Thrown {
  constructor(readonly reason: unknown) {}
}

/** What was thrown, as two arguments of an operation: the value, and the frames that it has passed. */
export function asThrown(reason: unknown): [thrown: unknown, frames: unknown] {
  return [new Thrown(reason), framesOf(reason)]
}

/** The frames that a thrown error has passed. A throw must arrive, whatever its getters do. */
export function framesOf(reason: unknown): Frame[] {
  try {
    if (reason instanceof PythonError) return PythonError.segment(reason)
    return types.isNativeError(reason) ? segmentOf(String(reason.stack)) : []
  } catch {
    return []
  }
}

/** The same question for what was thrown, whose prototype may be a trap that throws. */
export function isPythonError(reason: unknown): reason is PythonError {
  try {
    return reason instanceof PythonError
  } catch (error) {
    throwOverflow(error)
    return false
  }
}

/** A throw must arrive, whatever the proxies of the thrown object do. */
export function kindOfThrown(reason: unknown): number {
  try {
    return kindOf(reason)
  } catch (error) {
    throwOverflow(error)
    return JsKind.OBJECT
  }
}
