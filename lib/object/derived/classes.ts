import { run } from '../../codec/bridge'
import { Cell, checkAlive, type Link, linkOf } from '../../codec/cell'
import { Ref } from '../../codec/ref'
import { Flag, LIVE, Op } from '../../codec/tags'
import { type Member, membersOf } from './members'

/** The Python classes made for JavaScript classes; released ones (of an interpreter that ended) are made again. */
const classes = new WeakMap<object, object>()

/**
 * The Python class (as its live object) of a JavaScript class that extends a Python one; made when it is first wanted. Undefined for
 * every other function.
 */
export function derivedClass(func: object): object | undefined {
  const base = baseOf(func)
  return base === undefined ? undefined : classOver(func, base)
}

/** The live Python class that a JavaScript class extends, through others if need be. */
export function baseOf(func: object): Cell | undefined {
  let level = Object.getPrototypeOf(func) as object | null
  while (typeof level === 'function' && level !== Function.prototype) {
    const link = linkOf(level)
    if (link !== undefined) return isClass(link) ? link : undefined
    level = Object.getPrototypeOf(level) as object | null
  }
  return undefined
}

/** The Python class of a JavaScript class that reads a static member of the Python class it extends. */
export function inheritor(link: Link, receiver: unknown): object | undefined {
  const isOther = typeof receiver === 'function' && linkOf(receiver) === undefined
  return isOther && baseOf(receiver) === link ? derivedClass(receiver) : undefined
}

/** The cell of a JavaScript class's Python class. */
export function derivedCell(func: object): Cell | undefined {
  const link = linkOf(derivedClass(func))
  return link instanceof Cell ? link : undefined
}

function isClass(link: unknown): link is Cell {
  return link instanceof Cell && (link.flags & Flag.CLASS) !== 0
}

function classOver(func: object, base: Cell): object {
  checkAlive(base)
  const known = classes.get(func)
  const link = linkOf(known)
  if (known !== undefined && link instanceof Cell && !link.released) return known
  const made = derive(func, base.interpreter)
  classes.set(func, made)
  return made
}

function derive(func: object, interpreter: number): object {
  const parent = Object.getPrototypeOf(func) as object
  const base = linkOf(parent) === undefined ? derivedClass(parent) : parent
  const members: Member[] = membersOf(func)
  const name = nameOf(func)
  return run(Op.DERIVE | LIVE, interpreter, name, base, members, new Ref(func)) as object
}

function nameOf(func: object): string {
  const name = Object.getOwnPropertyDescriptor(func, 'name')?.value as unknown
  return typeof name === 'string' && name !== '' ? name : 'Anonymous'
}
