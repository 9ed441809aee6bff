import type { Direct } from '../../types/native'
import { core, decode, run } from '../codec/bridge'
import { Cell, checkAlive, type Link, type Method } from '../codec/cell'
import { Op } from '../codec/tags'
import { splitArguments } from '../kwargs'
import { internName } from './names'

// The switches keep the hot paths free of spreads: V8 then makes no array of the arguments, and a call costs nothing over
// the native call. Up to three arguments that cross directly go straight to the core; all others through the encoder.

/** The function that calls a Python callable which is not a class; `new` refuses it. */
export function functionOf(cell: Cell): object {
  const { id } = cell
  const native = core
  return {
    call(...args: unknown[]): unknown {
      checkAlive(cell)
      if (!areDirect(args)) return callEncoded(cell, args)
      let result: Direct
      switch (args.length) {
        case 0:
          result = native.call(id)
          break
        case 1:
          result = native.call(id, args[0])
          break
        case 2:
          result = native.call(id, args[0], args[1])
          break
        case 3:
          result = native.call(id, args[0], args[1], args[2])
          break
        default:
          return callEncoded(cell, args)
      }
      return result === undefined ? decode() : result
    },
  }.call
}

/** The function of a method, called by name on the object at hand. */
export function methodOf(method: Method): object {
  const { cell } = method
  const { id } = cell
  const name = internName(method.name)
  const native = core
  if (name < 0) return { call: (...args: unknown[]) => callEncoded(method, args) }.call
  return {
    call(...args: unknown[]): unknown {
      checkAlive(cell)
      if (!areDirect(args)) return callEncoded(method, args)
      let result: Direct
      switch (args.length) {
        case 0:
          result = native.callMethod(id, name)
          break
        case 1:
          result = native.callMethod(id, name, args[0])
          break
        case 2:
          result = native.callMethod(id, name, args[0], args[1])
          break
        case 3:
          result = native.callMethod(id, name, args[0], args[1], args[2])
          break
        default:
          return callEncoded(method, args)
      }
      return result === undefined ? decode() : result
    },
  }.call
}

/**
 * The function of a Python class: `C()` and `new C()` make an instance. It is a bound function, because those have no
 * `prototype` of their own.
 */
export function classOf(cell: Cell): object {
  const call = functionOf(cell) as (...args: unknown[]) => unknown
  function construct(...args: unknown[]): unknown {
    const result = call(...args)
    // `new` gives an object: a value that converts to a primitive comes as a live object.
    return new.target !== undefined && isDirect(result) ? run(Op.REF, cell.interpreter, result) : result
  }
  return construct.bind(undefined)
}

function callEncoded(link: Link, values: readonly unknown[]): unknown {
  const [args, kwargs] = splitArguments(values)
  if (link instanceof Cell) return run(Op.CALL, link.interpreter, link, args, kwargs ?? {})
  return run(Op.CALL_METHOD, link.interpreter, link.cell, link.name, args, kwargs ?? {})
}

/** What the hot paths of the core take. */
const MAX_DIRECT = 6

function areDirect(args: readonly unknown[]): args is Direct[] {
  if (args.length > MAX_DIRECT) return false
  for (let i = 0; i < args.length; i++) {
    if (!isDirect(args[i])) return false
  }
  return true
}

function isDirect(value: unknown): value is Direct {
  const type = typeof value
  return value === null || (type !== 'object' && type !== 'function' && type !== 'symbol')
}
