/**
 * `node bench/run.mjs [--quick] [--rows a,b] [--drivers a,b]`: measures every row with every driver, each trial in a process of its
 * own, and prints a table. It goes to build/bench.md too, and the numbers to build/bench.json.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import { addons, inRoot, root } from '../scripts/setup/paths.mjs'
import { buildFloor } from './floor/build.mjs'
import { machineFacts } from './machine.mjs'
import { effort } from './measure.mjs'
import { rows } from './rows.mjs'
import { markdown } from './table.mjs'

/** A driver is a module in drivers/: its title, and `open(settings)`, which answers the operation of each row it knows. */
const DRIVERS = ['python-ts', 'floor', 'raw-json']

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, rows: { type: 'string' }, drivers: { type: 'string' } },
})
const level = options.quick ? 'quick' : 'full'
const settings = prepare()
const drivers = await Promise.all(chosen(DRIVERS, options.drivers).map(loadDriver))
const results = measureAll(
  chosen(
    rows.map(({ name }) => name),
    options.rows,
  ),
)
const facts = machineFacts(settings)
const text = markdown({ facts, drivers, results, level: effort[level] })

mkdirSync(inRoot('build'), { recursive: true })
writeFileSync(inRoot('build', 'bench.md'), text)
writeFileSync(inRoot('build', 'bench.json'), `${JSON.stringify({ facts, level, results }, null, 2)}\n`)
console.log(text)

/** What drivers need to know: the Python that python-ts discovers, so that all measure the same one. */
function prepare() {
  const { discoverRuntime } = createRequire(import.meta.url)('../dist/discovery')
  const runtime = discoverRuntime({ cwd: root })
  const loader = addons.find(({ name }) => name === 'loader').file
  return { ...runtime, plugins: inRoot('plugins'), loader, floor: buildFloor(runtime) }
}

function chosen(names, asked) {
  if (asked === undefined) return names
  const unknown = asked.split(',').filter((name) => !names.includes(name))
  if (unknown.length) throw new Error(`There is no ${unknown.join(', ')}; there are ${names.join(', ')}.`)
  return names.filter((name) => asked.split(',').includes(name))
}

async function loadDriver(name) {
  const { title, rows: known } = await import(`./drivers/${name}.mjs`)
  return { name, title, known }
}

/** Drivers take turns, so that a change in the machine's speed hits them alike. */
function measureAll(names) {
  return names.map((name) => {
    const row = rows.find((candidate) => candidate.name === name)
    const able = drivers.filter(({ known }) => known === undefined || known.includes(name))
    const trials = Object.fromEntries(able.map((driver) => [driver.name, []]))
    for (let trial = 0; trial < effort[level].trials; trial++)
      for (const driver of able) trials[driver.name].push(runTrial(driver.name, name))
    return { name, title: row.title, trials }
  })
}

function runTrial(driver, row) {
  const script = inRoot('bench', 'trial.mjs')
  const args = [script, driver, row, level, JSON.stringify(settings)]
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
  })
  const time = Number(stdout)
  if (status === 0 && time > 0) return time
  throw new Error(
    `The trial of ${row} with ${driver} failed (${signal ?? `exit code ${status}`}):\n${stderr}`,
  )
}
