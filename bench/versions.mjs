/**
 * `node bench/versions.mjs [--quick] [--write-docs]`: the rows with a goal against the floor, under the Pythons of the test matrix
 * (`npm run test:matrix` makes their environments) and under Node 24 and 26: the speed of each, as a multiple of its own floor.
 * `--write-docs` puts the table into docs/performance.md.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { installNode } from '../scripts/setup/hosts.mjs'
import { defaultEnvironment, inRoot, pythonOf, root } from '../scripts/setup/paths.mjs'
import { probe } from '../scripts/setup/python.mjs'
import { median } from './measure.mjs'
import { write, writeDocs } from './report.mjs'
import { rows } from './rows.mjs'
import { table } from './table.mjs'

const against = rows.filter(({ goals }) => goals.floor)
const runs = [
  ...pythons().map((python) => ({ node: process.execPath, python })),
  ...[24, 26].map((major) => ({ node: installNode(major).executable, python: pythons()[0] })),
].map(measure)
const lines = against.map((row) => [
  row.title,
  ...runs.map(({ speeds }) => speeds[row.name]?.toFixed(2) ?? ''),
  row.goals.floor.toFixed(2),
])
const text = table(['speed / floor', ...runs.map(({ title }) => title), 'goal'], lines).join('\n')
write('versions.md', `${text}\n`)
console.log(text)
if (process.argv.includes('--write-docs')) writeDocs('versions', [text])

function measure({ node, python }) {
  const version = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim()
  const title = `Node ${version}, CPython ${python.version}`
  process.stderr.write(`• ${title}\n`)
  const names = against.map(({ name }) => name).join(',')
  const args = [
    'bench/run.mjs',
    ...(process.argv.includes('--quick') ? ['--quick'] : []),
    '--rows',
    names,
    '--drivers',
    'python-ts,floor',
  ]
  const env = { ...process.env, PYTHON_TS_RUNTIME: python.folder }
  const { status, stderr } = spawnSync(node, args, { cwd: root, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${title}:\n${stderr}`)
  const { results } = JSON.parse(readFileSync(inRoot('build', 'bench', 'results.json'), 'utf8'))
  return { title, speeds: Object.fromEntries(results.map(({ row, trials }) => [row.name, speed(trials)])) }
}

function speed({ 'python-ts': ours, floor }) {
  return median(floor) / median(ours)
}

/** The default environment first, then those of the matrix. */
function pythons() {
  const folder = inRoot('.cache', 'venvs')
  const others = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
  return [defaultEnvironment, ...others]
    .map((folder) => ({ folder, ...probe(pythonOf(folder)) }))
    .filter(({ version, folder }) => version && !folder.endsWith('lint'))
}
