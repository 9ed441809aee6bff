/** `node bench/check.mjs`: runs the operation of every row once with python-ts and asserts its value; measures nothing. */
import { inRoot } from '../scripts/setup/paths.mjs'
import { open, operations } from './drivers/python-ts.mjs'
import { checkOf } from './measure.mjs'
import { rowNamed } from './rows.mjs'

const py = open({ plugins: inRoot('plugins'), modules: inRoot('bench', 'python') })
for (const [name, operationOf] of Object.entries(operations)) {
  const row = rowNamed(name)
  const operation = await operationOf(py, row)
  if (!row.own) checkOf(row.expected, await operation())
}
console.log(`${Object.keys(operations).length} rows give what they must`)
