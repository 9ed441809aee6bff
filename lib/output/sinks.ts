import { writeSync } from 'node:fs'
import type { Core } from '../../types/native'
import { core, run } from '../codec/bridge'
import { Op } from '../codec/tags'

/** What receives the data of one stream, or of one subscription to log records. */
export interface Receiver {
  /** What it is for, as errors name it: `'stdout'`. */
  readonly name: string
  receive(data: Buffer): void
  /** There will be no more data. */
  end(): void
}

interface Sink {
  readonly interpreter: number
  readonly receiver: Receiver
}

const sinks = new Map<number, Sink>()
let made = 0
let isExiting = false

/** Connects this thread to the queue of its native core. */
export function connectSinks(native: Core): void {
  sinks.clear()
  native.outlet(receive)
}

/** A number for a new sink, which receives from then on. */
export function addSink(interpreter: number, receiver: Receiver): number {
  made += 1
  sinks.set(made, { interpreter, receiver })
  return made
}

/** Calls a function of output.py in the interpreter. */
export function inPython(interpreter: number, name: string, ...args: unknown[]): unknown {
  return run(Op.OUTPUT, interpreter, name, args)
}

/** Closes a sink in Python, whose interpreter lives, and receives what still waits for it. */
export function closeSink(sink: number): void {
  const open = sinks.get(sink)
  if (open === undefined) return
  try {
    inPython(open.interpreter, 'close', sink)
  } finally {
    forget([sink])
  }
}

/** Closes the sinks of an interpreter that lives: those numbered so, if numbers are given. */
export function closeSinks(numbers: Iterable<number>): void {
  for (const sink of [...numbers]) closeSink(sink)
}

/** Ends the sinks of an interpreter that has ended, or all of them. */
export function endSinks(interpreter?: number): void {
  const isIts = ([, sink]: [number, Sink]): boolean =>
    interpreter === undefined || sink.interpreter === interpreter
  forget([...sinks].filter(isIts).map(([number]) => number))
}

/** This thread ends. `endPython` ends Python with it; without, in a worker, Python goes on. */
export function endThread(endPython: (() => void) | undefined): void {
  isExiting = true
  if (endPython === undefined) for (const sink of [...sinks.keys()]) closeQuietly(sink)
  endPython?.()
  endSinks()
}

function closeQuietly(sink: number): void {
  try {
    closeSink(sink)
  } catch {
    // Its interpreter has ended before: there is nothing to restore.
  }
}

function forget(numbers: readonly number[]): void {
  if (numbers.length === 0) return
  core.drain()
  for (const number of numbers) {
    const receiver = sinks.get(number)?.receiver
    sinks.delete(number)
    if (receiver !== undefined) guarded(receiver, () => receiver.end())
  }
}

function receive(sink: number, data: Buffer): void {
  const receiver = sinks.get(sink)?.receiver
  if (receiver !== undefined) guarded(receiver, () => receiver.receive(data))
}

/** What a receiver throws goes neither to Python, which only prints, nor ends the process: it is a warning of the process. */
function guarded(receiver: Receiver, act: () => void): void {
  try {
    act()
  } catch (error) {
    report(receiver.name, error)
  }
}

function report(name: string, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? String(error)) : String(error)
  const message = `The ${name} function given to python-ts threw: ${text}`
  // At exit, nobody hears of warnings any more.
  if (isExiting) writeSync(2, `PythonOutputWarning: ${message}\n`)
  else process.emitWarning(message, 'PythonOutputWarning')
}
