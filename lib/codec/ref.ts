import { linkOf } from './cell'

/** What `py.ref()` makes: `value` goes to Python by reference, whatever it is. */
export class Ref<T extends object = object> {
  /** The object itself. */
  readonly value: T

  constructor(value: T) {
    this.value = value
  }
}

/** `value` as what Python reads from a live object: objects of JavaScript go by reference. */
export function refer(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Ref) return value
  return linkOf(value) === undefined ? new Ref(value) : value
}
