import type { BufferParts } from '../../types/native'
import { core, decode } from '../codec/bridge'
import type { Cell } from '../codec/cell'
import { classOf, type TypedArray } from './formats'

/** Known to `bufferOf` alone. */
const MADE_HERE = Symbol('made here')

/** The memory of a Python object, as `py.buffer()` gives it. */
export class PyBuffer<Data extends TypedArray = TypedArray> {
  /**
   * The items. Where JavaScript has no array for their format, and where they do not lie on whole elements of one, the bytes
   * (a Uint8Array). Empty after `release()`.
   */
  readonly data: Data
  /** How many items each dimension has; `[]` for a single item. */
  readonly shape: readonly number[]
  /** How many elements of `data` lie between neighbours, by dimension. */
  readonly strides: readonly number[]
  /** Where the first item is in `data`. */
  readonly offset: number
  /** The format of an item, as Python's `struct` has it. */
  readonly format: string
  /** The bytes of an item. */
  readonly itemsize: number
  /** Whether Python lets nobody write to the memory; `data` is a copy then. */
  readonly readonly: boolean
  /** Whether `data` is Python's own memory, and not a copy of it. */
  readonly shared: boolean
  readonly #view: number

  /** @throws TypeError for whoever else calls it: memory is Python's to give. */
  constructor(parts: BufferParts, made?: typeof MADE_HERE) {
    if (made !== MADE_HERE) throw new TypeError('A PyBuffer is made by py.buffer(), and not by new.')
    const [memory, view, format, itemsize, readonly, alignment, offset, dimensions, ...lengths] = parts
    const strides = lengths.slice(dimensions)
    const Class = classOf(format, itemsize)
    const isWhole = (length: number): boolean => Class !== undefined && length % Class.BYTES_PER_ELEMENT === 0
    const isTyped = [memory.byteLength, alignment, offset, ...strides].every(isWhole)
    const Elements = isTyped && Class !== undefined ? Class : Uint8Array
    this.data = new Elements(memory) as Data
    this.shape = Object.freeze(lengths.slice(0, dimensions))
    this.strides = Object.freeze(strides.map((stride) => stride / Elements.BYTES_PER_ELEMENT))
    this.offset = offset / Elements.BYTES_PER_ELEMENT
    this.format = format ?? 'B'
    this.itemsize = itemsize
    this.readonly = readonly
    this.shared = view !== 0
    this.#view = view
  }

  /** Whether the items lie one behind the other: `'C'` with the last index fastest, `'F'` with the first; both is `'C'`. */
  get order(): 'C' | 'F' | null {
    if (this.#isDense(this.shape.length - 1, -1)) return 'C'
    return this.#isDense(0, 1) ? 'F' : null
  }

  /**
   * Takes the memory from `data` (which is empty from then on, as is every other view of its ArrayBuffer) and gives it back to
   * Python at once; otherwise it goes back when `data` is collected. False where there is nothing to give back.
   */
  release(): boolean {
    return this.#view !== 0 && core.releaseBuffer(this.#view)
  }

  /** `release()`, for `using`. */
  [Symbol.dispose](): void {
    this.release()
  }

  #isDense(first: number, step: number): boolean {
    let expected = this.itemsize / this.data.BYTES_PER_ELEMENT
    for (let i = first; i >= 0 && i < this.shape.length; i += step) {
      const length = this.shape[i] as number
      if (length > 1 && this.strides[i] !== expected) return false
      expected *= length
    }
    return true
  }
}

/** The memory of a Python object, or a copy. */
export function bufferOf(cell: Cell, isCopy: boolean): PyBuffer {
  const parts = core.buffer(cell.id, isCopy)
  // Anything but a list of parts is an error, which reading it throws.
  return new PyBuffer(parts ?? (decode() as BufferParts), MADE_HERE)
}
