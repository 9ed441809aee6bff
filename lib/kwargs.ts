import { isPlainObject } from './plain'

/** Keyword arguments, as `kwargs()` makes them and as callbacks receive them: `values` maps names to values. */
export class Kwargs {
  /** The arguments by name; an object without a prototype. */
  readonly values: Readonly<Record<string, unknown>>

  constructor(values: object) {
    // In this order V8 makes an object with a hidden class; without a prototype from the start it would be a table (bench: keywords).
    this.values = { ...values, __proto__: null }
  }
}

/**
 * Marks `values` as keyword arguments of a Python call: `np.ones([2, 3], kwargs({ dtype: 'int16' }))`.
 * It is the last argument and comes once.
 *
 * @throws TypeError when `values` is not a plain object.
 */
export function kwargs(values: Record<string, unknown>): Kwargs {
  if (typeof values !== 'object' || values === null || !isPlainObject(values)) {
    throw new TypeError('kwargs() takes one plain object that maps argument names to values.')
  }
  return new Kwargs(values)
}

/** Parts the arguments of a call into the positional ones and the values of a closing `kwargs()`. */
export function splitArguments(args: readonly unknown[]): [args: readonly unknown[], kwargs: object | null] {
  const last = args[args.length - 1]
  return last instanceof Kwargs ? [args.slice(0, -1), last.values] : [args, null]
}

/** The error for a `kwargs()` anywhere else than at the end of the arguments. */
export function misplacedKwargs(): TypeError {
  return new TypeError('kwargs() must be the last argument of a call and come once.')
}
