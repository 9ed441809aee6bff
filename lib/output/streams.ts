import type { StringDecoder } from 'node:string_decoder'
import { types } from 'node:util'
import { LineSplitter, utf8Decoder } from './lines'
import { addSink, closeSink, inPython } from './sinks'
import { type OutputMode, streamReceiver, textReceiver } from './text'

/** Where Python's output goes: a function that gets text, or a Node stream that gets bytes. */
export type OutputTarget = ((text: string) => void) | NodeJS.WritableStream

/**
 * Where Python's input comes from: a function that gives one line at each call and null at the end, or a Node stream. A promise of a line can be waited for
 * in Python threads only.
 */
export type InputSource = (() => string | null | Promise<string | null>) | NodeJS.ReadableStream

/** The streams of `new Python()`. */
export interface StreamOptions {
  /** What Python prints. Default: the process's own. */
  stdout?: OutputTarget
  /** What Python prints as errors. Default: the process's own. */
  stderr?: OutputTarget
  /** What `input()` and `sys.stdin` read. Default: the process's own. A Node stream can be read in Python threads only. */
  stdin?: InputSource
  /** How functions get the text: `'chunks'` as Python flushes it, or `'lines'` without their ends. Default: `'chunks'`. */
  output?: OutputMode
}

/** Opens the streams that the options name, and returns the numbers of their sinks. */
export function openStreams(interpreter: number, options: StreamOptions): number[] {
  const sinks: number[] = []
  const { stdout, stderr, stdin, output = 'chunks' } = options
  try {
    if (stdout !== undefined) sinks.push(openOutput(interpreter, 'stdout', stdout, output))
    if (stderr !== undefined) sinks.push(openOutput(interpreter, 'stderr', stderr, output))
    if (stdin !== undefined) sinks.push(openInput(interpreter, stdin))
  } catch (error) {
    for (const sink of sinks) closeSink(sink)
    throw error
  }
  return sinks
}

function openOutput(interpreter: number, name: string, target: OutputTarget, mode: OutputMode): number {
  const isFunction = typeof target === 'function'
  const receiver = isFunction ? textReceiver(name, target, mode) : streamReceiver(name, target)
  const sink = addSink(interpreter, receiver)
  inPython(interpreter, 'open_output', name, sink)
  return sink
}

function openInput(interpreter: number, source: InputSource): number {
  const sink = addSink(interpreter, { name: 'stdin', receive: () => undefined, end: () => undefined })
  const isStream = typeof source !== 'function'
  const read = isStream ? lineReader(source) : () => source()
  inPython(interpreter, 'open_input', sink, read, isStream)
  return sink
}

/** What a stream gives to who asks for a line: null at its end; the reason, where it has failed. */
type Settle = (line: string | null, reason?: Error) => void

/** Gives the lines of a stream one by one to whoever asks. */
function lineReader(stream: NodeJS.ReadableStream): (settle: Settle) => void {
  const lines = linesOf(stream)
  return (settle) => {
    lines
      .next()
      .then(
        ({ done, value }) => settle(done === true ? null : value),
        (reason: unknown) => settle(null, types.isNativeError(reason) ? reason : new Error(String(reason))),
      )
      // Python has ended meanwhile: nobody waits any more.
      .catch(() => undefined)
  }
}

async function* linesOf(stream: NodeJS.ReadableStream): AsyncGenerator<string, void> {
  const decoder = utf8Decoder()
  const lines = new LineSplitter()
  for await (const chunk of stream) yield* lines.push(textOf(chunk, decoder))
  const rest = lines.rest() + decoder.end()
  if (rest !== '') yield rest
}

function textOf(chunk: unknown, decoder: StringDecoder): string {
  if (typeof chunk === 'string') return chunk
  if (chunk instanceof Uint8Array)
    return decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length))
  throw new TypeError(`stdin is a stream of strings or bytes, and gave a chunk of the type ${typeof chunk}.`)
}
