/** `node bench/trial.mjs DRIVER ROW EFFORT SETTINGS`: one trial in a process of its own. Prints nanoseconds. */
import { writeSync } from 'node:fs'
import { checkOf, effort, measure, measureAsync } from './measure.mjs'
import { rowNamed } from './rows.mjs'

const [driver, name, level, settings] = process.argv.slice(2)
const row = rowNamed(name)
const { open, operations, isAsync, expected = {} } = await import(`./drivers/${driver}.mjs`)
const bridge = await open(JSON.parse(settings))
const wanted = expected[name] ?? row.expected
const operation = await operations[name](bridge, row)
const time = row.own ? await operation() : row.once ? await sinceStart() : await measured()
writeSync(1, `${time / row.batch}\n`)
// Some drivers have threads or child processes that would keep it alive.
process.exit()

async function measured() {
  for (let run = 0; run < row.ahead; run++) await operation()
  const how = row.isAsync || isAsync ? measureAsync : measure
  return await how(operation, wanted, effort[level])
}

/** From the start of this process, as Node has it, to the first result. */
async function sinceStart() {
  const value = await operation()
  const now = performance.now()
  checkOf(wanted, value)
  return now * 1e6
}
