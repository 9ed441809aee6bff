/** The end of V8's stack, as near as a test wants it. */

/** So many arguments make frames of eight kilobytes: few of them fill the stack. */
const FILLING = Array(1000).fill(0)
/** Less than those have room for of the frames of `dive`. */
const STEPS = 40

/**
 * Calls `act` where little of the stack is left: with `room` 0 next to nothing, and about 100 bytes more with each more. Where that is too little even for the call,
 * it throws a RangeError. V8 needs 40 kB to compile what has not run yet: `act` is to have run before.
 */
export function nearTheEnd(room: number, act: () => void): void {
  let above = 1 + Math.floor(room / STEPS)
  let left = room
  function fill(): void {
    try {
      Reflect.apply(fill, undefined, FILLING)
    } catch (error) {
      if (above < 0) throw error
    }
    above -= 1
    if (above === -1) dive()
  }
  function dive(): void {
    try {
      dive()
    } catch (error) {
      if (left < 0) throw error
    }
    left -= 1
    if (left === -1) act()
  }
  fill()
}
