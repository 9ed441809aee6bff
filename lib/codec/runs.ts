import { TAG_BITS, TAG_MASK, Tag } from './tags'
import { tuning } from './tuning'

/** Where runs are put together: for V8 an array of small integers and one of floats, and so are slices of them. */
const integers: number[] = []
const floats: number[] = []
for (let i = 0; i < tuning.run; i++) {
  integers.push(0)
  floats.push(0.5)
}

/**
 * The inline integers from word `at` on, `length` at most. A slice gets its memory at once, where an array that is pushed to grows: half the
 * time an item (bench: list).
 */
export function integersAt(words: Int32Array, at: number, length: number): unknown[] {
  const most = Math.min(length, tuning.run)
  const run = integers
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
  let count = 0
  for (; count < most && words[at + count] === Tag.FLOAT; count++) {
    floats[count] = doubles[double + count] as number
  }
  return count > 0 ? floats.slice(0, count) : []
}
