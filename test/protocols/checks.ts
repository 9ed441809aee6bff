/** What must hold in every place where Python can be used: the main interpreter, a context, a callback, a worker. */
import assert from 'node:assert/strict'
import type { Python } from 'python-ts'

const SOURCE = `
import contextlib, collections, enum
log = []
def echo():
    received = []
    try:
        while True:
            try:
                received.append((yield len(received)))
            except ValueError as error:
                received.append(str(error))
    finally:
        log.append('closed')
@contextlib.contextmanager
def managed(value):
    log.append('enter')
    try:
        yield value
    except LookupError as error:
        log.append(f'suppressed {error!r}')
    finally:
        log.append('exit')
Point = collections.namedtuple('Point', 'x y')
class Color(enum.Enum):
    RED = 1
class Counted(dict):
    pass
`

export const checks: Record<string, (py: Python) => void> = {
  iteration(py) {
    const iterator = py.eval('echo()')[Symbol.iterator]()
    assert.deepEqual(iterator.next(), { done: false, value: 0 })
    assert.deepEqual(iterator.next('a'), { done: false, value: 1 })
    const { ValueError } = py.import('builtins')
    assert.deepEqual(iterator.throw(ValueError('no')), { done: false, value: 2 })
    const mine = new RangeError('mine')
    assert.throws(
      () => iterator.throw(mine),
      (error) => error === mine,
    )
    assert.deepEqual(iterator.next(), { done: true, value: undefined })
    assert.deepEqual(py.eval('log.pop()'), 'closed')
  },

  'items and operators'(py) {
    const list = py.list([1, 2, 3, 4])
    assert.equal(py.getitem(list, -1), 4)
    assert.deepEqual(py.getitem(list, py.slice('1:3')), [2, 3])
    py.setitem(list, py.slice(0, 2), ['a'])
    py.delitem(list, 1)
    assert.deepEqual([...list], ['a', 4])
    assert.equal(py.len(list), 2)
    assert.equal(py.contains(list, 4), true)
    assert.equal(py.op(list, '+=', [5]), list)
    assert.deepEqual(py.op(list, '*', 2), ['a', 4, 5, 'a', 4, 5])
    assert.equal(py.isinstance(list, [py.type(1), py.type([])]), true)
  },

  templates(py) {
    assert.equal(py.eval`${2} ** ${70n}`, 2n ** 70n)
    const list = py.list()
    for (let i = 0; i < 3; i++) py.exec`${list}.append(${i} + offset if ${i} else ${null})`
    assert.deepEqual([...list], [null, 11, 12])
    assert.throws(() => py.eval`nowhere + ${1}`, { name: 'NameError' })
  },

  'context managers'(py) {
    const managed = py.eval('managed')
    assert.equal(
      py.with(managed(5), (value: number) => value + 1),
      6,
    )
    const { KeyError } = py.import('builtins')
    assert.equal(
      py.with(managed(5), () => py.eval`{}['k']`),
      undefined,
    )
    const mine = new Error('mine')
    assert.throws(
      () =>
        py.with(managed(5), () => {
          throw mine
        }),
      (error) => error === mine,
    )
    assert.deepEqual(py.eval('log'), [
      'enter',
      'exit',
      'enter',
      "suppressed KeyError('k')",
      'exit',
      'enter',
      'exit',
    ])
    assert.ok(KeyError)
  },

  markers(py) {
    const values = [py.float(1), py.tuple([1, 2]), py.frozenset([1]), py.bytes([1]), py.complex(1, 2)]
    assert.equal(py.eval`repr(${values})`, "[1.0, (1, 2), frozenset({1}), b'\\x01', (1+2j)]")
    assert.equal(py.isPyObject(py.live.eval('[1]')), true)
  },

  toJS(py) {
    assert.deepEqual(py.toJS(py.eval('[Point(1, (2,)), Color.RED, Counted(a=Counted())]')), [
      { x: 1, y: [2] },
      1,
      { a: {} },
    ])
  },

  converters(py) {
    class Mine {}
    const remove = py.registerConverter({
      python: '__main__.Color',
      toJS: (color) => color.name,
      js: Mine,
      toPython: () => py.tuple(['mine']),
    })
    assert.deepEqual(py.eval`[Color.RED, repr(${new Mine()})]`, ['RED', "('mine',)"])
    assert.equal(remove(), true)
    assert.equal(py.isPyObject(py.eval('Color.RED')), true)
  },

  'JavaScript operators'(py) {
    const { Decimal } = py.import('decimal')
    assert.equal(Decimal('1.5') + 1, 2.5)
    assert.equal(Decimal('0.1') < Decimal('0.2'), true)
  },
}

/** Runs a check where `py` is; what it defines stays in a `__main__` that is put back in order. */
export function check(py: Python, name: string): void {
  py.exec(SOURCE)
  py.exec('offset = 10')
  checks[name]?.(py)
  py.exec('log.clear()')
}

export const names = Object.keys(checks)
