let main: number | undefined

/** Notes which interpreter is the main one. */
export function setMainInterpreter(interpreter: number): void {
  main = interpreter
}

/** Whether `interpreter` is the main one: the one that `new Python()` uses unless asked for a context of its own. */
export function isMainInterpreter(interpreter: number): boolean {
  return interpreter === main
}
