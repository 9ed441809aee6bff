import { isPlainBuffer } from '../codec/bytes'
import { Cell, linkOf } from '../codec/cell'
import { hasConverters } from '../codec/converters'
import { Argument, MAX_BESIDE, MAX_MIXED, placeArgument } from '../codec/registers'
import { DERIVED } from '../codec/tags'
import { Kwargs } from '../kwargs'
import { Signature } from './signatures'

/** What does not fit into a register. */
type Beside = string | Buffer

/** What of a call is not in the registers yet. */
interface Mixed {
  readonly count: number
  readonly signature: number
  readonly beside: Beside[] | undefined
}

const UNNAMED = new Signature()
const NOT_NAMED = -1

/**
 * Puts the arguments of a call into the registers, where all of them fit: numbers, strings, Buffers, booleans, nothing, live objects, and these by name. Undefined
 * where one does not: the encoder takes them all then, or says what is wrong with it.
 */
export function mixed(interpreter: number, values: readonly unknown[]): Mixed | undefined {
  const last = values[values.length - 1]
  if (!(last instanceof Kwargs)) return placed(interpreter, values, NOT_NAMED)
  // All getters run here, before the first register is written.
  const all = values.slice(0, -1)
  let signature: Signature | undefined = UNNAMED
  for (const name in last.values) {
    signature = signature.with(name)
    if (signature === undefined) return undefined
    all.push(last.values[name])
  }
  if (signature === UNNAMED) return placed(interpreter, all, NOT_NAMED)
  const number = signature.number()
  return number < 0 ? undefined : placed(interpreter, all, number)
}

/** A Buffer that the encoder has nothing to say of. */
export function isLoneBuffer(interpreter: number, value: unknown): value is Buffer {
  return isPlainBuffer(value) && !hasConverters(interpreter)
}

function placed(interpreter: number, values: readonly unknown[], signature: number): Mixed | undefined {
  const count = values.length
  if (count > MAX_MIXED) return undefined
  let beside: Beside[] | undefined
  for (let i = 0; i < count; i++) {
    const value = values[i]
    if (typeof value === 'string' || isLoneBuffer(interpreter, value)) {
      beside ??= []
      // A Buffer that comes twice is one object to Python.
      if (typeof value !== 'string' && beside.includes(value)) return undefined
      placeArgument(i, Argument.BESIDE, beside.push(value) - 1)
    } else if (!placeOther(i, value)) return undefined
  }
  return beside !== undefined && beside.length > MAX_BESIDE ? undefined : { count, signature, beside }
}

function placeOther(index: number, value: unknown): boolean {
  if (typeof value === 'number') placeArgument(index, Argument.NUMBER, value)
  else if (value === undefined || value === null) placeArgument(index, Argument.NULL, 0)
  else if (typeof value === 'boolean') placeArgument(index, value ? Argument.TRUE : Argument.FALSE, 0)
  else return placeObject(index, value)
  return true
}

/** A live object that the encoder has nothing to say of. */
function placeObject(index: number, value: unknown): boolean {
  const link = linkOf(value)
  if (!(link instanceof Cell) || link.released || (link.flags & DERIVED) !== 0) return false
  placeArgument(index, Argument.OBJECT, link.id)
  return true
}
