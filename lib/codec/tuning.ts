/** Where the codec changes from one way to another that does the same. Tests move these places, so that every way is met by every value; nothing else does. */
export const tuning = {
  /** How many words and doubles the buffers of a message begin with. */
  words: 256,
  doubles: 64,
  /** Buffers that a message grew beyond so many elements are not kept. */
  kept: 1 << 20,
  /** Up to so many containers are looked for one by one: no table is made for a small message. */
  few: 8,
  /** A dict with more keys than this is data: its keys are text. */
  record: 512,
  /** How many numbers at the beginning of a list are read as one run: 4096 at most. */
  run: 4096,
  /** Whether shapes that come often are read by functions of their own. */
  compiles: true,
}
