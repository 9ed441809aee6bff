import { releasedError } from '../errors'
import { DERIVED, Flag } from './tags'

/** Ids are integers below 2⁵³: reference index in bits 0–25, generation in bits 26–42, interpreter in bits 43–52. */
const INTERPRETER_UNIT = 2 ** 43

class ReturnsItsArgument {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is how a private field is put on an existing object
    return object
  }
}

/**
 * Brands an existing object with its link to Python, in a private field: the check runs no trap and no Python, cannot be
 * forged, and shows in no list of properties.
 */
class Stamp extends ReturnsItsArgument {
  readonly #link: Link

  constructor(object: object, link: Link) {
    super(object)
    this.#link = link
  }

  static read(object: object): Link | undefined {
    return #link in object ? object.#link : undefined
  }
}

/** One Python object as JavaScript knows it: what its live object stands for. */
export class Cell {
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
    this.interpreter = Math.floor(id / INTERPRETER_UNIT)
    stamp(this, this)
  }
}

/** A method by name of a live object, which it keeps alive. */
export class Method {
  readonly flags = Flag.CALLABLE

  constructor(
    readonly owner: object,
    readonly cell: Cell,
    readonly name: string,
  ) {
    stamp(this, this)
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
  new Stamp(object, link)
}

/** The link of a live object, a wrapper or a method function; undefined for every other value. Runs no user code. */
export function linkOf(value: unknown): Link | undefined {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return isObject ? Stamp.read(value) : undefined
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
