import { run } from '../../codec/bridge'
import { Cell, linkOf } from '../../codec/cell'
import { refer } from '../../codec/ref'
import { Op } from '../../codec/tags'
import { getAttribute } from '../attributes'
import { protocol } from '../protocols'

const prototypes = new WeakMap<Cell, object>()

/** The `prototype` of a live Python class, as the classes that extend it see it: `super.name` is looked up here. */
export function basePrototype(cell: Cell): object {
  const known = prototypes.get(cell)
  if (known !== undefined) return known
  const made = new Proxy(Object.create(null) as object, new Base(cell))
  prototypes.set(cell, made)
  return made
}

/** Instances answer for their own names; so what is asked here of an instance, `super` asks. */
class Base implements ProxyHandler<object> {
  readonly #cell: Cell

  constructor(cell: Cell) {
    this.#cell = cell
  }

  get(_target: object, key: string | symbol, receiver: unknown): unknown {
    const link = linkOf(receiver)
    if (typeof key === 'symbol') return link === undefined ? undefined : protocol(link, key)
    if (!(link instanceof Cell)) return key === 'constructor' ? undefined : getAttribute(this.#cell, key)
    return inherited(link, this.#cell, key)
  }

  set(_target: object, key: string | symbol, value: unknown, receiver: object): boolean {
    const link = linkOf(receiver)
    if (!(link instanceof Cell) || typeof key === 'symbol') return define(receiver, key, value)
    run(Op.SETATTR, link.interpreter, link, key, refer(value))
    return true
  }

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

function inherited(instance: Cell, base: Cell, name: string): unknown {
  const found = run(Op.SUBCLASS, instance.interpreter, 'inherited', [instance, base, name]) as [
    boolean,
    unknown,
  ]
  return found[0] ? found[1] : undefined
}

/** An ordinary property of an object that is no instance. */
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
