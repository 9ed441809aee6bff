import assert from 'node:assert/strict'

/** What `run` throws; fails when it throws nothing. */
// biome-ignore lint/suspicious/noExplicitAny: anything can be thrown
export function thrown(run: () => unknown): any {
  try {
    run()
  } catch (error) {
    return error
  }
  return assert.fail('nothing was thrown')
}
