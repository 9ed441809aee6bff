/** Calls that nest through both sides, until V8's stack ends: at whichever step that is, it is an error. In processes of their own, which are given the stack's size. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { test } from 'node:test'

const SCRIPT = `
const { Python } = require(${JSON.stringify(resolve('.'))})
const py = new Python()
py.exec('def call(f, *args, **kwargs): return f(*args, **kwargs)')
const call = py.eval('call')
let deepest
const byPosition = (n) => call(byPosition, (deepest = n) + 1)
const byList = ([n]) => call(byList, [(deepest = n) + 1])
for (const down of [byPosition, () => byList([0])]) {
  try {
    down(0)
    throw new Error('nothing was thrown')
  } catch (error) {
    if (!/call stack/.test(error.message)) throw error
  }
  console.log(deepest > 10 && call((x) => x, 5))
}
`

/** In kilobytes: where the stack ends, in our own code, differs with each. */
for (const size of [200, 201, 202, 203, 204, 205, 206, 207, 400, 984]) {
  test(`with a stack of ${size} kB`, () => {
    const args = [`--stack-size=${size}`, '--max-old-space-size=500', '-e', SCRIPT]
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: 60_000,
    })
    assert.deepEqual(
      { status, signal, stdout, stderr },
      { status: 0, signal: null, stdout: '5\n5\n', stderr: '' },
    )
  })
}
