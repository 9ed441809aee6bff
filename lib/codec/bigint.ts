const HEX_PER_WORD = 8
const pair = new BigUint64Array(1)
const halves = new Uint32Array(pair.buffer)
const LOW = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1

/** Splits a magnitude (not negative) into 32-bit words, lowest first; zero has none. Linear in its size. */
export function toWords(magnitude: bigint): number[] {
  return magnitude >> 64n === 0n ? smallToWords(magnitude) : hexToWords(magnitude.toString(16))
}

/** Joins `count` 32-bit words from `start`, lowest first. */
export function fromWords(words: Int32Array, start: number, count: number): bigint {
  let hex = '0x0'
  for (let i = start + count - 1; i >= start; i--) {
    hex += ((words[i] as number) >>> 0).toString(16).padStart(HEX_PER_WORD, '0')
  }
  return BigInt(hex)
}

function smallToWords(magnitude: bigint): number[] {
  pair[0] = magnitude
  const low = halves[LOW] as number
  const high = halves[1 - LOW] as number
  return high === 0 ? (low === 0 ? [] : [low]) : [low, high]
}

function hexToWords(hex: string): number[] {
  const words: number[] = []
  for (let end = hex.length; end > 0; end -= HEX_PER_WORD) {
    words.push(Number.parseInt(hex.slice(Math.max(0, end - HEX_PER_WORD), end), 16))
  }
  return words
}
