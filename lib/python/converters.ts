import type { PyValue } from '../../types/objects'
import { linkOf } from '../codec/cell'
import { addToJS, addToPython, removeToJS, removeToPython } from '../codec/converters'
import { Op } from '../codec/tags'
import type { Run } from './runner'

/** How the objects of a class cross, in one direction or in both. */
// biome-ignore lint/suspicious/noExplicitAny: instances of any class
export interface Converter<Instance = any> {
  /** The Python class, live or by its qualified name (`'pandas.DataFrame'`), which need not be imported yet. Subclasses count too. */
  python?: unknown
  /** The JavaScript value for an object of that class. */
  toJS?: (object: PyValue) => unknown
  /** The JavaScript class. Subclasses count too. */
  js?: abstract new (
    ...args: never[]
  ) => Instance
  /** The value that goes to Python for an instance of that class: anything that converts, also a live object. */
  toPython?: (value: Instance) => unknown
}

const NAMES: readonly string[] = ['python', 'toJS', 'js', 'toPython']

/** Registers a converter in a context. Gives the function that takes it away again, which says whether it was there. */
export function register(run: Run, interpreter: number, converter: Converter): () => boolean {
  check(converter)
  const undo = [...registerToJS(run, interpreter, converter), ...registerToPython(interpreter, converter)]
  return () => {
    const isThere = undo.length > 0
    for (const remove of undo.splice(0)) remove()
    return isThere
  }
}

function registerToJS(run: Run, interpreter: number, { python, toJS }: Converter): (() => void)[] {
  if (toJS === undefined) return []
  const number = addToJS(interpreter, toJS)
  const remove = (): void => {
    removeToJS(number)
  }
  try {
    run(Op.CONVERTER, 'registerConverter', number, python, true)
  } catch (error) {
    remove()
    throw error
  }
  return [remove, () => run(Op.CONVERTER, 'unregisterConverter', number, null, false)]
}

function registerToPython(interpreter: number, { js, toPython }: Converter): (() => void)[] {
  if (js === undefined || toPython === undefined) return []
  const converter = { prototype: js.prototype as object, convert: toPython }
  addToPython(interpreter, converter)
  return [() => removeToPython(interpreter, converter)]
}

function check(converter: unknown): asserts converter is Converter {
  if (typeof converter !== 'object' || converter === null) throw fault('an object')
  const other = Object.keys(converter).find((name) => !NAMES.includes(name))
  if (other !== undefined) throw fault(`only python, toJS, js and toPython, not '${other}'`)
  const { python, toJS, js, toPython } = converter as Record<string, unknown>
  const isClassGiven = linkOf(python) !== undefined || (typeof python === 'string' && python !== '')
  if ((python === undefined) !== (toJS === undefined)) throw fault('python and toJS together')
  if ((js === undefined) !== (toPython === undefined)) throw fault('js and toPython together')
  if (python === undefined && js === undefined)
    throw fault('python and toJS, or js and toPython, or all four')
  if (python !== undefined && !isClassGiven)
    throw fault('a live class, or the qualified name of one, as python')
  if (toJS !== undefined && typeof toJS !== 'function') throw fault('a function as toJS')
  if (toPython !== undefined && typeof toPython !== 'function') throw fault('a function as toPython')
  if (js !== undefined && !isClass(js)) throw fault('a class as js, and not Object')
}

/** Nothing but the root prototype is the prototype of all objects. */
function isClass(value: unknown): boolean {
  const prototype = typeof value === 'function' && linkOf(value) === undefined && value.prototype
  return typeof prototype === 'object' && prototype !== null && Object.getPrototypeOf(prototype) !== null
}

function fault(what: string): TypeError {
  return new TypeError(`registerConverter() takes ${what}.`)
}
