import type { StringDecoder } from 'node:string_decoder'

/** Puts bytes that come in pieces into text. Node's module is loaded here: most programs leave Python its streams. */
export function utf8Decoder(): StringDecoder {
  const { StringDecoder } = require('node:string_decoder') as typeof import('node:string_decoder')
  return new StringDecoder('utf8')
}

/** Parts text that comes in pieces into lines. A long line is put together once, when it ends. */
export class LineSplitter {
  #pieces: string[] = []

  /** The lines that end in `text`, without their ends. */
  push(text: string): string[] {
    const lines = text.split('\n')
    const rest = lines.pop() as string
    if (lines.length > 0) lines[0] = this.rest() + (lines[0] as string)
    if (rest !== '') this.#pieces.push(rest)
    return lines
  }

  /** Takes what has come since the last end of a line. */
  rest(): string {
    const rest = this.#pieces.join('')
    this.#pieces = []
    return rest
  }
}
