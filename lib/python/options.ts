import { isPlainObject } from '../plain'

/** The options of `new Python()`. */
export interface PythonOptions {
  /** Folder of a Python installation or virtual environment, or path of its executable or its libpython. Default: discovered. */
  runtime_path?: string
  /** True: an isolated context (a sub-interpreter) of its own. Default: false. */
  context?: boolean
  /** True: one line on stderr for every operation. Default: false. */
  debug?: boolean
}

const TYPES: Readonly<Record<string, string>> = {
  runtime_path: 'string',
  context: 'boolean',
  debug: 'boolean',
}

/** @throws TypeError with one sentence when an option is unknown or of the wrong type. */
export function checkOptions(options: unknown): asserts options is PythonOptions {
  if (typeof options !== 'object' || options === null || !isPlainObject(options)) {
    throw new TypeError('The options of Python must be a plain object.')
  }
  for (const [name, value] of Object.entries(options)) checkOption(name, value)
}

function checkOption(name: string, value: unknown): void {
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined
  if (type === undefined) {
    throw new TypeError(`Python has no option '${name}'; its options are runtime_path, context and debug.`)
  }
  if (value !== undefined && typeof value !== type) {
    throw new TypeError(`The option ${name} of Python must be a ${type}.`)
  }
  if (value === '') throw new TypeError(`The option ${name} of Python must not be empty.`)
}
