import { core, run } from '../codec/bridge'
import { Cell, checkAlive, type Link, linkOf, Method, stamp } from '../codec/cell'
import { METHOD } from '../codec/outcomes'
import { place, result } from '../codec/registers'
import { DERIVED, Flag, Op } from '../codec/tags'
import { derivedMethodOf, methodOf } from './callable'
import { inheritor } from './derived/classes'
import { dress } from './live'
import { internName } from './names'
import { prototypeOf } from './prototype'
import { dropReader, dropReaders } from './readers'

/** The method functions of an object, by name: the same one at every read, also after `refresh`. */
const methods = new WeakMap<object, Known>()

/** One of them, and the next one: a Map for each object would take five times the memory. */
interface Known {
  readonly name: string
  readonly func: object
  readonly next: Known | undefined
}

/** Python's attribute of that name, or undefined. A method is cached on the live object, so that the next read meets no proxy. */
export function getAttribute(link: Link, name: string): unknown {
  return link instanceof Cell ? getFromObject(link, name, internName(name)) : getFromMethod(link, name)
}

/** The same, for a name whose id is known. */
export function getAttributeById(link: Link, name: string, id: number): unknown {
  return link instanceof Cell ? getFromObject(link, name, id) : getFromMethod(link, name)
}

/** Sets an attribute in Python. */
export function setAttribute(link: Link, name: string, value: unknown): void {
  uncache(link, name)
  run(Op.SETATTR, link.interpreter, link, name, value)
}

/** Deletes an attribute in Python. */
export function deleteAttribute(link: Link, name: string): void {
  uncache(link, name)
  run(Op.DELATTR, link.interpreter, link, name)
}

/** Whether Python has an attribute of that name; only an AttributeError means no. */
export function hasAttribute(link: Link, name: string): boolean {
  return run(Op.HASATTR, link.interpreter, link, name) as boolean
}

/** The same, without running any Python code of the object's. */
export function hasStatically(link: Link, name: string): boolean {
  return run(Op.STATIC_HAS, link.interpreter, link, name) as boolean
}

/** Drops all cached methods and accessors of a live object, so that the next reads ask Python. */
export function refreshAttributes(object: object): void {
  for (let known = methods.get(object); known !== undefined; known = known.next)
    Reflect.deleteProperty(object, known.name)
  dropReaders(object)
}

function getFromObject(cell: Cell, name: string, id: number): unknown {
  const value = id < 0 ? run(Op.GETATTR, cell.interpreter, cell, name) : readAttribute(cell, id)
  return value === METHOD ? cache(cell, name) : value
}

/** Python's attribute by the id of its name; METHOD where it is a method. */
export function readAttribute(cell: Cell, name: number): unknown {
  checkAlive(cell)
  place(cell.id, name)
  const direct = core.getattr()
  return direct === undefined ? result() : direct
}

/** An attribute that Python has said to be a method: Python is not asked again. */
export function methodAttribute(link: Link, name: string): unknown {
  return link instanceof Cell ? cache(link, name) : getFromMethod(link, name)
}

function getFromMethod(method: Method, name: string): unknown {
  const value = run(Op.GETATTR, method.interpreter, method, name)
  if (value !== METHOD) return value
  const bound = linkOf(run(Op.REF, method.interpreter, method))
  return bound === undefined ? undefined : getAttribute(bound, name)
}

/**
 * A method function that is the same at every read: an accessor, so that setting the name still reaches Python. `then` is
 * never cached, because its reads are ours to answer.
 */
function cache(cell: Cell, name: string): unknown {
  const owner = cell.target?.deref()
  if (owner === undefined) return undefined
  return cachedFunction(cell, owner, name, () => createMethod(new Method(owner, cell, name)))
}

/** The function of that name of an object (or of a method): `make` is asked once. */
export function cachedFunction(link: Link, owner: object, name: string, make: () => object): object {
  const func = knownFunction(owner, name) ?? addFunction(owner, name, make())
  if (link instanceof Cell && name !== 'then') defineCached(link, owner, name, func)
  return func
}

function knownFunction(owner: object, name: string): object | undefined {
  let known = methods.get(owner)
  while (known !== undefined && known.name !== name) known = known.next
  return known?.func
}

function addFunction(owner: object, name: string, func: object): object {
  methods.set(owner, { name, func, next: methods.get(owner) })
  return func
}

/** Does nothing where the user has frozen the object. */
function defineCached(cell: Cell, owner: object, name: string, method: object): void {
  const isClass = (cell.flags & Flag.CLASS) !== 0
  Reflect.defineProperty(owner, name, {
    get: isClass ? inheritable(cell, name, method) : () => method,
    set: (value: unknown) => setAttribute(cell, name, value),
    enumerable: false,
    configurable: true,
  })
}

/** A JavaScript class that extends the owner gets the method of its own class. */
function inheritable(cell: Cell, name: string, method: object): (this: unknown) => unknown {
  return function (this: unknown) {
    const derived = inheritor(cell, this)
    return derived === undefined ? method : Reflect.get(derived, name)
  }
}

function createMethod(method: Method): object {
  const isDerived = (method.cell.flags & DERIVED) !== 0
  const func = dress(isDerived ? derivedMethodOf(method) : methodOf(method), prototypeOf(method))
  stamp(func, method)
  return func
}

function uncache(link: Link, name: string): void {
  const owner = link instanceof Cell ? link.target?.deref() : undefined
  if (owner !== undefined) dropReader(owner, name)
  const isCached =
    owner !== undefined && knownFunction(owner, name) !== undefined && Object.hasOwn(owner, name)
  if (isCached) Reflect.deleteProperty(owner, name)
}
