import { isPlainObject } from '../plain'

/** What the dicts of a converted value become. */
export type Dicts = 'auto' | 'object' | 'map'

/**
 * `value`, which was just converted and belongs to nobody else, with all its dicts as plain objects or all as Maps. Shared and
 * cyclic containers stay so.
 *
 * @throws TypeError when a key cannot be that of a plain object.
 */
export function withDictsAs(value: unknown, dicts: Dicts): unknown {
  return dicts === 'auto' ? value : new Dictionaries(dicts).convert(value)
}

class Dictionaries {
  readonly #dicts: 'object' | 'map'
  readonly #known = new Map<object, unknown>()

  constructor(dicts: 'object' | 'map') {
    this.#dicts = dicts
  }

  convert(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    if (this.#known.has(value)) return this.#known.get(value)
    if (Array.isArray(value)) return this.#array(value)
    if (value instanceof Map) return this.#pairs(value, value)
    return isPlainObject(value) ? this.#pairs(value, Object.entries(value)) : value
  }

  #array(array: unknown[]): unknown[] {
    this.#known.set(array, array)
    for (let i = 0; i < array.length; i++) array[i] = this.convert(array[i])
    return array
  }

  #pairs(source: object, pairs: Iterable<[unknown, unknown]>): object {
    const result = this.#dicts === 'map' ? new Map<unknown, unknown>() : {}
    this.#known.set(source, result)
    for (const [key, value] of pairs) {
      if (result instanceof Map) result.set(key, this.convert(value))
      else define(result, nameOf(key), this.convert(value))
    }
    return result
  }
}

function nameOf(key: unknown): string {
  if (key === null || typeof key !== 'object') return String(key)
  throw new TypeError(
    "toJS() with dicts: 'object' met a dict with a key that no property name can stand for.",
  )
}

function define(object: object, name: string, value: unknown): void {
  if (Object.hasOwn(object, name))
    throw new TypeError(`toJS() with dicts: 'object' met a dict with two keys that are both '${name}'.`)
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
}
