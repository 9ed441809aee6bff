/** JavaScript neither sends a call nor takes a result with the GIL: it goes on while C code holds it. */
import assert from 'node:assert/strict'
import { quiet, runScript } from '../support/child'
import { test } from '../support/leaks'

/** `hold` blocks in C, with the GIL, until JavaScript writes to the pipe: a JavaScript that waits for the GIL hangs. */
const SCRIPT = `
const { writeSync } = require('node:fs')
const py = new Python()
py.exec(\`
import ctypes, os
source, sink = os.pipe()
read = ctypes.PyDLL(None).read
def hold(started):
    started()
    read(source, ctypes.create_string_buffer(1), 1)
    return 'held'
def other(value):
    return value
\`)
const { hold_async, other_async, sink } = py.import('__main__')
;(async () => {
  await other_async(0)
  const held = await new Promise((resolve) => {
    const promise = hold_async(() => resolve({ promise }))
  })
  await pause(100)
  const sent = Array.from({ length: 100 }, (_, index) => other_async({ index }))
  await pause(10)
  writeSync(sink, 'x')
  console.log(await held.promise, (await Promise.all(sent)).at(-1).index)
})()
`

test('calls are sent while C code holds the GIL, and the event loop goes on', async () => {
  assert.deepEqual(await runScript(SCRIPT), quiet('held 99\n'))
})
