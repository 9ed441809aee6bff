/** Each row of the table of ends, once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runRow, TABLE } from './table'

const windows = process.platform === 'win32'

for (const row of TABLE) {
  test(row.title, { skip: windows && row.ending.signal !== undefined }, async () => {
    assert.equal(await runRow(row, 60_000), undefined)
  })
}
