let enabled = false

/** Turns the log of operations on or off. */
export function setDebug(on: boolean): void {
  enabled = on
}

/** Whether the log is on. */
export function isDebugging(): boolean {
  return enabled
}

/** Writes one line about an operation to stderr, while debugging is on. */
export function debug(operation: string, detail = ''): void {
  if (enabled) process.stderr.write(`[python-ts] ${detail === '' ? operation : `${operation} ${detail}`}\n`)
}
