import type { Direct } from '../../types/native'
import { core, run } from '../codec/bridge'
import { Cell, checkAlive, type Link, type Method } from '../codec/cell'
import { ITSELF, place, placeMixed, placeNumbers, result } from '../codec/registers'
import { LIVE, Op } from '../codec/tags'
import { splitArguments } from '../kwargs'
import { derivedCell } from './derived/classes'
import { isLoneBuffer, mixed } from './mixed'
import { internName } from './names'

// Numbers go to the core in registers, other primitives as arguments, live objects, Buffers and named arguments in registers again (mixed.ts), and all else through the encoder. The parameters have
// names, and an array of them is made only where the encoder wants one: a rest parameter that reaches it anywhere would be
// an array at every call.

/** The function that calls a Python callable which is not a class; `new` refuses it. */
export function functionOf(cell: Cell): object {
  return directFunction(cell, cell, ITSELF)
}

/** The function of a method, called by name on the object at hand. */
export function methodOf(method: Method): object {
  const name = internName(method.name)
  if (name < 0) return { call: (...args: unknown[]) => callEncoded(method, args) }.call
  return directFunction(method, method.cell, name)
}

function directFunction(link: Link, cell: Cell, name: number): object {
  return {
    call(a?: unknown, b?: unknown, c?: unknown, ...rest: unknown[]): unknown {
      checkAlive(cell)
      // biome-ignore lint/complexity/noArguments: only its length, which makes no object
      switch (arguments.length) {
        case 0:
          return call0(cell, name)
        case 1:
          return call1(link, cell, name, a)
        case 2:
          return call2(link, cell, name, a, b)
        case 3:
          return call3(link, cell, name, a, b, c)
        default:
          return callMixed(link, cell, name, [a, b, c, ...rest])
      }
    },
  }.call
}

function call0(cell: Cell, name: number): unknown {
  placeNumbers(cell.id, name, 0)
  return taken(core.callNumbers())
}

function call1(link: Link, cell: Cell, name: number, a: unknown): unknown {
  if (typeof a === 'number') {
    placeNumbers(cell.id, name, 1, a)
    return taken(core.callNumbers())
  }
  if (!isDirect(a) && !isLoneBuffer(cell.interpreter, a)) return callMixed(link, cell, name, [a])
  place(cell.id, name)
  return taken(core.call(a))
}

function call2(link: Link, cell: Cell, name: number, a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') {
    placeNumbers(cell.id, name, 2, a, b)
    return taken(core.callNumbers())
  }
  if (!isDirect(a) || !isDirect(b)) return callMixed(link, cell, name, [a, b])
  place(cell.id, name)
  return taken(core.call(a, b))
}

function call3(link: Link, cell: Cell, name: number, a: unknown, b: unknown, c: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number' && typeof c === 'number') {
    placeNumbers(cell.id, name, 3, a, b, c)
    return taken(core.callNumbers())
  }
  if (!isDirect(a) || !isDirect(b) || !isDirect(c)) return callMixed(link, cell, name, [a, b, c])
  place(cell.id, name)
  return taken(core.call(a, b, c))
}

/** Many arguments, live objects, or named ones. */
function callMixed(link: Link, cell: Cell, name: number, values: readonly unknown[]): unknown {
  const placed = mixed(cell.interpreter, values)
  if (placed === undefined) return callEncoded(link, values)
  placeMixed(cell.id, name, placed.count, placed.signature)
  return taken(placed.beside === undefined ? core.callMixed() : core.callBeside(...placed.beside))
}

function taken(direct: Direct): unknown {
  return direct === undefined ? result() : direct
}

/**
 * The function of a Python class: `C()` and `new C()` make an instance. It is a bound function, because those have no
 * `prototype` of their own.
 */
export function classOf(cell: Cell): object {
  const call = functionOf(cell) as (...args: unknown[]) => unknown
  function construct(...args: unknown[]): unknown {
    if (new.target !== undefined && new.target !== construct) return instantiate(new.target, args)
    const result = call(...args)
    // `new` gives an object: a value that converts to a primitive comes as a live object.
    return new.target !== undefined && isDirect(result) ? run(Op.REF, cell.interpreter, result) : result
  }
  return construct.bind(undefined)
}

/** The function of a method of an instance whose class JavaScript defines: the encoder sees the instance go. */
export function derivedMethodOf(method: Method): object {
  return { call: (...args: unknown[]): unknown => callEncoded(method, args) }.call
}

/** `super(...args)` of a JavaScript class. */
function instantiate(target: object, values: readonly unknown[]): unknown {
  const [args, kwargs] = splitArguments(values)
  const type = derivedCell(target)
  if (type === undefined)
    throw new TypeError('A Python class can only be constructed as a class that extends it.')
  return run(Op.SUBCLASS | LIVE, type.interpreter, 'instantiate', [type, args, kwargs ?? {}])
}

function callEncoded(link: Link, values: readonly unknown[]): unknown {
  const [args, kwargs] = splitArguments(values)
  if (link instanceof Cell) return run(Op.CALL, link.interpreter, link, args, kwargs ?? {})
  return run(Op.CALL_METHOD, link.interpreter, link.cell, link.name, args, kwargs ?? {})
}

function isDirect(value: unknown): value is Direct {
  const type = typeof value
  return value === null || (type !== 'object' && type !== 'function' && type !== 'symbol')
}
