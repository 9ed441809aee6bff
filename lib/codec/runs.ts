import { TAG_BITS, TAG_MASK, Tag } from './tags'
import { tuning } from './tuning'

const MOST = tuning.run
/** Where runs are put together: for V8 an array of small integers and one of floats, and so are slices of them. Filled for the first run. */
const integers: number[] = []
const floats: number[] = []

function filled(array: number[], number: number): number[] {
  while (array.length < MOST) array.push(number)
  return array
}

/**
 * The inline integers from word `at` on, `length` at most. A slice gets its memory at once, where an array that is pushed to grows: half the
 * time an item (bench: list).
 */
export function integersAt(words: Int32Array, at: number, length: number): unknown[] {
  const most = Math.min(length, tuning.run)
  const run = integers.length > 0 ? integers : filled(integers, 0)
  let count = 0
  for (; count < most; count++) {
    const word = words[at + count] as number
    if ((word & TAG_MASK) !== Tag.INT) break
    run[count] = word >> TAG_BITS
  }
  return count > 0 ? run.slice(0, count) : []
}

/** The floats from word `at` and double `double` on, `length` at most. */
export function floatsAt(
  words: Int32Array,
  at: number,
  doubles: Float64Array,
  double: number,
  length: number,
): unknown[] {
  const most = Math.min(length, tuning.run)
  const run = floats.length > 0 ? floats : filled(floats, 0.5)
  let count = 0
  for (; count < most && words[at + count] === Tag.FLOAT; count++) {
    run[count] = doubles[double + count] as number
  }
  return count > 0 ? run.slice(0, count) : []
}
