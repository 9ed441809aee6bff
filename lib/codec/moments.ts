/** Milliseconds at the start of year 1 and of year 10000: the years of Python's datetime. */
const FIRST_MOMENT = -62135596800000
const END_OF_TIME = 253402300800000

/**
 * Milliseconds since the epoch.
 *
 * @throws RangeError when Python has no datetime for it.
 */
export function momentOf(date: Date): number {
  const moment = Date.prototype.getTime.call(date)
  if (Number.isNaN(moment)) throw new RangeError('An invalid Date cannot be passed to Python.')
  if (moment < FIRST_MOMENT || moment >= END_OF_TIME) {
    throw new RangeError('A Date outside the years 1 to 9999 cannot be passed to Python.')
  }
  return moment
}
