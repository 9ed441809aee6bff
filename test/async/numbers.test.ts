/** Calls with up to three numbers, which cross without a message: what is odd about numbers, and about where they go. */
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { Python } from 'python-ts'
import { test } from '../support/leaks'

const py = new Python()
py.exec(`
class Thing:
    def show(self, *args): return repr(args)
    def make(self): return Thing()
    async def add(self, a, b): return a + b
def show(*args): return repr(args)
def fail(x): raise KeyError(x)
thing = Thing()
`)
const main = py.import('__main__')
const { thing } = main

const ROWS: [numbers: number[], shown: string][] = [
  [[], '()'],
  [[1], '(1,)'],
  [[-0], '(-0.0,)'],
  [[1.5, -1], '(1.5, -1)'],
  [[Number.NaN, Number.POSITIVE_INFINITY], '(nan, inf)'],
  [[2 ** 53, 2 ** 53 - 1, -(2 ** 53) + 1], '(9007199254740992.0, 9007199254740991, -9007199254740991)'],
  [[1, 2, 3, 4], '(1, 2, 3, 4)'],
]

for (const [numbers, shown] of ROWS) {
  test(`${shown}`, async () => {
    assert.equal(await main.show_async(...numbers), shown)
    assert.equal(await thing.show_async(...numbers), shown)
    assert.equal(await py.async(main.show)(...numbers), shown)
    assert.equal(await py.async(thing.show)(...numbers), shown)
  })
}

test('results and errors of any kind', async () => {
  assert.ok(py.isPyObject(await thing.make_async()))
  assert.equal(await thing.add_async(1, 2), 3)
  await assert.rejects(main.fail_async(1), { name: 'KeyError', message: '1' })
})

test('the object lives until the call is done', async () => {
  const promise = py.eval('Thing()').show_async(1)
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.()
    await setImmediate()
  }
  assert.equal(await promise, '(1,)')
})

test('after the release', async () => {
  const own = py.eval('Thing()')
  const twin = own.show_async
  py.gc(own)
  await assert.rejects(twin(1), { message: 'This Thing object was released and can no longer be used.' })
})

test('after the end of the context', async () => {
  const other = new Python({ context: true })
  other.exec('def show(*args): return repr(args)')
  const { show_async } = other.import('__main__')
  assert.equal(await show_async(1), '(1,)')
  other.delete()
  await assert.rejects(show_async(1), { name: 'TypeError', message: /^This module object was released/ })
})
