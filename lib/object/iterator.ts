import { core, run } from '../codec/bridge'
import { Cell, checkAlive, type Link, linkOf } from '../codec/cell'
import { Stop } from '../codec/outcomes'
import { placeObject, result } from '../codec/registers'
import { Flag, Op } from '../codec/tags'
import { asThrown } from '../codec/thrown'
import { drop } from './table'

/** %IteratorPrototype%: where the runtime keeps its iterator methods, like `map` and `take`. */
const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object

/** A JavaScript iterator over a Python iterable, with the whole protocol of generators. */
export class PyIterator implements IterableIterator<unknown> {
  readonly #interpreter: number
  /** Undefined when the iteration is over. */
  #iterator: unknown
  readonly #cell: Cell

  constructor(iterable: Link) {
    this.#interpreter = iterable.interpreter
    this.#iterator = run(Op.ITER, iterable.interpreter, iterable)
    this.#cell = linkOf(this.#iterator) as Cell
  }

  /** The next value; a value given is sent to a generator. An exception of Python's propagates and ends the iteration. */
  next(value?: unknown): IteratorResult<unknown> {
    if (this.#iterator === undefined) return { done: true, value: undefined }
    return value === undefined ? this.#next() : this.#step(Op.SEND, value)
  }

  /** Leaves early: closes a generator. */
  return(value?: unknown): IteratorResult<unknown> {
    if (this.#iterator !== undefined) this.#close()
    return { done: true, value }
  }

  /** Raises an exception where a generator stands, which may catch it and go on; any other iterator ends with it. */
  throw(reason?: unknown): IteratorResult<unknown> {
    if (this.#iterator === undefined) throw reason
    return this.#step(Op.THROW, ...asThrown(reason))
  }

  [Symbol.iterator](): this {
    return this
  }

  /** Leaves early, at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.return()
  }

  /** What a loop asks for, again and again: without a message (`npm run bench -- --rows items`). */
  #next(): IteratorResult<unknown> {
    let item: unknown
    try {
      item = nextOf(this.#cell)
    } catch (error) {
      this.#end()
      throw error
    }
    if (!Stop.is(item)) return { done: false, value: item }
    this.#end()
    return { done: true, value: item.value }
  }

  #step(op: number, ...args: unknown[]): IteratorResult<unknown> {
    const result = this.#advance(op, args)
    if (result.done) this.#end()
    return result
  }

  #advance(op: number, args: readonly unknown[]): IteratorResult<unknown> {
    try {
      return stepped(run(op, this.#interpreter, this.#iterator, ...args))
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
    this.#iterator = undefined
    if (this.#cell.handed === 1) drop(this.#cell)
  }
}

Object.setPrototypeOf(PyIterator.prototype, IteratorPrototype)

/** The methods of a live iterator, where Python has none of that name: its own state is that of the iteration. */
export const OF_ITERATORS: Readonly<Record<string, unknown>> = {
  __proto__: null,

  next(this: unknown, value?: unknown): IteratorResult<unknown> {
    const link = iteratorLink(this, 'next()')
    if (value !== undefined) return stepped(run(Op.SEND, link.interpreter, link, value))
    const isIterator = link instanceof Cell && (link.flags & Flag.ITERATOR) !== 0
    return stepped(isIterator ? nextOf(link) : run(Op.NEXT, link.interpreter, link))
  },

  return(this: unknown, value?: unknown): IteratorResult<unknown> {
    const link = iteratorLink(this, 'return()')
    run(Op.CLOSE, link.interpreter, link)
    return { done: true, value }
  },

  throw(this: unknown, reason?: unknown): IteratorResult<unknown> {
    const link = iteratorLink(this, 'throw()')
    return stepped(run(Op.THROW, link.interpreter, link, ...asThrown(reason)))
  },
}

/** The next item of a Python iterator, or a Stop. */
function nextOf(iterator: Cell): unknown {
  checkAlive(iterator)
  placeObject(iterator.id)
  const direct = core.next()
  return direct === undefined ? result() : direct
}

function stepped(value: unknown): IteratorResult<unknown> {
  return Stop.is(value) ? { done: true, value: value.value } : { done: false, value }
}

function iteratorLink(self: unknown, method: string): Link {
  const link = linkOf(self)
  if (link === undefined)
    throw new TypeError(`${method} was called on a value that is not a Python iterator.`)
  return link
}
