import { constants } from 'node:buffer'
import { TAG_BITS, Tag } from './tags'
import { tuning } from './tuning'

/** A message under construction: the streams of the flat encoding, in buffers that grow and are reused. */
export class Message {
  words: Int32Array<ArrayBuffer> = new Int32Array(tuning.words)
  doubles: Float64Array<ArrayBuffer> = new Float64Array(tuning.doubles)
  text = ''
  blobs: Uint8Array[] | undefined
  #blobLengths: number[] = []
  /** The length of `text`. V8 asks a table for that of a string, where it has met many kinds of them. */
  #units = 0
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
    this.#units = 0
    this.blobs = this.refused = undefined
    this.#blobLengths = []
    if (this.words.length > tuning.kept || this.doubles.length > tuning.kept) this.#shrink()
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
   * The numbers of a list from `index` on, where `first` was read, up to `length` or to the first item that is none, which is then `refused`: each item
   * is read once. Returns the index of that item.
   */
  numbers(list: readonly unknown[], index: number, first: number, length: number): number {
    let value: unknown = first
    let i = index
    while (typeof value === 'number') {
      this.number(value)
      i = isInline(value) ? this.#integers(list, i + 1, length) : this.#floats(list, i + 1, length)
      if (i === length) break
      value = this.refused
    }
    return i
  }

  /** Integers that fit in a word, up to the first item that is none. A loop of their own, which V8 makes for arrays of small integers (bench: list). */
  #integers(list: readonly unknown[], index: number, length: number): number {
    const words = this.#wordsFor(length - index)
    const shift = this.wordCount - index
    let i = index
    for (; i < length; i++) {
      const value = list[i]
      if (typeof value !== 'number' || !isInline(value)) {
        this.refused = value
        break
      }
      words[shift + i] = value << TAG_BITS
    }
    this.wordCount = shift + i
    return i
  }

  /** The same for numbers that are no integers (bench: floats). */
  #floats(list: readonly unknown[], index: number, length: number): number {
    const words = this.#wordsFor(length - index)
    const shift = this.wordCount - index
    let { doubles, doubleCount } = this
    let i = index
    for (; i < length; i++) {
      const value = list[i]
      if (typeof value !== 'number' || Number.isSafeInteger(value)) {
        this.refused = value
        break
      }
      if (doubleCount === doubles.length) doubles = this.#growDoubles()
      words[shift + i] = Tag.FLOAT
      doubles[doubleCount++] = value
    }
    this.wordCount = shift + i
    this.doubleCount = doubleCount
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
  string(text: string, length: number): void {
    this.#units += length
    if (this.#units > constants.MAX_STRING_LENGTH) {
      const limit = constants.MAX_STRING_LENGTH
      throw new RangeError(
        `Strings of more than ${limit} characters in all cannot be passed to Python in one call.`,
      )
    }
    this.text += text
  }

  /** The words, with room for so many more: as many as the items of a list need at least. */
  #wordsFor(count: number): Int32Array<ArrayBuffer> {
    let { words } = this
    while (words.length - this.wordCount < count) words = this.#growWords()
    return words
  }

  #growWords(): Int32Array<ArrayBuffer> {
    const grown = new Int32Array(this.words.length * 2)
    grown.set(this.words)
    this.words = grown
    this.replaced = true
    return grown
  }

  #growDoubles(): Float64Array<ArrayBuffer> {
    const grown = new Float64Array(this.doubles.length * 2)
    grown.set(this.doubles)
    this.doubles = grown
    this.replaced = true
    return grown
  }

  #shrink(): void {
    this.replaced = true
    this.words = new Int32Array(tuning.words)
    this.doubles = new Float64Array(tuning.doubles)
  }
}

/** Whether a number is an integer that fits in a tag word. */
function isInline(value: number): boolean {
  const word = value << TAG_BITS
  // Zero and minus zero are equal, and not the same.
  return word >> TAG_BITS === value && (word !== 0 || Object.is(value, 0))
}

/** Whether a number is an int in Python. */
function isInteger(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0)
}
