/** The leak check finds leaks of both kinds, and nothing else. */
import assert from 'node:assert/strict'
import { Python } from 'python-ts'
import { checked, counts, test } from './leaks'

const py = new Python()
py.exec('class Thing: pass\nheld = []\ndef hold(x): held.append(x)')

test('garbage is no leak', () => {
  for (let i = 0; i < 100; i++) assert.ok(py.eval('Thing()'))
  py.eval('callable')(() => 1)
})

test('nor is a cycle through Python', () => {
  py.exec('def tie(f):\n  thing = Thing()\n  thing.me = [thing, f]')
  py.eval('tie')(() => 1)
})

test('a Python object that is kept is a leak', { mayLeak: 'the leak is the test' }, async () => {
  const kept: unknown[] = []
  const keep = () => {
    kept.push(py.eval('Thing()'))
  }
  await assert.rejects(checked(keep), /references held after the test/)
  assert.ok(kept)
})

test('a JavaScript value that Python keeps is a leak', { mayLeak: 'the leak is the test' }, async () => {
  await assert.rejects(
    checked(() => py.eval('hold')(() => 1)),
    /references held after the test/,
  )
  py.exec('held.clear()')
})

test('a failure of the test itself arrives', { mayLeak: 'nothing is checked after a failure' }, async () => {
  await assert.rejects(
    checked(() => assert.fail('its own')),
    { message: 'its own' },
  )
})

test('10⁵ objects come and go', () => {
  py.exec('deleted = 0\nclass Counted:\n  def __del__(self):\n    global deleted\n    deleted += 1')
  const { Counted } = py.import('__main__')
  const before = counts().python
  for (let i = 0; i < 100_000; i++) Counted()
  assert.ok(counts().python - before <= 100_000)
})

test('and Python deleted every one of them', () => {
  assert.equal(py.eval('deleted'), 100_000)
})
