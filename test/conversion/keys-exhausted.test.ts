/** Dict keys when there are numbers for no more of them: for the rest of the process, so this is a file of its own. */
import assert from 'node:assert/strict'
import { Python } from 'python-ts'
import { core } from '#dist/codec/bridge'
import { test } from '../support/leaks'

const py = new Python()
py.exec(`
def is_record(value, keys): return list(value) == list(keys) and all(type(key) is str for key in value)
def unchanged(value): return value
`)
const { is_record, unchanged } = py.import('__main__')

test('with numbers for no more keys', () => {
  let number = core.keyNumber('plain')
  for (let index = 0; number >= 0; index++) number = core.keyNumber(`filling ${index}`)
  assert.equal(number, -2)
  assert.equal(core.keyNumber('plain') >= 0, true)
  for (let round = 0; round < 5; round++) {
    const given = Array.from({ length: 50 }, (_, i) => ({ plain: i, 'came too late': [i], [`late ${i}`]: i }))
    assert.deepEqual(unchanged(given), given)
    assert.equal(is_record(given[0], ['plain', 'came too late', 'late 0']), true)
  }
})
