import { inspect } from 'node:util'
import { run } from '../../codec/bridge'
import { type Cell, checkAlive, isPrototypeUnimportant, isReleased, linkOf } from '../../codec/cell'
import { METHOD } from '../../codec/outcomes'
import { refer } from '../../codec/ref'
import { Op } from '../../codec/tags'
import { deleteAttribute, hasAttribute } from '../attributes'
import { define } from '../nothing'
import { protocol } from '../protocols'
import { prototypeOf } from '../prototype'
import { anchorNew } from './anchor'
import { hasPrivateFields } from './members'

/**
 * The live object of an instance of a JavaScript class that extends a Python one: the `this` of its methods. Its properties are
 * Python's attributes, so that both sides have one and the same; symbols and private fields are JavaScript's alone.
 */
export function createInstance(cell: Cell): object {
  const target = Object.create(null) as object
  // console.log looks at the target, and calls this with the proxy.
  const shown = { value: protocol(cell, inspect.custom), enumerable: false, configurable: true }
  Object.defineProperty(target, inspect.custom, shown)
  const handler = new Instance(cell)
  const instance = new Proxy(target, handler)
  anchorNew(cell, instance, () => handler.hasState(target))
  return instance
}

class Instance implements ProxyHandler<object> {
  readonly #cell: Cell
  /** What answers for names that no JavaScript class of the instance has. */
  readonly #attributes: object
  #prototype: object | undefined

  constructor(cell: Cell) {
    this.#cell = cell
    this.#attributes = prototypeOf(cell)
  }

  /** Whether JavaScript has state of the instance that Python has not: private fields, and properties under symbols. */
  hasState(target: object): boolean {
    return Reflect.ownKeys(target).length > 1 || hasPrivateFields(this.#classPrototype())
  }

  getPrototypeOf(): object | null {
    return isPrototypeUnimportant() ? null : this.#classPrototype()
  }

  /** Asked for when first needed: while the instance arrives, nothing can be asked. */
  #classPrototype(): object {
    if (this.#prototype === undefined) this.#prototype = this.#ask()
    return this.#prototype
  }

  get(target: object, key: string | symbol, receiver: object): unknown {
    if (typeof key === 'symbol') return this.#symbol(target, key, receiver)
    const found = this.#find(key)
    if (found === undefined) return Reflect.get(this.#attributes, key, receiver)
    if (typeof found.value !== 'function' || key === 'constructor')
      return Reflect.get(this.#classPrototype(), key, receiver)
    return this.#method(key, found.value)
  }

  set(target: object, key: string | symbol, value: unknown, receiver: object): boolean {
    if (linkOf(receiver) !== this.#cell) return define(receiver, key, value)
    if (typeof key === 'symbol') return Reflect.defineProperty(target, key, data(value))
    const accessor = this.#find(key)
    if (accessor !== undefined && !('value' in accessor))
      return Reflect.set(this.#classPrototype(), key, value, receiver)
    this.#write(key, value)
    return true
  }

  has(target: object, key: string | symbol): boolean {
    if (typeof key === 'symbol') return Reflect.has(target, key) || Reflect.has(this.#classPrototype(), key)
    return hasAttribute(this.#cell, key)
  }

  /** A field of a class. */
  defineProperty(target: object, key: string | symbol, property: PropertyDescriptor): boolean {
    if (typeof key === 'symbol') return Reflect.defineProperty(target, key, property)
    if (!('value' in property) || property.configurable === false) return false
    this.#write(key, property.value)
    return true
  }

  deleteProperty(target: object, key: string | symbol): boolean {
    if (typeof key === 'symbol') return Reflect.deleteProperty(target, key)
    if (hasAttribute(this.#cell, key)) deleteAttribute(this.#cell, key)
    return true
  }

  ownKeys(target: object): (string | symbol)[] {
    return Reflect.ownKeys(target)
  }

  setPrototypeOf(): boolean {
    return false
  }

  preventExtensions(): boolean {
    return false
  }

  #write(name: string, value: unknown): void {
    checkAlive(this.#cell)
    run(Op.SETATTR, this.#cell.interpreter, this.#cell, name, refer(value))
  }

  #symbol(target: object, key: symbol, receiver: object): unknown {
    if (Object.hasOwn(target, key)) return Reflect.get(target, key, receiver)
    const found = this.#find(key)
    return found === undefined
      ? protocol(this.#cell, key)
      : Reflect.get(this.#classPrototype(), key, receiver)
  }

  /** JavaScript's method, unless Python gave the instance an attribute of that name. */
  #method(name: string, func: unknown): unknown {
    checkAlive(this.#cell)
    const value = run(Op.GETATTR, this.#cell.interpreter, this.#cell, name)
    return value === METHOD ? func : value
  }

  /** The property that a JavaScript class of the instance defines. */
  #find(key: string | symbol): PropertyDescriptor | undefined {
    let level: object | null = this.#classPrototype()
    while (level !== null && level !== this.#attributes) {
      const found = Object.getOwnPropertyDescriptor(level, key)
      if (found !== undefined) return found
      level = Object.getPrototypeOf(level) as object | null
    }
    return undefined
  }

  /** The prototype of its class; an instance of a class of another thread is a live object like others. */
  #ask(): object {
    if (isReleased(this.#cell)) return this.#attributes
    const type = run(Op.SUBCLASS, this.#cell.interpreter, 'javascript_of', [this.#cell])
    if (typeof type !== 'function' || linkOf(type) !== undefined) return this.#attributes
    return type.prototype as object
  }
}

function data(value: unknown): PropertyDescriptor {
  return { value, writable: true, enumerable: true, configurable: true }
}
