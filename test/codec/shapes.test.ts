/** Dicts whose keys came before cross as the number of their shape. */
import assert from 'node:assert/strict'
import { Python } from 'python-ts'
import { core } from '#dist/codec/bridge'
import { test } from '../support/leaks'

/** More often than it takes to get a number. */
const ROUNDS = 20
/** Every fact of native/core/src/sys/layout. */
const ALL = 1023

const through = new Python().eval('lambda value: value')

test('a hundred keys are one shape, in both directions', () => {
  const asked = { shapeNumber: 0, shapeKeys: 0 }
  const names = ['shapeNumber', 'shapeKeys'] as const
  const natives = names.map((name) => core[name])
  for (const name of names) {
    const native = core[name] as (value: unknown) => unknown
    const counted = (value: unknown) => {
      asked[name] += 1
      return native(value)
    }
    Object.defineProperty(core, name, { value: counted, configurable: true, writable: true })
  }
  try {
    const record = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`one of a hundred ${i}`, i]))
    for (let round = 0; round < ROUNDS; round++) assert.deepEqual(through(record), record)
  } finally {
    for (const [i, name] of names.entries()) Object.defineProperty(core, name, { value: natives[i] })
  }
  const entries = 512
  const isKnown = (core.restrictLayout(ALL) & core.restrictLayout(ALL) & entries) !== 0
  assert.deepEqual(asked, { shapeNumber: 1, shapeKeys: isKnown ? 1 : 0 })
})
