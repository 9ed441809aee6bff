/** How Python code can come to JavaScript: on JavaScript's thread, and on one of Python's, through the event loop. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Python } from 'python-ts'

const THREADS = `
import threading, queue
def __in_thread(code, names):
    answers = queue.Queue()
    def work():
        try:
            scope = dict(globals(), **names)
            exec(code, scope)
            answers.put((True, scope.get('result')))
        except BaseException as error:
            answers.put((False, error))
    threading.Thread(target=work).start()
    def take():
        try: return answers.get_nowait()
        except queue.Empty: return None
    return take
def __raise(error): raise error
`

/** Runs Python code with some names, and gives what it calls `result`. */
export type Run = (code: string, names?: Record<string, unknown>) => Promise<unknown>

/** On the thread of JavaScript. */
export function directly(py: Python): Run {
  const exec = py.eval("lambda code, names: (exec(code, names), names.get('result'))[1]")
  return async (code, names = {}) => exec(code, new Map(Object.entries(names)))
}

/** On a thread of Python's. */
export function onThread(py: Python): Run {
  py.exec(THREADS)
  const start = py.eval('__in_thread')
  const fail = py.eval('__raise')
  return async (code, names = {}) => {
    const take = start(code, new Map(Object.entries(names)))
    for (;;) {
      const taken = take()
      if (taken === null) await pause(2)
      else if (taken[0]) return taken[1]
      else return fail(taken[1])
    }
  }
}

/** Both, and what to call them in the titles of tests. */
export function ways(py: Python): [name: string, run: Run][] {
  return [
    ['', directly(py)],
    [', on a Python thread', onThread(py)],
  ]
}
