/** Context managers: py.with, py.enter and using. */
import assert from 'node:assert/strict'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  py.exec(`
import sys
log = []
class Manager:
    def __init__(self, suppress=False, fail=None): self.suppress, self.fail = suppress, fail
    def __enter__(self):
        log.append('enter')
        return self.value if hasattr(self, 'value') else self
    def __exit__(self, kind, value, traceback):
        log.append((kind and kind.__name__, str(value), traceback is not None, sys.exc_info()[1] is value))
        if self.fail: raise self.fail
        return self.suppress
class Half:
    def __enter__(self): log.append('entered')
class Truthy:
    def __enter__(self): return [1, 2]
    def __exit__(self, *args): return 'yes'
class FailsToEnter(Manager):
    def __enter__(self): raise OSError('no entry')
def fail(): raise ValueError('in Python')
`)
  const log = () => {
    const entries = py.eval('list(log)')
    py.exec('log.clear()')
    return entries
  }
  const DONE = [null, 'None', false, true]

  test('the body gets what __enter__ gives, and its result is the result', () => {
    const manager = py.eval('Manager()')
    assert.equal(
      py.with(manager, (value) => {
        assert.equal(value, manager)
        return 5
      }),
      5,
    )
    assert.deepEqual(log(), ['enter', DONE])
    assert.deepEqual(
      py.with(py.eval('Truthy()'), (value: number[]) => value),
      [1, 2],
    )
  })

  test('__exit__ sees a Python exception, with its traceback', () => {
    const error = thrown(() => py.with(py.eval('Manager()'), () => py.eval('fail()')))
    assert.deepEqual([error.pytype, error.message], ['ValueError', 'in Python'])
    assert.deepEqual(log(), ['enter', ['ValueError', 'in Python', true, true]])
  })

  test('__exit__ sees a JavaScript error as JsError, and the same error goes on', () => {
    for (const reason of [new RangeError('mine'), 'text', { a: 1 }, 5, Symbol('s')]) {
      const run = () =>
        py.with(py.eval('Manager()'), () => {
          throw reason
        })
      assert.equal(thrown(run), reason)
      const [, [kind, , , isHandled]] = log()
      assert.deepEqual([kind, isHandled], ['JsError', true])
    }
  })

  test('a true answer of __exit__ suppresses', () => {
    const run = (code: string) =>
      py.with(py.eval(code), () => {
        throw new Error('mine')
      })
    assert.equal(run('Manager(suppress=True)'), undefined)
    assert.equal(run('Truthy()'), undefined)
    assert.throws(() => run('Manager(suppress=[])'), /mine/)
    log()
  })

  test('what __exit__ raises goes on, with its context', () => {
    const manager = py.eval("Manager(fail=KeyError('exit'))")
    const error = thrown(() => py.with(manager, () => py.eval('fail()')))
    assert.deepEqual([error.pytype, error.cause.pytype], ['KeyError', 'ValueError'])
    assert.throws(() => py.with(py.eval("Manager(fail=KeyError('exit'))"), () => 1), { pytype: 'KeyError' })
    log()
  })

  test('what cannot be entered is not', () => {
    const never = () => assert.fail('the body ran')
    assert.throws(() => py.with(py.eval('FailsToEnter()'), never), { pytype: 'OSError' })
    const message = /does not support the context manager protocol \(it has no __exit__\)/
    assert.throws(() => py.with(py.eval('Half()'), never), { pytype: 'TypeError', message })
    assert.throws(() => py.with(py.eval('object()'), never), { pytype: 'TypeError', message: /no __enter__/ })
    assert.deepEqual(log(), [])
  })

  test('a promise is waited for', async () => {
    const result = py.with(py.eval('Manager()'), async () => {
      await null
      assert.deepEqual(log(), ['enter'])
      return 'late'
    })
    assert.ok(result instanceof Promise)
    assert.equal(await result, 'late')
    assert.deepEqual(log(), [DONE])
  })

  test('a rejection is what was thrown', async () => {
    const reason = new Error('late')
    const reject = (code: string) => py.with(py.eval(code), () => Promise.reject(reason))
    await assert.rejects(reject('Manager()') as Promise<unknown>, (error) => error === reason)
    assert.equal(await reject('Manager(suppress=True)'), undefined)
    const failing = "Manager(fail=KeyError('exit'))"
    await assert.rejects(reject(failing) as Promise<unknown>, { pytype: 'KeyError' })
    log()
  })

  test('nested, and the same manager again', () => {
    const manager = py.eval('Manager()')
    py.with(manager, () => py.with(manager, () => 1))
    assert.deepEqual(log(), ['enter', 'enter', DONE, DONE])
  })

  test('using leaves at the end of the block', () => {
    {
      using entered = py.enter(py.eval('Manager()'))
      assert.equal(py.isinstance(entered.value, py.eval('Manager')), true)
      assert.deepEqual(log(), ['enter'])
    }
    assert.deepEqual(log(), [DONE])
    const error = thrown(() => {
      using entered = py.enter(py.eval('Manager(suppress=True)'))
      throw new Error(`mine ${typeof entered.value}`)
    })
    assert.equal(error.message, 'mine object')
    assert.deepEqual(log(), ['enter', DONE])
  })

  test('using of a live object releases it', () => {
    let outer: unknown
    {
      using thing = py.eval('Manager()')
      outer = thing
      assert.equal(thing.suppress, false)
    }
    assert.throws(() => py.dir(outer), { name: 'TypeError', message: /released/ })
  })

  test('an entered manager is left once', () => {
    const entered = py.enter(py.eval('Manager()'))
    entered[Symbol.dispose]()
    entered[Symbol.dispose]()
    assert.deepEqual(log(), ['enter', DONE])
  })

  test('wrong arguments', () => {
    assert.throws(() => py.with({} as never, () => 1), {
      message: 'with() takes a live Python object, not an object.',
    })
    assert.throws(() => py.with(py.eval('Manager()'), 5 as never), {
      name: 'TypeError',
      message: 'with() takes a context manager and a function.',
    })
    assert.throws(() => py.enter(5), { message: 'enter() takes a live Python object, not a number.' })
    assert.deepEqual(log(), [])
  })

  test('a file is closed', () => {
    const path = __filename
    const open = py.import('builtins').open
    const [file, line] = py.with(open(path), (file) => [file, file.readline()]) as [
      { closed: boolean },
      string,
    ]
    assert.ok(line.length > 0)
    assert.equal(file.closed, true)
  })
})
