/** Where Python code can run: every feature is tested in each of these. */
import { setTimeout as pause } from 'node:timers/promises'
import { Python } from 'python-ts'
import { test } from '../support/leaks'

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

/** A way to run Python code with some names, and to get what it calls `result`. */
export interface Place {
  name: string
  py: Python
  run(code: string, names?: Record<string, unknown>): Promise<unknown>
}

function here(name: string, py: Python): Place {
  const exec = py.eval("lambda code, names: (exec(code, names), names.get('result'))[1]")
  const run = async (code: string, names: Record<string, unknown> = {}) =>
    exec(code, new Map(Object.entries(names)))
  return { name, py, run }
}

function inThread(py: Python): Place {
  py.exec(THREADS)
  const start = py.eval('__in_thread')
  const fail = py.eval('__raise')
  const run = async (code: string, names: Record<string, unknown> = {}) => {
    const take = start(code, new Map(Object.entries(names)))
    for (;;) {
      const taken = take()
      if (taken === null) await pause(2)
      else if (taken[0]) return taken[1]
      else return fail(taken[1])
    }
  }
  return { name: 'a Python thread', py, run }
}

/** The main interpreter, a context of its own, and a Python thread. */
export function places(): Place[] {
  const py = new Python()
  return [here('the main interpreter', py), here('a context', new Python({ context: true })), inThread(py)]
}

/** A test whose garbage is collected in the interpreter of the place: what JavaScript no longer holds, then what Python holds for nobody. */
export function inPlace(place: Place, title: string, body: () => Promise<void>): void {
  test(`${place.name}: ${title}`, async () => {
    await body()
    for (let round = 0; round < 8; round++) {
      globalThis.gc?.()
      await pause(1)
      place.py.exec('import gc; gc.collect()', {})
    }
  })
}
