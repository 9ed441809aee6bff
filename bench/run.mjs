/**
 * `node bench/run.mjs [--quick] [--peers] [--rows a,b] [--drivers a,b] [--write-docs]`: measures every row with every driver, each trial
 * in a process of its own. The report goes to build/bench/report.md with its plots, the numbers to results.json beside it.
 * `--peers` installs the peers first; `--write-docs` does so too, and puts tables and plots into docs/performance.md and the rows with goals into the READMEs.
 */
import { parseArgs } from 'node:util'
import { loadDrivers } from './drivers.mjs'
import { machineFacts } from './machine.mjs'
import { effort } from './measure.mjs'
import { installedPeers, installPeers } from './peers/install.mjs'
import { barPlots } from './plots.mjs'
import { image, READMES, writeDocs, writePlot, writeReport } from './report.mjs'
import { rows } from './rows.mjs'
import { chosen, prepare } from './settings.mjs'
import { missing, spreadNote, summary, tables } from './table.mjs'
import { runTrial } from './trials.mjs'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    peers: { type: 'boolean' },
    rows: { type: 'string' },
    drivers: { type: 'string' },
    'write-docs': { type: 'boolean' },
  },
})
if (options['write-docs'] && (options.rows || options.drivers))
  throw new Error('--write-docs replaces the whole table: it cannot go with --rows or --drivers.')
const level = options.quick ? 'quick' : 'full'
const settings = prepare()
if (options.peers || options['write-docs']) installPeers(settings)

const peers = installedPeers(settings)
const drivers = await loadDrivers(peers, options.drivers)
const names = chosen(
  rows.map(({ name }) => name),
  options.rows,
)
const results = rows.filter(isMeasured).map(measureRow)
const run = { facts: machineFacts(settings), drivers, results, absent: absentPeers(), level: effort[level] }
console.log(await writeReport(run))
if (options['write-docs']) document(run)

function document({ facts, absent, level }) {
  const where = `Measured ${facts.date}, ${facts.processor}, Node ${facts.node}, CPython ${facts.python}.`
  const plots = barPlots({ drivers, results })
  const images = plots.map(([name]) => image(name, name.replaceAll('-', ' ')))
  const text = [
    where,
    spreadNote(level),
    '',
    ...tables(drivers, results),
    ...missing(results, absent),
    ...images,
  ]
  writeDocs('table', text)
  for (const page of READMES) writeDocs('summary', [...summary(drivers, results), '', where], page)
  for (const [name, svg] of plots) writePlot(name, svg)
}

function isMeasured({ name }) {
  return names.includes(name) && drivers.some(({ known }) => known.includes(name))
}

/** Drivers take turns, so that a change in the machine's speed hits them alike. */
function measureRow(row) {
  const able = drivers.filter(({ known }) => known.includes(row.name))
  const [trials, errors] = [{}, {}]
  for (let trial = 0; trial < effort[level].trials; trial++)
    for (const driver of able) measureOnce(driver, row, trials, errors)
  process.stderr.write(`• ${row.title}\n`)
  return { row, trials, errors }
}

/** What we wrote must run; a peer may fail, and the report says so. */
function measureOnce(driver, row, trials, errors) {
  if (errors[driver.name]) return
  const { time, error } = runTrial(driver, row.name, level, settings)
  if (error && !driver.isPeer)
    throw new Error(`The trial of ${row.name} with ${driver.name} failed: ${error}`)
  if (error) errors[driver.name] = error.split('\n')[0]
  else trials[driver.name] = [...(trials[driver.name] ?? []), time]
  if (error) delete trials[driver.name]
}

function absentPeers() {
  const failed = Object.entries(peers).filter(([, { error }]) => error)
  return Object.fromEntries(failed.map(([name, { error }]) => [name, error]))
}
