/**
 * `node bench/growth.mjs [--quick] [--curves a,b] [--write-docs]`: how the cost grows with the size of a value and with what there is.
 * Plots and growth.json go to build/bench/; with `--write-docs` the plots go to docs/plots/ too, and the table to docs/performance.md.
 */
import { parseArgs } from 'node:util'
import { curves } from './curves.mjs'
import { loadDrivers } from './drivers.mjs'
import { machineFacts } from './machine.mjs'
import { image, write, writeDocs, writePlot } from './report.mjs'
import { chosen, prepare } from './settings.mjs'
import { linePlot } from './svg.mjs'
import { duration, table } from './table.mjs'
import { runScript } from './trials.mjs'

const DRIVERS = ['python-ts', 'floor', 'raw-json', 'node']
const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, curves: { type: 'string' }, 'write-docs': { type: 'boolean' } },
})
const level = options.quick ? 'quick' : 'curve'
const settings = prepare()
const drivers = await loadDrivers({}, DRIVERS.join(','))
const names = chosen(
  curves.map(({ name }) => name),
  options.curves,
)
const results = curves.filter(({ name }) => names.includes(name)).map(measureCurve)
const lines = results.flatMap(tableOf)
write('growth.json', `${JSON.stringify({ facts: machineFacts(settings), results }, null, 2)}\n`)
for (const result of results) keepPlot(result)
console.log(lines.join('\n'))
if (options['write-docs'])
  writeDocs('growth', [...lines, ...results.map(({ curve }) => image(curve.name, curve.title))])

function measureCurve(curve) {
  process.stderr.write(`• ${curve.title}\n`)
  const able = drivers.filter((driver) => canDraw(driver, curve))
  return { curve, series: able.map((driver) => ({ name: driver.title, points: pointsOf(driver, curve) })) }
}

function canDraw({ name, known }, { requests, drivers }) {
  return drivers ? drivers.includes(name) : known.includes(requests ? 'async-one' : 'list')
}

function pointsOf(driver, { name }) {
  const { output, error } = runScript('growth-trial.mjs', driver, name, level, settings)
  if (error) throw new Error(`The curve ${name} with ${driver.name} failed: ${error}`)
  return JSON.parse(output)
}

function tableOf({ curve, series }) {
  const head = [curve.title, ...curve.sizes.map((size) => size.toLocaleString('en'))]
  const cells = series.map(({ name, points }) => [name, ...points.map(([, time]) => duration(time))])
  return [...table(head, cells), '']
}

function keepPlot({ curve, series }) {
  const format = { x: (size) => size.toLocaleString('en'), y: duration }
  const svg = linePlot({ title: curve.title, xTitle: curve.xTitle, series, format })
  write(`${curve.name}.svg`, svg)
  if (options['write-docs']) writePlot(curve.name, svg)
}
