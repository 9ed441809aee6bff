/** What operations answer besides values. */

/** What getattr answers for a method of the very object it was read from. */
export const METHOD: unique symbol = Symbol('method')

/** The end of an iteration, with the value of StopIteration. */
export class Stop {
  readonly #value: unknown

  constructor(value: unknown) {
    this.#value = value
  }

  /** Whether a result is the end. Runs no user code, unlike `instanceof`: items can be proxies of anyone's. */
  static is(result: unknown): result is Stop {
    return typeof result === 'object' && result !== null && #value in result
  }

  get value(): unknown {
    return this.#value
  }
}
