import { releasedError } from '../errors'
import { DERIVED, Flag } from './tags'

/** Ids are integers below 2⁵³: reference index in bits 0–25, generation in bits 26–42, interpreter in bits 43–52. */
const INTERPRETER_UNIT = 2 ** 43
const INDEX_MASK = 2 ** 26 - 1

/** The number of the interpreter whose reference it is. */
export function interpreterOf(id: number): number {
  return Math.floor(id / INTERPRETER_UNIT)
}

/** The place of the reference in the table of its interpreter. */
export function indexOf(id: number): number {
  return id & INDEX_MASK
}

/**
 * The links of live objects and method functions. They cannot be forged, show in no list of properties, and to look one up runs no trap and no Python. A
 * private field would do the same, but has V8 make one more hidden class for each live object (half of what a new one costs; bench: make).
 */
const links = Object.assign(new WeakMap<object, Link>(), {
  // Of its own: nobody can replace them.
  get: WeakMap.prototype.get,
  set: WeakMap.prototype.set,
})

/** What stands for itself where a Python object is expected. */
class OwnLink {
  readonly #self = this

  static read(object: object): OwnLink | undefined {
    return #self in object ? object.#self : undefined
  }
}

/** One Python object as JavaScript knows it: what its live object stands for. */
export class Cell extends OwnLink {
  readonly interpreter: number
  /** Seconds since the epoch when the reference was handed out. */
  readonly time = Date.now() / 1000
  /** How often the core handed this reference to JavaScript since the live object was made. */
  handed = 1
  released = false
  /** The qualified type name, once it was asked for. */
  pytype: string | undefined
  target: WeakRef<object> | undefined

  constructor(
    readonly id: number,
    /** `Flag` bits */
    readonly flags: number,
    /** The running number of references handed out. */
    readonly index: number,
  ) {
    super()
    this.interpreter = interpreterOf(id)
  }
}

/** A method by name of a live object, which it keeps alive. */
export class Method extends OwnLink {
  readonly flags = Flag.CALLABLE

  constructor(
    readonly owner: object,
    readonly cell: Cell,
    readonly name: string,
  ) {
    super()
  }

  get interpreter(): number {
    return this.cell.interpreter
  }
}

/** What makes a JavaScript object a Python one. */
export type Link = Cell | Method

/** Whether the Python object of `link` was released. */
export function isReleased(link: Link): boolean {
  return link instanceof Cell ? link.released : link.cell.released
}

/** @throws TypeError naming the type, when the Python object of `cell` was released. */
export function checkAlive(cell: Cell): void {
  if (cell.released) throw releasedError(cell.pytype)
}

/** Makes `object` stand for the Python object of `link`. */
export function stamp(object: object, link: Link): void {
  links.set(object, link)
}

/** The link of a live object, a wrapper or a method function; undefined for every other value. Runs no user code. */
export function linkOf(value: unknown): Link | undefined {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return isObject ? (links.get(value) ?? (OwnLink.read(value) as Link | undefined)) : undefined
}

let isProbing = false

/**
 * Whether the prototype of `value` is `Object.prototype` itself: then it stands for no Python object, unless someone has replaced its prototype. May run
 * the trap of a user's proxy.
 */
export function hasRootPrototype(value: object): value is Record<string, unknown> {
  isProbing = true
  try {
    return Object.getPrototypeOf(value) === Object.prototype
  } finally {
    isProbing = false
  }
}

/** Whether a prototype is asked for by `hasRootPrototype`: any other one will do, and Python need not be asked for it. */
export function isPrototypeUnimportant(): boolean {
  return isProbing
}

/** What the encoder must know of JavaScript classes that extend Python ones. */
export interface Derivation {
  /** The Python class of a JavaScript class, as a live object; undefined for every other function. */
  classOf(func: object): object | undefined
  /** Keeps an instance, which Python may hold from now on. */
  anchor(cell: Cell): void
}

let derivation: Derivation = { classOf: () => undefined, anchor: () => undefined }

/** Says how JavaScript classes that extend Python ones are known. */
export function setDerivation(known: Derivation): void {
  derivation = known
}

/** The live Python class of a JavaScript class that extends a Python one; undefined for every other function. */
export function derivedClassOf(func: object): object | undefined {
  // Whatever does not extend a class has this prototype, but for generators and async functions.
  return Object.getPrototypeOf(func) === Function.prototype ? undefined : derivation.classOf(func)
}

/** To be called before Python is given an object. */
export function anchorDerived(cell: Cell): void {
  if ((cell.flags & DERIVED) !== 0) derivation.anchor(cell)
}
