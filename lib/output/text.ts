import { LineSplitter, utf8Decoder } from './lines'
import type { Receiver } from './sinks'

/** Whether a function gets the text as Python flushes it, or line by line. */
export type OutputMode = 'chunks' | 'lines'

/** A function that receives text; in lines, without their ends. */
export function textReceiver(name: string, write: (text: string) => void, mode: OutputMode): Receiver {
  return mode === 'lines' ? new Lines(name, write) : new Chunks(name, write)
}

class Chunks implements Receiver {
  readonly #decoder = utf8Decoder()

  constructor(
    readonly name: string,
    readonly write: (text: string) => void,
  ) {}

  receive(data: Buffer): void {
    const text = this.#decoder.write(data)
    if (text !== '') this.write(text)
  }

  end(): void {
    const rest = this.#decoder.end()
    if (rest !== '') this.write(rest)
  }
}

class Lines implements Receiver {
  readonly #decoder = utf8Decoder()
  readonly #lines = new LineSplitter()

  constructor(
    readonly name: string,
    readonly write: (line: string) => void,
  ) {}

  receive(data: Buffer): void {
    this.#writeAll(this.#lines.push(this.#decoder.write(data)))
  }

  end(): void {
    const rest = this.#lines.rest() + this.#decoder.end()
    if (rest !== '') this.write(rest)
  }

  /** Every line is written, whatever the function does with one before it; the first error is thrown then. */
  #writeAll(lines: readonly string[]): void {
    const errors: unknown[] = []
    for (const line of lines) {
      try {
        this.write(line)
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}

/** A Node stream that is written to: it gets the bytes. */
export function streamReceiver(name: string, stream: NodeJS.WritableStream): Receiver {
  return {
    name,
    receive(data) {
      // A stream of the user's own making may not say whether it is.
      if (stream.writable === false) throw new Error('The stream has ended.')
      stream.write(data)
    },
    end: () => undefined,
  }
}
