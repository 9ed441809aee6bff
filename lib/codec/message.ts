import { constants } from 'node:buffer'
import { TAG_BITS, Tag } from './tags'

const FIRST_WORDS = 256
const FIRST_DOUBLES = 64
/** Buffers that one huge message grew beyond this many elements are not kept. */
const KEEP = 1 << 20

/** A message under construction: the streams of the flat encoding, in buffers that grow and are reused. */
export class Message {
  words = new Int32Array(FIRST_WORDS)
  doubles = new Float64Array(FIRST_DOUBLES)
  text = ''
  blobs: Uint8Array[] | undefined
  #blobLengths: number[] = []
  /** Whether the buffers are others than when this was last set to false. */
  replaced = true
  /** What `numbers` read and did not write. */
  refused: unknown
  /** How many words are written. */
  wordCount = 0
  /** How many doubles are written. */
  doubleCount = 0

  /** Starts over. */
  clear(): void {
    this.wordCount = 0
    this.doubleCount = 0
    this.text = ''
    this.blobs = this.refused = undefined
    this.#blobLengths = []
    if (this.words.length > KEEP || this.doubles.length > KEEP) this.#shrink()
  }

  word(word: number): void {
    if (this.wordCount === this.words.length) this.#growWords()
    this.words[this.wordCount++] = word
  }

  tag(tag: number, payload: number): void {
    this.word((payload << TAG_BITS) | tag)
  }

  double(double: number): void {
    if (this.doubleCount === this.doubles.length) this.#growDoubles()
    this.doubles[this.doubleCount++] = double
  }

  /** One number. */
  number(value: number): void {
    if (isInline(value)) this.word(value << TAG_BITS)
    else {
      this.word(isInteger(value) ? Tag.INT53 : Tag.FLOAT)
      this.double(value)
    }
  }

  /**
   * The numbers of a list from `index` on, up to `length` or to the first item that is none, which is then `refused`: each item is read once.
   * Returns the index of that item. A loop of its own costs half of a call an item (bench: list, floats).
   */
  numbers(list: readonly unknown[], index: number, length: number): number {
    let { words, wordCount } = this
    let i = index
    for (; i < length; i++) {
      const value = list[i]
      if (typeof value !== 'number') {
        this.refused = value
        break
      }
      if (wordCount === words.length) words = this.#growWords()
      if (isInline(value)) words[wordCount++] = value << TAG_BITS
      else {
        words[wordCount++] = isInteger(value) ? Tag.INT53 : Tag.FLOAT
        this.double(value)
      }
    }
    this.wordCount = wordCount
    return i
  }

  /** A reference id as two words, low and high. */
  id(id: number): void {
    this.word(id | 0)
    this.word(Math.floor(id / 2 ** 32))
  }

  blob(bytes: Uint8Array): void {
    this.blobs ??= []
    this.blobs.push(bytes)
    this.#blobLengths.push(bytes.byteLength)
  }

  /** @throws TypeError when user code (a getter, a Proxy) has detached or resized a buffer since it was written. */
  checkBlobs(): void {
    if (this.blobs?.some((blob, i) => blob.byteLength !== this.#blobLengths[i]))
      throw new TypeError('A buffer was detached or resized while it was passed to Python.')
  }

  /** @throws RangeError when the strings of the message are longer, together, than a string can be. */
  string(text: string): void {
    if (this.text.length + text.length > constants.MAX_STRING_LENGTH) {
      const limit = constants.MAX_STRING_LENGTH
      throw new RangeError(
        `Strings of more than ${limit} characters in all cannot be passed to Python in one call.`,
      )
    }
    this.text += text
  }

  #growWords(): Int32Array<ArrayBuffer> {
    const grown = new Int32Array(this.words.length * 2)
    grown.set(this.words)
    this.words = grown
    this.replaced = true
    return grown
  }

  #growDoubles(): void {
    const grown = new Float64Array(this.doubles.length * 2)
    grown.set(this.doubles)
    this.doubles = grown
    this.replaced = true
  }

  #shrink(): void {
    this.words = new Int32Array(FIRST_WORDS)
    this.doubles = new Float64Array(FIRST_DOUBLES)
    this.replaced = true
  }
}

/** Whether a number is an integer that fits in a tag word. */
function isInline(value: number): boolean {
  const int = value | 0
  return int === value && (int << TAG_BITS) >> TAG_BITS === int && !Object.is(value, -0)
}

/** Whether a number is an int in Python. */
function isInteger(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0)
}
