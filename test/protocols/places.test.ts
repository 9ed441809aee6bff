/** The same checks in every place where Python can be used. */
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { Python } from 'python-ts'
import { quiet, runScript } from '../support/child'
import { test } from '../support/leaks'
import { check, names } from './checks'

const py = new Python()
for (const name of names) check(py, name)

for (const name of names) {
  test(`${name}: in the main interpreter`, () => check(py, name))

  test(`${name}: in a context`, () => {
    const context = new Python({ context: true })
    try {
      check(context, name)
    } finally {
      context.delete()
    }
  })

  test(`${name}: in a callback`, () => {
    py.eval('lambda f: f()')(() => check(py, name))
  })

  test(`${name}: in a callback from a Python thread`, async () => {
    py.exec('import threading\ndef start(f): threading.Thread(target=f).start()')
    const alive = setInterval(() => undefined, 1000)
    try {
      await new Promise<void>((done, fail) =>
        py.eval('start')(() => settle(() => check(py, name), done, fail)),
      )
    } finally {
      clearInterval(alive)
    }
  })
}

function settle(run: () => void, done: () => void, fail: (error: unknown) => void): void {
  try {
    run()
    done()
  } catch (error) {
    fail(error)
  }
}

test('all of it in a worker', async () => {
  const code = `
    const { Python } = require(${JSON.stringify(resolve('.'))})
    const { check, names } = require(${JSON.stringify(resolve(__dirname, 'checks.js'))})
    const py = new Python()
    for (const name of names) check(py, name)
  `
  const script = `
    const { Worker } = require('node:worker_threads')
    new Worker(${JSON.stringify(code)}, { eval: true }).on('error', (error) => { console.error(error); process.exitCode = 1 })
  `
  assert.deepEqual(await runScript(script, { timeout: 60_000 }), quiet())
})
