import { run } from '../codec/bridge'
import { Cell, type Link, linkOf } from '../codec/cell'
import { Stop } from '../codec/decode'
import { Op } from '../codec/tags'
import { drop } from './table'

/** %IteratorPrototype%: where the runtime keeps its iterator methods, like `map` and `take`. */
const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object

/** A JavaScript iterator over a Python iterable. */
export class PyIterator implements IterableIterator<unknown> {
  readonly #interpreter: number
  /** Undefined when the iteration is over. */
  #iterator: unknown

  constructor(iterable: Link) {
    this.#interpreter = iterable.interpreter
    this.#iterator = run(Op.ITER, iterable.interpreter, iterable)
  }

  /** The next value. An exception of Python's propagates and ends the iteration. */
  next(): IteratorResult<unknown> {
    if (this.#iterator === undefined) return { done: true, value: undefined }
    const value = this.#advance()
    if (!(value instanceof Stop)) return { done: false, value }
    this.#end()
    return { done: true, value: value.value }
  }

  /** Leaves early: closes a generator. */
  return(value?: unknown): IteratorResult<unknown> {
    if (this.#iterator !== undefined) this.#close()
    return { done: true, value }
  }

  [Symbol.iterator](): this {
    return this
  }

  #advance(): unknown {
    try {
      return run(Op.NEXT, this.#interpreter, this.#iterator)
    } catch (error) {
      this.#end()
      throw error
    }
  }

  #close(): void {
    try {
      run(Op.CLOSE, this.#interpreter, this.#iterator)
    } finally {
      this.#end()
    }
  }

  /** Gives the Python iterator back at once, if it was made for this iteration alone. */
  #end(): void {
    const cell = linkOf(this.#iterator)
    this.#iterator = undefined
    if (cell instanceof Cell && cell.handed === 1) drop(cell)
  }
}

Object.setPrototypeOf(PyIterator.prototype, IteratorPrototype)
