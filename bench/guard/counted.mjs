/**
 * `node bench/guard/counted.mjs MARK SETTINGS`, under callgrind: runs each guarded row a fixed number of times, and lets callgrind
 * count the second half, when everything is warm.
 */
import { createRequire } from 'node:module'
import { open, operations } from '../drivers/python-ts.mjs'
import { checkOf } from '../measure.mjs'
import { rowNamed } from '../rows.mjs'
import { guarded } from './guarded.mjs'

const [mark, settings] = process.argv.slice(2)
const { begin, end } = createRequire(import.meta.url)(mark)
/** V8 compiles what is hot on this same thread: that must be over before anything is counted. */
const WARM_UP = 10

const py = open(JSON.parse(settings))
for (const [name, runs] of Object.entries(guarded)) {
  const operation = operations[name](py, rowNamed(name))
  const check = checkOf(rowNamed(name).expected, operation())
  repeat(operation, WARM_UP * runs)
  globalThis.gc()
  begin()
  const value = repeat(operation, runs)
  end(name)
  check(value)
}

function repeat(operation, runs) {
  let value
  for (let run = 0; run < runs; run++) value = operation()
  return value
}
