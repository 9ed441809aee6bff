/** A Python that gives back what it was given: it rewrites messages from JavaScript as messages to JavaScript. */
import { Decoder, type LiveObjects, type Source } from '#dist/codec/decode'
import { Encoder } from '#dist/codec/encode'
import type { Message } from '#dist/codec/message'
import { References } from '#dist/codec/refs'
import { Ext, TAG_BITS, TAG_MASK, Tag } from '#dist/codec/tags'

const noObjects: LiveObjects = {
  receive: () => {
    throw new Error('There are no live objects here.')
  },
  typeName: () => undefined,
}

export const references = new References()
export const encoder = new Encoder(references)

/** Encodes a value, rewrites the message, decodes it. */
export function roundTrip(value: unknown, objects: LiveObjects = noObjects): unknown {
  encoder.begin(0)
  encoder.value(value)
  const echo = new Echo(encoder.message)
  encoder.leave()
  encoder.clear()
  return new Decoder(echo, references, objects).value()
}

let serial = 0

/** Copies a message; text that fits goes to the Latin-1 series, the rest to the UTF-16 series. */
class Echo implements Source {
  readonly #words: number[] = [++serial]
  readonly #from: Message
  readonly #latin: string[] = []
  readonly #wide: string[] = []
  readonly #doubles: ArrayBuffer
  readonly #blobs: Uint8Array[]
  #at = 0
  #textAt = 0

  constructor(message: Message) {
    this.#from = { words: message.words, text: message.text } as Message
    this.#doubles = message.doubles.slice().buffer as ArrayBuffer
    this.#blobs = [...(message.blobs ?? [])]
    this.#value()
  }

  output(): [ArrayBuffer, ArrayBuffer] {
    return [new Int32Array(this.#words).buffer, this.#doubles]
  }

  latin(): string {
    return this.#latin.shift() as string
  }

  wide(): string {
    return this.#wide.shift() as string
  }

  shapeNumber(): number {
    return -1
  }

  shapeKeys(): string {
    throw new Error('There are no shapes here.')
  }

  blob(): Buffer {
    return Buffer.from(this.#blobs.shift() as Uint8Array)
  }

  #copy(): number {
    const word = this.#from.words[this.#at++] as number
    this.#words.push(word)
    return word
  }

  #value(): void {
    const word = this.#from.words[this.#at] as number
    const payload = word >>> TAG_BITS
    const tag = word & TAG_MASK
    if (tag === Tag.STR) this.#text(payload)
    else this.#copy()
    this.#follow(wordsAfter(tag, payload), () => this.#copy())
    this.#follow(valuesAfter(tag, payload), () => this.#value())
  }

  #follow(count: number, copy: () => void): void {
    for (let i = 0; i < count; i++) copy()
  }

  #text(length: number): void {
    this.#at += 1
    const text = this.#from.text.slice(this.#textAt, this.#textAt + length)
    this.#textAt += length
    const isLatin = [...text].every((unit) => unit.charCodeAt(0) <= 0xff && unit.length === 1)
    this.#words.push((length << TAG_BITS) | (isLatin ? Tag.STR : Tag.WIDE))
    if (length > 0) (isLatin ? this.#latin : this.#wide).push(text)
  }
}

function wordsAfter(tag: number, payload: number): number {
  if (tag === Tag.BIGINT) return payload >>> 1
  return tag === Tag.OBJECT || (tag === Tag.EXT && payload === Ext.JSREF) ? 2 : 0
}

function valuesAfter(tag: number, payload: number): number {
  if (tag === Tag.LIST || tag === Tag.SET) return payload
  if (tag === Tag.EXT && payload === Ext.THROWN) return 2
  return tag === Tag.DICT || tag === Tag.MAP ? payload * 2 : 0
}
