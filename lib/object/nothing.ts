/** What the proxies stand before: nothing, so that no invariant of a target binds them. */
export const NOTHING: object = Object.create(null) as object

/** The traps of a prototype that answers for names, and has none of its own. */
export class Nothing implements ProxyHandler<object> {
  ownKeys(): string[] {
    return []
  }

  getOwnPropertyDescriptor(): undefined {
    return undefined
  }

  defineProperty(): boolean {
    return false
  }

  deleteProperty(): boolean {
    return true
  }

  setPrototypeOf(): boolean {
    return false
  }

  preventExtensions(): boolean {
    return false
  }
}

/** An ordinary property, as JavaScript makes it on an object that inherits from such a prototype. */
export function define(receiver: object, key: string | symbol, value: unknown): boolean {
  const found = Object.getOwnPropertyDescriptor(receiver, key)
  if (found !== undefined) return Reflect.defineProperty(receiver, key, { value })
  return Reflect.defineProperty(receiver, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  })
}
