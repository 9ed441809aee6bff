import { types } from 'node:util'
import { throwOverflow } from '../errors/overflow'
import { Format } from './tags'

const FORMATS: Readonly<Record<string, number>> = {
  Int8Array: Format.INT8,
  Uint8Array: Format.UINT8,
  Uint8ClampedArray: Format.UINT8,
  Int16Array: Format.INT16,
  Uint16Array: Format.UINT16,
  Int32Array: Format.INT32,
  Uint32Array: Format.UINT32,
  BigInt64Array: Format.INT64,
  BigUint64Array: Format.UINT64,
  Float16Array: Format.FLOAT16,
  Float32Array: Format.FLOAT32,
  Float64Array: Format.FLOAT64,
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object

function getter<T>(name: PropertyKey): (this: object) => T {
  return Object.getOwnPropertyDescriptor(typedArray, name)?.get as (this: object) => T
}

const { prototype: bufferPrototype } = Buffer

/** %TypedArray%.prototype[@@toStringTag]: the name of the class, of any realm, whatever the subclass. */
const classNameOf = getter<string | undefined>(Symbol.toStringTag)
const byteLengthOf = getter<number>('byteLength')

const { keys } = Uint8Array.prototype

/** The element format that Python gets for a buffer or a view. */
export function formatOf(value: ArrayBufferView | ArrayBufferLike): number {
  if (!ArrayBuffer.isView(value) || Buffer.isBuffer(value)) return Format.BYTES
  const name = classNameOf.call(value)
  return name === undefined ? Format.UINT8 : (FORMATS[name] ?? Format.UINT8)
}

/** Whether a value is a Buffer with bytes in it, of which nothing else can be said. Runs no code of the user's. */
export function isPlainBuffer(value: unknown): value is Buffer {
  return (
    ArrayBuffer.isView(value) &&
    Object.getPrototypeOf(value) === bufferPrototype &&
    byteLengthOf.call(value) > 0
  )
}

/**
 * The bytes in the window of a buffer or a view. Shared memory is copied, because it can change at any time.
 *
 * @throws TypeError when the buffer is detached, or too small for the view by now.
 */
export function bytesOf(value: ArrayBufferView | ArrayBufferLike): Uint8Array {
  try {
    const bytes = windowOf(value)
    return types.isSharedArrayBuffer(bytes.buffer) ? new Uint8Array(bytes) : bytes
  } catch (error) {
    throwOverflow(error)
    throw new TypeError(
      'A detached ArrayBuffer, or a view of one (or of one that has become too small for it), cannot be passed to Python.',
    )
  }
}

function windowOf(value: ArrayBufferView | ArrayBufferLike): Uint8Array {
  // A typed array outside of its buffer says that it is empty; its methods throw.
  if (value.byteLength === 0 && types.isTypedArray(value)) keys.call(value as Uint8Array)
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value)
}
