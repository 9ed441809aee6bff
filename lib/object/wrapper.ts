import { run } from '../codec/bridge'
import { Cell, type Link, linkOf, stamp } from '../codec/cell'
import { Op } from '../codec/tags'
import { isMainInterpreter } from './interpreters'
import { typeName } from './table'

/** The metadata of a live object. It is accepted wherever the object is. */
export interface PyWrapper {
  readonly type: 'python-ts/PyObject*'
  /** An opaque id. */
  readonly value: string
  /** The qualified name of the Python type, `builtins.` left out. */
  readonly pytype: string
  /** `repr()` of the object, made at every read. */
  readonly repr: string
  /** Undefined in the main context, else the context's id. */
  readonly state: string | undefined
  /** When the reference was handed out, in seconds since the epoch. */
  readonly time: number
  /** The running number of the reference. */
  readonly index: number
  /** The live object. */
  // biome-ignore lint/suspicious/noExplicitAny: a live Python object has whatever attributes Python gives it
  unwrap(): any
}

class Wrapper {}

const wrappers = new WeakMap<object, PyWrapper>()

/** The wrapper of a live object: the same one every time. Of a method: that of the bound method as an object. */
export function wrapperOf(link: Link): PyWrapper | undefined {
  const cell = link instanceof Cell ? link : linkOf(run(Op.REF, link.interpreter, link))
  const owner = cell instanceof Cell ? cell.target?.deref() : undefined
  if (!(cell instanceof Cell) || owner === undefined) return undefined
  const known = wrappers.get(owner)
  if (known !== undefined) return known
  const wrapper = create(cell, owner)
  wrappers.set(owner, wrapper)
  return wrapper
}

function create(cell: Cell, owner: object): PyWrapper {
  const wrapper: PyWrapper = {
    type: 'python-ts/PyObject*',
    value: String(cell.id),
    pytype: typeName(cell),
    get repr() {
      return run(Op.REPR, cell.interpreter, cell) as string
    },
    state: isMainInterpreter(cell.interpreter) ? undefined : String(cell.interpreter),
    time: cell.time,
    index: cell.index,
    unwrap: () => owner,
  }
  Object.defineProperty(wrapper, 'unwrap', { enumerable: false })
  // No plain object: the encoder takes those for what they are, and does not ask of each whether it stands for a Python one.
  Object.setPrototypeOf(wrapper, Wrapper.prototype)
  stamp(wrapper, cell)
  return wrapper
}
