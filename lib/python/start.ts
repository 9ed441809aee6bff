import { type CallLimits, CallOptions } from '../call-options'
import { checkObject } from '../check'
import { submitWithin } from '../codec/calls'
import { LIVE } from '../codec/tags'
import { debug } from '../runtime/debug'
import { optionsOf } from './async'
import { binary, unary } from './operators'
import { liveInterpreter } from './runner'

/** The `Python` of each `py.live`. */
const pythons = new WeakMap<object, object>()

/** From now on the results of what is started for `results` are live. */
export function setLive(results: object, python: object): void {
  pythons.set(results, python)
}

/**
 * Performs an operation on a worker thread, for a `Python` or its `py.live`, with the arguments that `args` gives or refuses. What is wrong
 * rejects.
 */
export function start<T>(
  owner: object,
  limits: CallLimits | undefined,
  op: number,
  name: string,
  args: () => readonly unknown[],
): Promise<T> {
  try {
    const python = pythons.get(owner)
    const interpreter = liveInterpreter(python ?? owner)
    debug(name)
    const operation = python === undefined ? op : op | LIVE
    return submitWithin(optionsOf(limits), operation, interpreter, ...args()) as Promise<T>
  } catch (error) {
    return Promise.reject(error)
  }
}

/** The name of an operation and its operands, of what `op_async` was given. */
export function operation(args: readonly unknown[]): readonly unknown[] {
  if (args.length === 2) return [unary(args[0]), args[1]]
  return [...binary(args[1], args[0]), args[0], args[2]]
}

/** A live object. */
export function checked(object: unknown, method: string): unknown {
  checkObject(object, method)
  return object
}

/** Takes the `callOptions()` off the end of the arguments, if they are there. */
export function takeLimits(args: unknown[]): CallOptions | undefined {
  return args.at(-1) instanceof CallOptions ? (args.pop() as CallOptions) : undefined
}
