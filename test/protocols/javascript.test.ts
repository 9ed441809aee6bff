/** JavaScript's generators in Python: send, throw, close and `yield from`. */
import assert from 'node:assert/strict'
import type { PyObject } from 'python-ts'
import { PythonError } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  py.exec(`
import threading
def delegate(generator):
    return (yield from generator)
def drive(generator):
    iterator = iter(generator)
    items = [next(iterator), iterator.send('a')]
    items.append(iterator.throw(ValueError('no')))
    iterator.close()
    return items, next(iterator, 'over')
def finish(generator, *args):
    iterator = iter(generator)
    try:
        while True: iterator.send(*args)
    except StopIteration as stop:
        return stop.value
def throw(generator, *args):
    iterator = iter(generator)
    next(iterator)
    try: return iterator.throw(*args)
    except BaseException as error: return error.with_traceback(None)
`)
  const log: unknown[] = []
  function* echo(): Generator<unknown, unknown, unknown> {
    let answer: unknown = 'first'
    try {
      while (true) {
        try {
          answer = yield answer
          if (answer === 'end') return { ended: true }
        } catch (error) {
          log.push(error)
          answer = `caught ${error}`
        }
      }
    } finally {
      log.push('closed')
    }
  }

  test('next, send, throw and close', () => {
    assert.deepEqual(py.eval('drive')(echo()), [['first', 'a', 'caught ValueError: no'], 'over'])
    const [error, closed] = log.splice(0)
    assert.ok(error instanceof PythonError && error.pytype === 'ValueError')
    assert.equal(closed, 'closed')
  })

  test('yield from is transparent in both directions', () => {
    const outer = py.eval('delegate')(echo())[Symbol.iterator]()
    const mine = new RangeError('mine')
    assert.deepEqual(
      [outer.next(), outer.next(5), outer.throw(mine), outer.next('end'), outer.next()],
      [
        { done: false, value: 'first' },
        { done: false, value: 5 },
        { done: false, value: 'caught RangeError: mine' },
        { done: true, value: { ended: true } },
        { done: true, value: undefined },
      ],
    )
    assert.equal(log.splice(0)[0], mine)
    const left = py.eval('delegate')(echo())[Symbol.iterator]()
    left.next()
    left.return()
    assert.deepEqual(log.splice(0), ['closed'])
  })

  test('the return value is that of StopIteration', () => {
    assert.equal(py.eval('finish')([1, 2][Symbol.iterator](), null), null)
    assert.deepEqual(py.eval`finish(${echo()}, 'end')`, { ended: true })
  })

  test('an iterator without throw ends with the error', () => {
    const closed: string[] = []
    const iterator = {
      next: () => ({ done: false, value: 1 }),
      return: () => {
        closed.push('closed')
        return { done: true, value: undefined }
      },
      [Symbol.iterator]() {
        return this
      },
    }
    class Numbers {
      [Symbol.iterator]() {
        return iterator
      }
    }
    const error = py.eval`throw(${new Numbers()}, KeyError('k'))`
    assert.deepEqual([py.repr(error), closed], ["KeyError('k')", ['closed']])
  })

  test('the forms of throw, and what is not caught', () => {
    function* plain() {
      yield 1
    }
    for (const call of [
      () => py.eval`throw(${plain()}, KeyError)`,
      () => py.eval`throw(${plain()}, KeyError, 'k')`,
      () => py.eval`throw(${plain()}, KeyError, KeyError('k'))`,
      () => py.eval`throw(${plain()}, KeyError('k'))`,
    ]) {
      assert.equal(py.repr(call()).slice(0, 8), 'KeyError')
    }
    const original = py.eval("KeyError('mine')")
    assert.equal(py.eval`throw(${plain()}, ${original})`, original)
  })

  test('what a generator throws is thrown, and an odd result is an error', () => {
    const mine = new TypeError('mine')
    function* fails(): Generator<number, void, unknown> {
      yield 1
      throw mine
    }
    assert.equal(
      thrown(() => py.eval`finish(${fails()}, None)`),
      mine,
    )
    class Odd {
      [Symbol.iterator]() {
        return { next: () => 5 }
      }
    }
    assert.throws(() => py.eval`iter(${new Odd()}).send(1)`, {
      name: 'TypeError',
      message: /is not an object/,
    })
  })

  test('from a Python thread', async () => {
    py.exec(`
def start(f, iterator):
    thread = threading.Thread(target=lambda: f(drive(iterator)))
    thread.start()
    return thread`)
    const alive = setInterval(() => undefined, 1000)
    try {
      let thread: PyObject | undefined
      const items = await new Promise((done) => {
        thread = py.eval('start')(done, echo())
      })
      thread?.join(30)
      assert.deepEqual(items, [['first', 'a', 'caught ValueError: no'], 'over'])
    } finally {
      clearInterval(alive)
    }
    log.splice(0)
  })
})
