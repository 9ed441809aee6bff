import { basename, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of our own frames (of dist/python-ts.js), which no stack shows; unless a bundler has mixed them with those of the user. */
const OWN_FOLDER = basename(__filename) === 'python-ts.js' ? __dirname + sep : undefined
/** At most so many frames are ours between two pieces of the user's code. */
export const OWN_FRAMES = 18
/** A stack of more lines is left alone: an error that is thrown again and again must not grow. */
const MOST_LINES = 200

/** One place in a stack. */
export type Frame = [name: string, file: string, line: number]

/** What has a stack captured: text, unless `Error.prepareStackTrace` makes something else. */
export interface Captured {
  stack?: unknown
}

/**
 * Captures the stack of this point, with `limit` lines of the user's code, and has `limit` be the limit. An error of its own has room for it, where
 * `captureStackTrace` would define a property first (bench: fail).
 */
export function captureStack(limit: number): Captured {
  limitStacks(limit + OWN_FRAMES)
  const captured = new Error()
  limitStacks(limit)
  return captured
}

/** With `undefined` none is captured, not even an empty one. Where Error is frozen, stacks keep their length. */
export function limitStacks(limit: number | undefined): void {
  try {
    Error.stackTraceLimit = limit as number
  } catch {
    // As `node --frozen-intrinsics` has it: nobody can set it.
  }
}

export function textOf(captured: Captured): string {
  return typeof captured.stack === 'string' ? captured.stack : ''
}

/** The lines of a stack that are frames of the user's code. */
export function framesOf(stack: string): string[] {
  return linesOf(stack).filter((line) => !isOwn(line))
}

/** The frames of the user's code from where an error was thrown to where Python had called it, innermost first. */
export function segmentOf(stack: string): Frame[] {
  if (OWN_FOLDER === undefined) return []
  const lines = linesOf(stack)
  const start = lines.findIndex((line) => !isOwn(line))
  const end = lines.findIndex((line, i) => i > start && isOwn(line))
  if (start < 0 || end < 0) return []
  return lines.slice(start, end).flatMap(framesIn)
}

/** The stack lines of this very point, of the user's code and of ours, as deep as the user wants stacks. */
function linesHere(): string[] {
  const lines = linesOf(textOf(captureStack(Error.stackTraceLimit)))
  return lines.slice(lines.findIndex((line) => !isOwn(line)))
}

/**
 * Puts the Python frames that an error has passed (innermost first) into its stack, in the place of the frames of ours. What V8 cut off
 * behind them is put there as well. Does nothing where the stack cannot be changed.
 */
export function interleave(error: object, frames: readonly Frame[]): void {
  try {
    const { stack } = error as { stack?: unknown }
    const changed = typeof stack === 'string' ? interleaved(stack, frames) : undefined
    if (changed !== undefined) (error as { stack?: unknown }).stack = changed
  } catch {
    // The error is the user's: it may be frozen, or its stack may be a getter that throws. It arrives as it is.
  }
}

function interleaved(stack: string, frames: readonly Frame[]): string | undefined {
  const lines = stack.split('\n')
  const start = lines.findIndex(isOwn)
  if (OWN_FOLDER === undefined || start < 0 || lines.length > MOST_LINES) return undefined
  const length = lines.slice(start).findIndex((line) => !isOwn(line))
  const python = frames.map(([name, file, line]) => `    at ${name} (${file}:${line})`)
  const behind = length < 0 ? linesHere() : lines.slice(start + length)
  return [...lines.slice(0, start), ...python, ...behind].join('\n')
}

function linesOf(stack: string): string[] {
  return stack.split('\n').filter((line) => line.startsWith('    at '))
}

function isOwn(line: string): boolean {
  return OWN_FOLDER !== undefined && line.startsWith('    at ') && line.includes(OWN_FOLDER)
}

const HEAD = '    at '

/**
 * `    at name (file:line:column)`, or without a name. Read by hand: this runs where a recursion without end has thrown, and V8 ends the process when
 * it must compile a regular expression at the end of the stack.
 */
function framesIn(line: string): Frame[] {
  const text = line.slice(HEAD.length, line.endsWith(')') ? -1 : undefined)
  const open = line.endsWith(')') ? text.lastIndexOf(' (') : -1
  const place = placeIn(open < 0 ? text : text.slice(open + 2))
  return place === undefined
    ? []
    : [[open < 0 ? '<anonymous>' : text.slice(0, open), pathOf(place[0]), place[1]]]
}

/** `file:line`, or `file:line:column`. */
function placeIn(text: string): [file: string, line: number] | undefined {
  const [before, last] = partNumber(text)
  if (last === undefined) return undefined
  const [file, line] = partNumber(before)
  return line === undefined ? [before, last] : [file, line]
}

/** The number behind the last colon. */
function partNumber(text: string): [before: string, number: number | undefined] {
  const colon = text.lastIndexOf(':')
  const digits = text.slice(colon + 1)
  const isNumber = colon > 0 && digits !== '' && [...digits].every((digit) => digit >= '0' && digit <= '9')
  return isNumber ? [text.slice(0, colon), Number(digits)] : [text, undefined]
}

/** ES modules are named by their URLs. */
function pathOf(file: string): string {
  try {
    return file.startsWith('file://') ? fileURLToPath(file) : file
  } catch {
    return file
  }
}
