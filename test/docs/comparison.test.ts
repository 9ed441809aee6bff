/** Every capability of the comparison names the test that proves ours. */
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'

const ROOT = resolve(__dirname, '../../..')
const PAGE = join(ROOT, 'docs/comparison.md')
const BRIDGES = 9
const MARKS = /^[✔◐✘?](?:[¹²³⁴⁵⁶⁷⁸⁹]|¹⁰)?$/

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

/** Of a test: its file and its title. The matrix of versions is a script. */
const LINK = /^\[✔\]\((\.\.\/(?:test\/[^) ]+\.test\.ts(?= ")|scripts\/test-matrix\.mjs))(?: "([^"]+)")?\)$/

test('each of our marks is a link to a test that is there', () => {
  for (const [capability, ours = ''] of rows) {
    const [, target, title] = LINK.exec(ours) ?? []
    assert.ok(target, `${capability}: ${ours}`)
    const file = join(ROOT, 'docs', target)
    assert.ok(statSync(file).isFile(), target)
    if (title !== undefined) assert.ok(titlesOf(file).includes(title), `${target} has a test “${title}”`)
  }
})

/** The source of a test file, and of the tables beside it that it imports. */
function titlesOf(file: string): string {
  const text = readFileSync(file, 'utf8')
  const tables = [...text.matchAll(/ from '(\.\/[^']+)'/g)].map(([, name]) =>
    join(dirname(file), `${name}.ts`),
  )
  return [text, ...tables.map(titlesOf)].join('\n')
}
