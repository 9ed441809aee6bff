/** What is known of the layout of Python's objects is known on every version that the tests run on: elsewhere all goes by calls. */
import assert from 'node:assert/strict'
import { Python } from 'python-ts'
import { core } from '#dist/codec/bridge'
import { test } from '../support/leaks'

const Fact = {
  ITEMS: 1,
  SIGNED_INTS: 2,
  TAGGED_INTS: 4,
  FLOATS: 8,
  COUNTS: 16,
  MORTAL_COUNTS: 32,
  LONG_STRS: 64,
  SHORT_STRS: 128,
  KEY_KINDS: 256,
}
const ALL = 511

const py = new Python()
const minor: number = py.eval('__import__("sys").version_info.minor')

function known(): Record<string, boolean> {
  const facts = core.restrictLayout(ALL)
  return Object.fromEntries(Object.entries(Fact).map(([name, bit]) => [name, (facts & bit) !== 0]))
}

test('what is known of this version', () => {
  const isTested = minor >= 10 && minor <= 13
  const isOld = minor < 12
  assert.deepEqual(known(), {
    ITEMS: isTested,
    SIGNED_INTS: isTested && isOld,
    TAGGED_INTS: isTested && !isOld,
    FLOATS: isTested,
    COUNTS: isTested && isOld,
    MORTAL_COUNTS: isTested && !isOld,
    LONG_STRS: isTested && isOld,
    SHORT_STRS: isTested && !isOld,
    KEY_KINDS: isTested && minor > 10,
  })
})

test('the same with each fact alone, and with none', () => {
  const values = [
    1,
    -7,
    0,
    2 ** 29,
    2 ** 30,
    -(2 ** 31),
    2 ** 52,
    1.5,
    -0,
    'a',
    'ab',
    'é',
    '数',
    '😀x',
    '',
    null,
    true,
  ]
  const given = {
    values,
    dict: { a: [values] },
    records: values.map((value) => ({ value, list: [value, [value]] })),
  }
  const { same } = py.import('__main__')
  for (const facts of [0, ...Object.values(Fact), ALL]) {
    core.restrictLayout(facts)
    assert.deepEqual(same(given), given)
    for (const value of values) assert.deepEqual([same(value), same([value])], [value, [value]])
  }
})

test('what passes leaves every count as it was', () => {
  py.exec(
    'import sys\nitem, texts = object(), ["one", "two"]\nthings = {"a": [item, item], "b": (item, texts)}',
  )
  const counts = () => py.eval('[sys.getrefcount(x) for x in (item, texts, things, texts[0])]')
  const before = counts()
  for (const facts of [0, ...Object.values(Fact), ALL]) {
    core.restrictLayout(facts)
    for (let round = 0; round < 20; round++) py.exec('same(dict(things))')
    const { same } = py.import('__main__')
    for (let round = 0; round < 20; round++) same(given(round))
    py.gc(py.eval('things["a"][0]'))
    assert.deepEqual(counts(), before)
  }
})

const given = (round: number) => [{ a: [round, 'text', { b: 'text' }] }, [[]], round / 3]

py.exec('def same(value): return value')
