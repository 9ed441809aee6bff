/** What a person reads: stacks of both languages, groups, notes, the place of a SyntaxError, recursion cut short. */
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { Worker } from 'node:worker_threads'
import { Python, PythonError } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  const SETUP = `
import sys, threading, traceback
def call(f): return f()
def outer(f):
    return call(f)
def ping(n): return pong(n)
def pong(n): return ping(n + 1)
def raise_(e): raise e
def formatted(f):
    try: f()
    except Exception as e: return ''.join(traceback.format_exception(type(e), e, e.__traceback__))
def in_thread(f):
    out = []
    def run():
        try: f()
        except BaseException as e: out.append(e)
    thread = threading.Thread(target=run)
    thread.start(); thread.join()
    raise out[0]
`
  py.exec(SETUP)
  const { call, outer, ping, formatted, in_thread } = py.import('__main__')
  const hasGroups = py.eval<boolean>('sys.version_info >= (3, 11)')
  // biome-ignore lint/suspicious/noExplicitAny: the error is looked at in every way
  const raised = (code: string): any => thrown(() => py.eval(code))

  /** The names and places that a text shows, in order. */
  function inOrder(text: string, ...parts: string[]): void {
    let from = 0
    for (const part of parts) {
      const at = text.indexOf(part, from)
      assert.ok(at >= 0, `${part} in its place in:\n${text}`)
      from = at + part.length
    }
  }

  function innermost(): never {
    throw new RangeError('too far')
  }
  const between = (): unknown => outer(innermost)
  const divides = (): unknown => py.eval('1 / 0')

  test('a sandwich of both languages reads in order in the stack of a JavaScript error', () => {
    const error = thrown(() => outer(between))
    assert.equal(error.message, 'too far')
    inOrder(
      error.stack,
      'at innermost',
      'at call (<string>:3)',
      'at outer (<string>:5)',
      'at between',
      'at call (<string>:3)',
      'at outer (<string>:5)',
      'reading.test',
    )
    const [mine = ''] = error.stack.split('places.js')
    assert.doesNotMatch(mine, /dist[\\/]/)
  })

  test('and in the traceback that Python prints', () => {
    inOrder(formatted(innermost), 'in formatted', 'reading.test', 'in innermost', 'too far')
    const text = formatted(between)
    inOrder(text, 'in between', 'in outer', 'in call', 'in innermost', 'JsError: RangeError: too far')
  })

  test('a PythonError that went through JavaScript shows where', () => {
    const error = thrown(() => outer(divides))
    assert.equal(error.name, 'ZeroDivisionError')
    inOrder(error.traceback, 'in outer', 'in call', 'in divides', 'File "<string>", line 1, in <module>')
    inOrder(
      error.stack,
      'ZeroDivisionError: division by zero\n    at ',
      'Traceback',
      'in divides',
      'ZeroDivisionError',
    )
  })

  test('an error that is thrown again and again does not grow without end', () => {
    const mine = new Error('once')
    const throws = (): never => {
      throw mine
    }
    const first: string = thrown(() => call(throws)).stack
    for (let i = 0; i < 300; i++)
      assert.equal(
        thrown(() => call(throws)),
        mine,
      )
    assert.ok(first.startsWith('Error: once\n    at '), first)
    assert.ok((mine.stack ?? '').split('\n').length < 250, mine.stack)
  })

  test('errors whose stack cannot be read or changed arrive as they are', () => {
    const frozen = Object.freeze(new Error('frozen'))
    const trapped = Object.defineProperty(new Error('trapped'), 'stack', {
      get: () => {
        throw new Error('no stack')
      },
    })
    const odd = Object.assign(new Error('odd'), { stack: 5 })
    for (const error of [frozen, trapped, odd]) {
      const throws = (): never => {
        throw error
      }
      assert.equal(
        thrown(() => outer(throws)),
        error,
      )
    }
  })

  test('exceptions of a group are its errors, nested as they are', () => {
    if (!hasGroups) return
    py.exec(`
def grouped():
    try: 1 / 0
    except ZeroDivisionError as e: first = e
    raise ExceptionGroup('many', [first, ExceptionGroup('inner', [KeyError('k'), ValueError('v')])])
class Own(BaseExceptionGroup): pass
`)
    const error = thrown(() => py.import('__main__').grouped())
    assert.equal(error.errors.length, 2)
    const [first, inner] = error.errors
    assert.ok(first instanceof PythonError && inner instanceof PythonError)
    assert.deepEqual([first.name, first.message], ['ZeroDivisionError', 'division by zero'])
    assert.match(first.traceback, /in grouped/)
    assert.deepEqual(
      inner.errors?.map((each) => (each as PythonError).message),
      ["'k'", 'v'],
    )
    assert.equal(first.errors, undefined)
    const base = raised("raise_(Own('own', [KeyboardInterrupt(), SystemExit(3)]))")
    assert.deepEqual(
      base.errors.map((each: PythonError) => each.name),
      ['KeyboardInterrupt', 'SystemExit'],
    )
    const mine = new TypeError('mine')
    const mixed = thrown(() => py.eval("lambda e: raise_(ExceptionGroup('js', [e]))")(mine))
    assert.equal(mixed.errors[0], mine)
  })

  test('groups in a ring, and very deep ones', () => {
    if (!hasGroups) return
    py.exec(`
def ring():
    inner = ValueError('inner')
    group = ExceptionGroup('ring', [inner])
    inner.__cause__ = group
    raise group
def nested_group(n):
    error = ValueError('deepest')
    for _ in range(n): error = ExceptionGroup('level', [error])
    raise error
`)
    assert.deepEqual(
      [raised('ring()').errors[0].message, raised('ring()').errors[0].cause],
      ['inner', undefined],
    )
    let depth = 0
    for (let error = raised('nested_group(50)'); error.errors !== undefined; error = error.errors[0]) depth++
    assert.equal(depth, 50)
    assert.equal(raised('nested_group(150)').name, 'ExceptionGroup')
  })

  test('notes are notes, and in the traceback', () => {
    py.exec(`
def noted(*notes):
    error = ValueError('v')
    error.__notes__ = list(notes)
    raise error
def odd_notes():
    error = ValueError('v')
    error.__notes__ = 5
    raise error
`)
    const { noted, odd_notes } = py.import('__main__')
    const error = thrown(() => noted('first', 'second\nline'))
    assert.deepEqual(error.notes, ['first', 'second\nline'])
    if (hasGroups) inOrder(error.traceback, 'ValueError: v', 'first', 'second\nline')
    assert.deepEqual(raised('1 / 0').notes, [])
    assert.deepEqual(thrown(odd_notes).notes, [])
    assert.deepEqual(thrown(() => noted(5, null)).notes, ['5', 'None'])
  })

  test('a SyntaxError says where, and its stack shows the place', () => {
    const error = thrown(() => py.exec('x = 1\ndef f(:\n  pass'))
    assert.deepEqual(
      [error.name, error.filename, error.lineno, error.offset],
      ['SyntaxError', '<string>', 2, 7],
    )
    assert.deepEqual([error.text, error.end_lineno, error.end_offset], ['def f(:\n', 2, 8])
    assert.match(error.stack, /\n {4}def f\(:\n {10}\^/)
    const indentation = thrown(() => py.exec('if 1:\nx = 1'))
    assert.deepEqual([indentation.name, indentation.lineno], ['IndentationError', 2])
    const bare = raised("raise_(SyntaxError('by hand'))")
    assert.deepEqual([bare.filename, bare.lineno, bare.text], [null, null, null])
    py.exec("def odd_place():\n  e = SyntaxError('odd'); e.lineno = object(); e.text = '\\ud800'; raise e")
    const odd = raised('odd_place()')
    assert.deepEqual([odd.lineno, odd.text], [null, '\ud800'])
    assert.equal(raised('1 / 0').lineno, undefined)
  })

  test('recursion is cut short in the traceback', () => {
    const { traceback } = thrown(() => ping(0))
    assert.ok(traceback.split('\n').length < 120, traceback)
    assert.match(traceback, /\n {2}\[\d+ frames left out\]\n/)
    assert.ok(traceback.startsWith('Traceback (most recent call last):\n  File "<string>", line'))
    assert.match(traceback, /RecursionError: maximum recursion depth exceeded[^\n]*\n$/)
  })

  test('console.log shows the stack once, causes within it', () => {
    py.exec(`
def chain():
    try: {}['first']
    except KeyError as e: raise ValueError('second') from e
`)
    const error = thrown(() => py.import('__main__').chain())
    const text = inspect(error)
    assert.equal(text, error.stack)
    assert.equal(text.split("KeyError: 'first'").length, 2)
    assert.match(inspect({ error }), /^\{\n {2}error: ValueError: second\n {6}at /)
    error.extra = [1]
    assert.match(inspect(error), /ValueError: second \{ extra: \[ 1 \] \}$/)
  })

  test('from a Python thread, a context and a worker', async () => {
    const error = thrown(() => in_thread(py.eval("lambda: raise_(ValueError('in a thread'))")))
    inOrder(error.traceback, 'in in_thread', 'in run', 'in raise_', 'ValueError: in a thread')
    const context = new Python({ context: true })
    try {
      context.exec(SETUP)
      const main = context.import('__main__')
      inOrder(thrown(() => main.outer(innermost)).stack, 'at innermost', 'at call (<string>:3)', 'at outer')
      inOrder(main.formatted(innermost), 'in innermost', 'JsError: RangeError: too far')
      assert.equal(thrown(() => context.exec('def f(:')).lineno, 1)
    } finally {
      context.delete()
    }
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads')
     const { Python } = require('python-ts')
     const { outer } = new Python().import('__main__')
     function fails() { throw new Error('in a worker') }
     try { outer(fails) } catch (error) { parentPort.postMessage(error.stack) }`,
      { eval: true },
    )
    const stack = await new Promise<string>((resolve, reject) => {
      worker.on('message', resolve).on('error', reject)
    })
    inOrder(stack, 'Error: in a worker', 'at fails', 'at call (<string>:3)', 'at outer (<string>:5)')
  })

  test('the same from asynchronous calls', async () => {
    const caught = async (code: string): Promise<PythonError> => {
      try {
        await py.eval_async(code)
      } catch (error) {
        return error as PythonError
      }
      return assert.fail('nothing was thrown')
    }
    const position = await caught('1 +')
    assert.deepEqual([position.name, position.lineno], ['SyntaxError', 1])
    py.exec('def noted(e):\n  e.__notes__ = ["a note"]\n  raise e')
    assert.deepEqual((await caught('noted(ValueError("v"))')).notes, ['a note'])
    if (hasGroups) {
      const group = await caught("raise_(ExceptionGroup('many', [ValueError(1)]))")
      assert.deepEqual(
        group.errors?.map((each) => (each as PythonError).name),
        ['ValueError'],
      )
    }
    await assert.rejects(py.call_async(py.import('__main__'), 'outer', [innermost]), (thrown: Error) => {
      inOrder(thrown.stack ?? '', 'at innermost', 'at call (<string>:3)', 'at outer (<string>:5)')
      return thrown instanceof RangeError
    })
  })

  test('and through asyncio: coroutines, tasks, groups, and what a promise was rejected with', {
    mayLeak:
      'a cycle through both: the rejection, its traceback, the frame that awaits, the promise with the rejection',
  }, async () => {
    py.exec(`
import asyncio
async def inner():
    await asyncio.sleep(0)
    raise ValueError('inner')
async def middle():
    await asyncio.create_task(inner())
async def gathered():
    async with asyncio.TaskGroup() as group:
        group.create_task(inner())
        group.create_task(inner())
async def awaits(promise):
    return await promise
`)
    const { middle, gathered, awaits } = py.import('__main__')
    const caught = async (start: () => unknown): Promise<PythonError> => {
      try {
        await start()
      } catch (error) {
        return error as PythonError
      }
      return assert.fail('nothing was thrown')
    }
    const error = await caught(() => middle())
    assert.ok(error instanceof PythonError)
    assert.equal(error.name, 'ValueError')
    inOrder(error.traceback, 'in middle', 'in inner', 'ValueError: inner')
    inOrder(error.stack ?? '', 'ValueError: inner', 'in middle', 'in inner')
    const mine = new RangeError('mine')
    assert.equal(await caught(() => awaits(Promise.reject(mine))), mine)
    if (!hasGroups) return
    const group = await caught(() => gathered())
    assert.equal(group.name, 'ExceptionGroup')
    assert.deepEqual(
      group.errors?.map((each) => (each as PythonError).message),
      ['inner', 'inner'],
    )
  })
})
