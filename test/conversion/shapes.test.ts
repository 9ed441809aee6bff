/** Dicts of one shape cross as their values alone: what is seen is the same. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { Python } from 'python-ts'
import { test } from '../support/leaks'

const py = new Python()
py.exec(`
import datetime

def knot(label):
    record = {"label": label, "self": None, "list": [], "after": "it"}
    record["self"] = record
    record["list"].append({"label": label, "self": record, "list": record["list"], "after": ()})
    return record

class Meddler(datetime.tzinfo):
    def __init__(self, meddle): self.meddle = meddle
    def utcoffset(self, moment):
        self.meddle()
        return datetime.timedelta(0)
    def dst(self, moment): return None
    def tzname(self, moment): return None

def meddled(meddle):
    record = {"first": 1, "when": None, "second": 2, "third": [3]}
    record["when"] = datetime.datetime(2020, 1, 1, tzinfo=Meddler(lambda: meddle(record)))
    return record
`)
const { knot, meddled } = py.import('__main__')
const through = py.eval('lambda value: value')

/** More often than it takes to get a number, and a function of its own. */
const ROUNDS = 20

test('a record that holds itself', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const record = knot(`knot ${round}`)
    assert.deepEqual(Object.keys(record), ['label', 'self', 'list', 'after'])
    assert.equal(record.label, `knot ${round}`)
    assert.equal(record.self, record)
    assert.equal(record.list[0].self, record)
    assert.equal(record.list[0].list, record.list)
    assert.deepEqual([record.after, record.list[0].after], ['it', []])
    const back = through(record)
    assert.equal(back.self, back)
    assert.equal(back.list[0].self, back)
    assert.equal(back.list[0].list, back.list)
  }
})

test('records with keys that JavaScript takes for something else', () => {
  const text = '{"__proto__": 1, "constructor": 2, "b": 3, "7": 4, "a\\u2028\\"": 5, "hasOwnProperty": null}'
  const records = py.eval(`lambda: [${text.replace('null', 'None')} for _ in range(5)]`)
  for (let round = 0; round < ROUNDS; round++) {
    for (const record of [...(records() as object[]), through(JSON.parse(text))]) {
      assert.deepEqual(Object.entries(record), Object.entries(JSON.parse(text)))
      assert.equal(Object.getPrototypeOf(record), Object.prototype)
    }
  }
})

test('a record has writable properties, and is nobody else’s', () => {
  const [first, second, ...others] = Array.from({ length: ROUNDS }, () =>
    py.eval('{"own": [1], "other": 2.5}'),
  )
  first.own.push(2)
  first.other = 'changed'
  delete first.own
  first.more = true
  assert.deepEqual(first, { other: 'changed', more: true })
  for (const record of [second, ...others]) {
    assert.deepEqual(record, { own: [1], other: 2.5 })
    assert.deepEqual(Object.getOwnPropertyDescriptor(record, 'other'), {
      value: 2.5,
      writable: true,
      enumerable: true,
      configurable: true,
    })
  }
})

test('Python code that changes the dict while it is converted', () => {
  const meddlers = [
    py.eval('lambda record: record.update(second="new")'),
    py.eval('lambda record: record.clear()'),
    py.eval('lambda record: record.pop("second", None)'),
    py.eval('lambda record: record.update({f"key {i}": i for i in range(100)})'),
  ]
  for (let round = 0; round < ROUNDS; round++) {
    for (const meddle of meddlers) {
      const back = meddled(meddle)
      assert.equal(back.first, 1)
      assert.ok(back.when instanceof Date)
    }
    assert.deepEqual(meddled(meddlers[0])?.second, 'new')
  }
})

test('Python may do with a record as it likes, and the next ones are as they were', () => {
  const meddle = py.eval(`lambda record: (
    record.pop("first"), record.update(more=1, last=2), record.pop("rest").append(4), list(record.items()))[-1]`)
  for (let round = 0; round < ROUNDS; round++) {
    const given = { first: round, rest: [round], last: 'it' }
    assert.deepEqual(meddle(given), [
      ['last', 2],
      ['more', 1],
    ])
    assert.deepEqual(through(given), given)
    assert.deepEqual(py.eval('lambda record: [list(record), len(record), record["rest"]]')(given), [
      ['first', 'rest', 'last'],
      3,
      [round],
    ])
  }
})

test('records that hold each other are collected in Python', () => {
  const left = py.eval(`lambda: (__import__("gc").collect(), sum(
    type(o) is dict and o.get("label") == "to be collected" for o in __import__("gc").get_objects()))[1]`)
  const ignore = py.eval('lambda record: None')
  for (let round = 0; round < ROUNDS; round++) {
    const record: Record<string, unknown> = { label: 'to be collected', other: null }
    record.other = { label: 'to be collected', other: record }
    ignore(record)
  }
  assert.equal(left(), 0)
})

test('getters that change the object while it is converted', () => {
  const list = py.eval('lambda record: list(record.items())')
  for (let round = 0; round < ROUNDS; round++) {
    const plain = { one: 1, two: 2, three: 3 }
    assert.deepEqual(list(plain), Object.entries(plain))
    const given = {
      get one() {
        Reflect.deleteProperty(this, 'two')
        Object.assign(this, { four: 4 })
        return 'gone'
      },
      two: 2,
      three: 3,
    }
    assert.deepEqual(list(given), [
      ['one', 'gone'],
      ['two', null],
      ['three', 3],
    ])
  }
})

test('keys in another order, with one more or one less, inherited or hidden, are another shape', () => {
  const list = py.eval('lambda record: list(record.items())')
  const hidden = Object.defineProperty({ a: 1, b: 2 }, 'c', { value: 3, configurable: true })
  const shapes = [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
    { a: 1, b: 2, c: 3 },
    { a: 1 },
    hidden,
    { a: 1, b: [{ a: 1, b: 2 }] },
  ]
  for (let round = 0; round < ROUNDS; round++) {
    for (const given of shapes) assert.deepEqual(list(given), Object.entries(given))
  }
  Object.defineProperty(Object.prototype, 'inherited', { value: 1, enumerable: true, configurable: true })
  try {
    for (const given of shapes) assert.deepEqual(list(given), Object.entries(given))
  } finally {
    Reflect.deleteProperty(Object.prototype, 'inherited')
  }
})

test('a process that may not make functions of text', () => {
  const program = `
    const { Python } = require('python-ts')
    const py = new Python()
    for (let round = 0; round < ${ROUNDS}; round++) {
      const records = py.eval('[{"id": i, "name": str(i), "__proto__": [i]} for i in range(3)]')
      console.log(JSON.stringify(py.eval('lambda value: value')(records)))
    }`
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--disallow-code-generation-from-strings', '-e', program],
    { encoding: 'utf8', cwd: process.cwd() },
  )
  assert.equal(stderr, '')
  assert.equal(status, 0)
  const line = JSON.stringify(
    [0, 1, 2].map((i) => JSON.parse(`{"id": ${i}, "name": "${i}", "__proto__": [${i}]}`)),
  )
  assert.deepEqual(stdout.trim().split('\n'), Array(ROUNDS).fill(line))
})
