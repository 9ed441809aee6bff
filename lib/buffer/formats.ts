/** What the items of a buffer are read with. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array

type TypedArrayClass = {
  new (memory: ArrayBuffer): TypedArray
  readonly BYTES_PER_ELEMENT: number
}

const SIGNED = 'bhilqn'
const UNSIGNED = 'BHILQNP'
const FLOAT = 'efd'

type Sizes = Readonly<Record<number, TypedArrayClass>>

const INTEGERS: Sizes = { 1: Int8Array, 2: Int16Array, 4: Int32Array, 8: BigInt64Array }
const NATURALS: Sizes = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array }
/** JavaScript has had no 16-bit floats for long: where it has none, their bits are shown. */
const HALF = (globalThis as { Float16Array?: TypedArrayClass }).Float16Array ?? Uint16Array
const FLOATS: Sizes = { 2: HALF, 4: Float32Array, 8: Float64Array }

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/**
 * The class that reads items of a format of Python's `struct`, of that size; undefined where none does (the other byte order,
 * booleans, structures). No format at all is bytes.
 */
export function classOf(format: string | null, itemsize: number): TypedArrayClass | undefined {
  const [order, letter] = partsOf(format ?? 'B')
  if (letter.length !== 1 || (itemsize > 1 && !isNative(order))) return undefined
  if (SIGNED.includes(letter)) return INTEGERS[itemsize]
  if (UNSIGNED.includes(letter)) return NATURALS[itemsize]
  return FLOAT.includes(letter) ? FLOATS[itemsize] : undefined
}

/** The byte order and the letter. By hand: V8 may end the process when it compiles a regular expression at the very end of the stack. */
function partsOf(format: string): [order: string, letter: string] {
  const hasOrder = format !== '' && '@=<>!'.includes(format[0] as string)
  return hasOrder ? [format[0] as string, format.slice(1)] : ['', format]
}

function isNative(order: string): boolean {
  if (order === '' || order === '@' || order === '=') return true
  return (order === '<') === isLittleEndian
}
