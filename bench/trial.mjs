/** `node bench/trial.mjs DRIVER ROW EFFORT SETTINGS`: one trial in a process of its own. Prints nanoseconds. */
import assert from 'node:assert/strict'
import { effort, measure } from './measure.mjs'
import { rowNamed } from './rows.mjs'

const [driver, name, level, settings] = process.argv.slice(2)
const row = rowNamed(name)
const { open } = await import(`./drivers/${driver}.mjs`)
const operation = open(JSON.parse(settings))[name](row)
process.stdout.write(`${row.once ? sinceStart() : measure(operation, row.expected, effort[level])}\n`)

/** From the start of this process, as Node has it, to the first result. */
function sinceStart() {
  const value = operation()
  const now = performance.now()
  assert.deepEqual(value, row.expected)
  return now * 1e6
}
