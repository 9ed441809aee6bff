import { Cell, linkOf } from '../codec/cell'
import { Argument, MAX_MIXED, MAX_TEXTS, placeArgument } from '../codec/registers'
import { DERIVED } from '../codec/tags'
import { Kwargs } from '../kwargs'
import { Signature } from './signatures'

/** What of a call is not in the registers yet. */
interface Mixed {
  readonly count: number
  readonly signature: number
  readonly texts: string[] | undefined
}

const UNNAMED = new Signature()
const NOT_NAMED = -1

/**
 * Puts the arguments of a call into the registers, where all of them fit: numbers, strings, booleans, nothing, live objects, and these by name. Undefined
 * where one does not: the encoder takes them all then, or says what is wrong with it.
 */
export function mixed(values: readonly unknown[]): Mixed | undefined {
  const last = values[values.length - 1]
  if (!(last instanceof Kwargs)) return placed(values, NOT_NAMED)
  // All getters run here, before the first register is written.
  const all = values.slice(0, -1)
  let signature: Signature | undefined = UNNAMED
  for (const name in last.values) {
    signature = signature.with(name)
    if (signature === undefined) return undefined
    all.push(last.values[name])
  }
  if (signature === UNNAMED) return placed(all, NOT_NAMED)
  const number = signature.number()
  return number < 0 ? undefined : placed(all, number)
}

function placed(values: readonly unknown[], signature: number): Mixed | undefined {
  const count = values.length
  if (count > MAX_MIXED) return undefined
  let texts: string[] | undefined
  for (let i = 0; i < count; i++) {
    const value = values[i]
    if (typeof value === 'string') {
      texts ??= []
      placeArgument(i, Argument.TEXT, texts.push(value) - 1)
    } else if (!placeOther(i, value)) return undefined
  }
  return texts !== undefined && texts.length > MAX_TEXTS ? undefined : { count, signature, texts }
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
