/**
 * Preloaded into every test file's process: appends `started FILE` and, at an exit with code 0, `passed FILE` to the file that
 * PYTHON_TS_TEST_OUTCOMES names. A file that a signal ended has started and not passed. node:test itself tells a reporter where a
 * test was declared, and that is a file of test/support.
 */
const { appendFileSync } = require('node:fs')
const { isMainThread } = require('node:worker_threads')

const file = process.argv[1]
const outcomes = process.env.PYTHON_TS_TEST_OUTCOMES
const note = (what) => appendFileSync(outcomes, `${what} ${file}\n`)

// The runner itself has no NODE_TEST_CONTEXT.
if (outcomes && process.env.NODE_TEST_CONTEXT && isMainThread && file?.endsWith('.test.js')) {
  note('started')
  process.on('exit', (code) => {
    if (code === 0) note('passed')
  })
}
