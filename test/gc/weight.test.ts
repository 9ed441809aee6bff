/** What is large in Python and small in JavaScript: V8 knows how large, and collects in time. */
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { Python, type PyValue } from 'python-ts'
import { core } from '#dist/codec/bridge'
import { test } from '../support/leaks'

const py = new Python()
py.exec(`
import array, collections
class Bytes(bytearray): pass
class Sized:
    def __init__(self): self.asked = False
    def __buffer__(self, flags):
        self.asked = True
        raise TypeError('no')
    def __len__(self):
        self.asked = True
        return 1000000
def memory(n): return memoryview(bytearray(n)).cast('b')
`)
const MB = 1 << 20
const SIZE = 10 * MB
const ROUNDS = 300
/** How much of it may be there at once: V8 begins to collect at 64 MB. */
const BOUND = 800 * MB

/** Bytes that V8 takes into account, beside its own heap. */
const external = (): number => core.weigh(0)

/** How much more there is while `make`'s object is held, and after it was released. */
function weightOf(make: () => PyValue): [held: number, left: number] {
  const before = external()
  const object = make()
  const held = external() - before
  py.gc(object)
  return [held, external() - before]
}

for (const [what, make, bytes] of [
  ['an array of NumPy’s', () => py.eval(`__import__('numpy').zeros(${MB}, 'uint8')`), MB],
  [
    'a part of one, in other order',
    () => py.eval(`__import__('numpy').zeros((1024, 1024), 'uint16').T[:, ::2]`),
    MB,
  ],
  ['a list', () => py.list(Array(1 << 14).fill(0)), MB],
  ['a bytearray', () => py.live.eval(`bytearray(${MB})`), MB],
] as const) {
  test(`the memory of ${what} is counted as long as it is held`, () => {
    make()
    const [held, left] = weightOf(make)
    assert.ok(held >= bytes && held < bytes + 0.5 * MB, `${held}`)
    assert.ok(Math.abs(left) < 0.5 * MB, `${left}`)
  })
}

test('what is small, and what only Python code could tell, weighs nothing; no Python code is asked', () => {
  for (const code of [
    'array.array',
    'Sized()',
    'collections.OrderedDict()',
    `__import__('numpy').zeros(8)`,
  ]) {
    const [held] = weightOf(() => py.eval(code))
    assert.ok(Math.abs(held) < 0.5 * MB, `${code}: ${held}`)
  }
  assert.equal(py.eval('(lambda s: s)(Sized())').asked, false)
})

test('what cannot be exported, such as dates of NumPy’s, weighs nothing', () => {
  const dates = (): PyValue => py.eval(`__import__('numpy').zeros(${MB}, 'datetime64[s]')`)
  assert.equal(dates().size, MB)
  const [held] = weightOf(dates)
  assert.ok(Math.abs(held) < 0.5 * MB, `${held}`)
})

test('a loop that makes large arrays and drops them stays within bounds', async () => {
  const ones = py.import('numpy').ones
  const before = process.memoryUsage.rss()
  let most = 0
  for (let round = 0; round < ROUNDS; round++) {
    assert.equal(ones(SIZE, 'uint8').size, SIZE)
    most = Math.max(most, process.memoryUsage.rss() - before)
    await setImmediate()
  }
  assert.ok(most < BOUND, `${Math.round(most / MB)} MB at most, of ${(ROUNDS * SIZE) / MB} MB made`)
})
