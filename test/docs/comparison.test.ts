/** Every capability of the comparison names the test that proves ours. */
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'

const ROOT = resolve(__dirname, '../../..')
const PAGE = join(ROOT, 'docs/comparison.md')
const BRIDGES = 9
const MARKS = /^[✔◐✘?][¹²³⁴⁵⁶⁷⁸]?$/

const rows = readFileSync(PAGE, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| |'))
  .map((line) => line.split('|').slice(1, -1))
  .map((cells) => cells.map((cell) => cell.trim()))

test('the comparison has a mark for every bridge in every row', () => {
  assert.ok(rows.length > 40)
  for (const [capability, , ...marks] of rows) {
    assert.equal(marks.length, BRIDGES - 1, capability)
    for (const mark of marks) assert.match(mark, MARKS, capability)
  }
})

test('each of our marks is a link to a test that is there', () => {
  for (const [capability, ours = ''] of rows) {
    const target = /^\[✔\]\((\.\.\/(?:test\/[^)]+\.test\.ts|scripts\/test-matrix\.mjs))\)$/.exec(ours)?.[1]
    assert.ok(target, `${capability}: ${ours}`)
    assert.ok(statSync(join(ROOT, 'docs', target)).isFile(), target)
  }
})
