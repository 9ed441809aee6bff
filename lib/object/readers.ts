import { run } from '../codec/bridge'
import type { Cell } from '../codec/cell'
import { METHOD } from '../codec/outcomes'
import { DERIVED, Op } from '../codec/tags'
import { readAttribute, setAttribute } from './attributes'
import { internName } from './names'

/** Which objects have such accessors, and for which names. */
const readers = new WeakMap<object, Set<string>>()

/**
 * An attribute that is read again and again, and that is the class's: an accessor of the object's own reads it, so that no proxy is met (bench: attribute; it takes two thirds of the time). An attribute
 * of the object alone stays with the proxy: Python may delete it at any time, and `in` is to know.
 */
export function offerReader(cell: Cell, name: string): void {
  const owner = cell.target?.deref()
  const isPlain = owner !== undefined && (cell.flags & DERIVED) === 0
  if (isPlain && run(Op.OPERATE, cell.interpreter, 'is_of_class', cell, name)) addReader(cell, owner, name)
}

/** Takes the accessors from an object. */
export function dropReaders(owner: object): void {
  for (const name of readers.get(owner) ?? []) dropReader(owner, name)
}

/** Takes the accessor of that name from an object, if it has one. */
export function dropReader(owner: object, name: string): void {
  if (readers.get(owner)?.delete(name)) Reflect.deleteProperty(owner, name)
}

/** Does nothing where the user has frozen the object. */
function addReader(cell: Cell, owner: object, name: string): void {
  const id = internName(name)
  const isAdded = Reflect.defineProperty(owner, name, {
    get: () => {
      const value = readAttribute(cell, id)
      return value === undefined || value === METHOD ? readAnew(owner, name) : value
    },
    set: (value: unknown) => setAttribute(cell, name, value),
    enumerable: false,
    configurable: true,
  })
  if (isAdded) readers.set(owner, (readers.get(owner) ?? new Set()).add(name))
}

/** The class has changed. */
function readAnew(owner: object, name: string): unknown {
  dropReader(owner, name)
  return Reflect.get(owner, name)
}
