import { types } from 'node:util'
import type { PyObject } from '../../types/objects'
import { core, decode } from '../codec/bridge'
import { formatOf } from '../codec/bytes'
import { Format } from '../codec/tags'
import { keepElsewhere } from './keeper'

/** The letters of Python's `struct`, by `Format`. */
const LETTERS: Readonly<Record<number, string>> = {
  [Format.BYTES]: 'B',
  [Format.INT8]: 'b',
  [Format.UINT8]: 'B',
  [Format.INT16]: 'h',
  [Format.UINT16]: 'H',
  [Format.INT32]: 'i',
  [Format.UINT32]: 'I',
  [Format.INT64]: 'q',
  [Format.UINT64]: 'Q',
  [Format.FLOAT16]: 'e',
  [Format.FLOAT32]: 'f',
  [Format.FLOAT64]: 'd',
}

/** Memory that JavaScript threads share: a SharedArrayBuffer, or a view of one. */
export type SharedMemory = SharedArrayBuffer | (ArrayBufferView & { readonly buffer: SharedArrayBuffer })

/** Whether a value is memory that JavaScript threads share. */
export function isShared(value: unknown): value is SharedMemory {
  return types.isSharedArrayBuffer(ArrayBuffer.isView(value) ? value.buffer : value)
}

/** A live memoryview over shared memory, of the format and the window of the view. */
export function shareMemory(memory: SharedMemory, interpreter: number): PyObject {
  const bytes = ArrayBuffer.isView(memory)
    ? new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength)
    : new Uint8Array(memory)
  if (bytes.byteLength === 0) throw new RangeError('shared() takes memory of at least one byte.')
  const format = LETTERS[ArrayBuffer.isView(memory) ? formatOf(memory) : Format.UINT8] ?? 'B'
  const number = keepElsewhere(core, bytes.buffer)
  return (core.share(bytes, format, interpreter, number) ?? decode()) as PyObject
}
