import { type InspectOptions, inspect } from 'node:util'
import {
  type Captured,
  captureStack,
  type Frame,
  framesOf,
  limitStacks,
  OWN_FRAMES,
  segmentOf,
  textOf,
} from './errors/frames'

/** What a `PythonError` is made of. */
export interface PythonErrorDetails {
  /** The qualified name of the exception's type, `builtins.` left out: `'ValueError'`, `'json.decoder.JSONDecodeError'`. */
  pytype: string
  /** `str(exception)` */
  message: string
  /** The live exception. */
  value: unknown
  /** The formatted traceback, with Python files and lines. */
  traceback: string
  /** From `__cause__` or `__context__`: a PythonError, or the JavaScript value that was thrown. */
  cause?: unknown
  /** `__notes__` */
  notes?: readonly string[]
  /** The exceptions of an ExceptionGroup: PythonErrors, or the JavaScript values that were thrown. */
  errors?: readonly unknown[]
  /** Where a SyntaxError is. */
  position?: SyntaxPosition
}

/** Where a SyntaxError is; `null` for what Python does not know. */
export interface SyntaxPosition {
  filename: string | null
  /** The line, counted from 1. */
  lineno: number | null
  /** The column, counted from 1. */
  offset: number | null
  /** The line of source. */
  text: string | null
  end_lineno: number | null
  end_offset: number | null
}

/**
 * A Python exception in JavaScript. `name` is the last part of `pytype`, `message` is `str(exception)`; `stack` shows the
 * JavaScript stack and then the Python traceback. Passed or thrown back to Python it is the original exception.
 */
export class PythonError extends Error {
  /** The qualified name of the exception's type: `'ValueError'`, `'json.decoder.JSONDecodeError'`. */
  declare readonly pytype: string
  /** The live exception. */
  // biome-ignore lint/suspicious/noExplicitAny: a live Python object has whatever attributes Python gives it
  declare readonly value: any
  /** The traceback as Python prints it. */
  declare readonly traceback: string
  /** What `add_note` added (CPython 3.11 and later). */
  declare readonly notes: readonly string[]
  /** Of an ExceptionGroup: its exceptions, each a PythonError, or the JavaScript value that was thrown. */
  declare readonly errors?: readonly unknown[]
  /** Of a SyntaxError: the file. */
  declare readonly filename?: string | null
  /** Of a SyntaxError: the line, counted from 1. */
  declare readonly lineno?: number | null
  /** Of a SyntaxError: the column, counted from 1. */
  declare readonly offset?: number | null
  /** Of a SyntaxError: the line of source. */
  declare readonly text?: string | null
  /** Of a SyntaxError: the line it ends in. */
  declare readonly end_lineno?: number | null
  /** Of a SyntaxError: the column it ends before. */
  declare readonly end_offset?: number | null
  readonly #details: PythonErrorDetails
  #captured: Captured

  /** @throws TypeError for anything else than details: a PythonError is made of an exception of Python's. */
  constructor(details: PythonErrorDetails) {
    if (typeof details?.pytype !== 'string')
      throw new TypeError(
        'A PythonError is made of a Python exception: throw an Error, or an exception of a Python class.',
      )
    const limit = Error.stackTraceLimit
    // The stack is captured once, below, with room for frames of ours: each capture costs more than all the rest (bench: fail). An empty one would be formatted
    // when the property is replaced.
    try {
      limitStacks(undefined)
      super(details.message, 'cause' in details ? { cause: details.cause } : undefined)
      this.#details = details
      if (details.errors !== undefined) hide(this, 'errors', details.errors)
      if (details.position !== undefined)
        for (const [key, value] of Object.entries(details.position)) hide(this, key, value)
      // Here, and not by `captureStack`: V8 looks at each frame.
      limitStacks(limit + OWN_FRAMES)
      this.#captured = new Error()
    } finally {
      // Not by a call: at the end of the stack that could throw, and all stacks would stay as they are now.
      try {
        Error.stackTraceLimit = limit
      } catch {
        // As for `limitStacks`.
      }
    }
    showBothSides(this, () => stackOf(this, textOf(this.#captured), limit))
  }

  static {
    // Of the class, because a property of each error would cost as much as the rest of it.
    // biome-ignore lint/complexity/noThisInStatic: a class that names itself has another `name` in the bundle
    const { prototype } = this
    inherit('name', (error) => lastPart(error.#details.pytype))
    inherit('pytype', (error) => error.#details.pytype)
    inherit('value', (error) => error.#details.value)
    inherit('traceback', (error) => error.#details.traceback)
    inherit('notes', (error) => notesOf(error.#details))

    function inherit(key: string, read: (error: PythonError) => unknown): void {
      Object.defineProperty(prototype, key, {
        get(this: object) {
          return #details in this ? read(this) : undefined
        },
        set(this: object, value: unknown) {
          hide(this, key, value)
        },
        enumerable: false,
        configurable: true,
      })
    }
  }

  /** The frames of JavaScript that the exception has passed until here, innermost first. */
  static segment(error: PythonError): Frame[] {
    return segmentOf(textOf(error.#captured))
  }

  /** Has the stack show who awaits this point. */
  static seenFromHere(error: PythonError): void {
    error.#captured = captureStack(Error.stackTraceLimit)
  }

  /** The stack alone: the traceback in it tells of causes, groups and notes already. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    const own = { ...this }
    const stack = String(this.stack)
    return Object.keys(own).length === 0 ? stack : `${stack} ${inspect(own, options)}`
  }
}

/** The last part of a qualified type name: `'json.decoder.JSONDecodeError'` → `'JSONDecodeError'`. */
export function lastPart(pytype: string): string {
  return pytype.slice(pytype.lastIndexOf('.') + 1)
}

/** The error for the use of an object of type `pytype` after its release. */
export function releasedError(pytype: string | undefined): TypeError {
  const what = pytype === undefined ? 'Python' : lastPart(pytype)
  return new TypeError(`This ${what} object was released and can no longer be used.`)
}

/** The error for the use of an object in another context than its own. */
export function foreignError(pytype: string | undefined): TypeError {
  const what = pytype === undefined ? 'Python' : lastPart(pytype)
  return new TypeError(
    `This ${what} object belongs to another Python context and cannot be used in this one.`,
  )
}

/** The same list each time. */
function notesOf(details: PythonErrorDetails): readonly string[] {
  details.notes ??= []
  return details.notes
}

function hide(error: object, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true })
}

/** The stack is put together when it is first read: formatting costs more than the throw. */
function showBothSides(error: PythonError, get: () => string): void {
  const set = (stack: unknown): void => hide(error, 'stack', stack)
  Object.defineProperty(error, 'stack', { get, set, enumerable: false, configurable: true })
}

/** An error that was made where nobody is seen who waits for it, with the stack of this point. */
export function seenFromHere(error: Error): Error {
  if (error instanceof PythonError) PythonError.seenFromHere(error)
  else Error.captureStackTrace(error, seenFromHere)
  return error
}

function stackOf(error: PythonError, captured: string, limit: number): string {
  const header = error.message === '' ? error.name : `${error.name}: ${error.message}`
  const javascript = [header, ...framesOf(captured).slice(0, limit)].join('\n')
  const stack = error.traceback === '' ? javascript : `${javascript}\n\n${error.traceback.trimEnd()}`
  hide(error, 'stack', stack)
  return stack
}
