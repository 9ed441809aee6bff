import { basename, sep } from 'node:path'

/** The folder of our own frames, which no stack shows; unless a bundler has mixed them with those of the user. */
const OWN_FOLDER = basename(__filename) === 'errors.js' ? __dirname + sep : undefined
/** At most so many frames are ours between the user's code and a `PythonError`. */
const OWN_FRAMES = 16

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

  constructor(details: PythonErrorDetails) {
    super(details.message, 'cause' in details ? { cause: details.cause } : undefined)
    hide(this, 'name', lastPart(details.pytype))
    hide(this, 'pytype', details.pytype)
    hide(this, 'value', details.value)
    hide(this, 'traceback', details.traceback)
    showBothSides(this)
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

function hide(error: PythonError, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true })
}

/** The stack is put together when it is first read: formatting costs more than the throw. */
function showBothSides(error: PythonError): void {
  const limit = Error.stackTraceLimit
  const captured: { stack?: string } = {}
  Error.stackTraceLimit = limit + OWN_FRAMES
  Error.captureStackTrace(captured, PythonError)
  Error.stackTraceLimit = limit
  Object.defineProperty(error, 'stack', {
    get: () => stackOf(error, captured.stack ?? '', limit),
    set: (stack: unknown) => hide(error, 'stack', stack),
    enumerable: false,
    configurable: true,
  })
}

function stackOf(error: PythonError, captured: string, limit: number): string {
  const header = error.message === '' ? error.name : `${error.name}: ${error.message}`
  const javascript = [header, ...framesOf(captured).slice(0, limit)].join('\n')
  const stack = error.traceback === '' ? javascript : `${javascript}\n\n${error.traceback.trimEnd()}`
  hide(error, 'stack', stack)
  return stack
}

/** The frames of the user's code. */
function framesOf(captured: string): string[] {
  return captured
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .filter((line) => OWN_FOLDER === undefined || !line.includes(OWN_FOLDER))
}
