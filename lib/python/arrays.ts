import type { PyObject } from '../../types/objects'
import type { TypedArray } from '../buffer/formats'
import { isShared, type SharedMemory, shareMemory } from '../buffer/shared'
import { bufferOf, type PyBuffer } from '../buffer/view'
import { checkBufferOptions, checkCell, checkShape } from '../check'
import { linkOf } from '../codec/cell'
import { LIVE, Op } from '../codec/tags'
import { foreignError } from '../errors'
import { OperationTwins } from './operation-twins'
import { livingInterpreterOf, runnerOf } from './runner'

/** How `py.buffer()` gives memory. */
export interface BufferOptions {
  /** True: a copy, also where Python's own memory can be had. Default: false. */
  copy?: boolean
}

/** Arrays and other memory, without copying it where that is safe. */
export class Arrays extends OperationTwins {
  /**
   * The memory of a Python object: of a NumPy array, an `array.array`, a bytearray, of whatever has the buffer protocol. Python keeps it in
   * place until it is released or collected. What must not be written to is copied.
   *
   * @throws PythonError, a TypeError or BufferError of Python's, for an object that does not give its memory.
   */
  buffer<Data extends TypedArray = TypedArray>(object: unknown, options: BufferOptions = {}): PyBuffer<Data> {
    const cell = checkCell(object, 'buffer()')
    checkBufferOptions(options)
    if (cell.interpreter !== livingInterpreterOf(this)) throw foreignError(cell.pytype)
    return bufferOf(cell, options.copy === true) as PyBuffer<Data>
  }

  /**
   * A NumPy array of the elements of a typed array, in a copy of their own; or over a Python object with the buffer protocol
   * (what `shared()` gives), without a copy. Without a shape it has one dimension.
   */
  ndarray(elements: ArrayBufferView | PyObject, shape?: number | readonly number[]): PyObject {
    checkShape(shape)
    const run = runnerOf(this)
    const numpy = run(Op.IMPORT, 'ndarray', 'numpy')
    const flat = run(
      Op.CALL_METHOD | LIVE,
      'ndarray',
      numpy,
      'asarray',
      [elementsOf(elements)],
      {},
    ) as PyObject
    if (shape === undefined) return flat
    try {
      return run(Op.CALL_METHOD | LIVE, 'ndarray', flat, 'reshape', [shape], {}) as PyObject
    } finally {
      flat[Symbol.dispose]()
    }
  }

  /**
   * A memoryview over memory that JavaScript threads share, without a copy: what one side writes, the other reads. It is
   * writable, has the format of the typed array, and keeps the memory as long as Python uses it.
   */
  shared(memory: SharedMemory): PyObject {
    if (!isShared(memory)) {
      throw new TypeError('shared() takes a SharedArrayBuffer, or a typed array over one.')
    }
    return shareMemory(memory, livingInterpreterOf(this))
  }
}

/** A Buffer would become bytes, which NumPy does not take for numbers. */
function elementsOf(elements: unknown): unknown {
  if (linkOf(elements) !== undefined) return elements
  if (!ArrayBuffer.isView(elements)) {
    throw new TypeError('ndarray() takes a typed array, or a Python object with the buffer protocol.')
  }
  return Buffer.isBuffer(elements)
    ? new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength)
    : elements
}
