/** The Markdown that a run prints. */
import { median } from './measure.mjs'

const UNITS = [
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
]

/** `results`: for each row its title and the trials (nanoseconds) of each driver by name. */
export function markdown({ facts, drivers, results, level }) {
  const columns = [...drivers.map(({ title }) => title), 'python-ts / floor']
  const lines = results.map(({ title, trials }) => [
    title,
    ...drivers.map(({ name }) => cell(trials[name])),
    ratio(trials),
  ])
  return [
    `Median of ${level.trials} processes of ${level.samples} samples each; ± half the range of the processes.`,
    '',
    ...table(['', ...columns], lines),
    '',
    ...Object.entries(facts).map(([name, value]) => `- ${name}: ${value}`),
    '',
  ].join('\n')
}

/** How many times as long python-ts takes as the floor. */
export function ratioOf(trials) {
  const { 'python-ts': ours, floor } = trials
  return ours && floor ? median(ours) / median(floor) : undefined
}

const ratio = (trials) => ratioOf(trials)?.toFixed(2) ?? ''

function cell(trials) {
  if (!trials) return ''
  const middle = median(trials)
  const spread = (Math.max(...trials) - Math.min(...trials)) / 2 / middle
  return trials.length > 1 ? `${duration(middle)} ± ${Math.round(spread * 100)} %` : duration(middle)
}

function duration(nanoseconds) {
  const [size, unit] = UNITS.find(([size]) => nanoseconds >= size) ?? [1, 'ns']
  return `${(nanoseconds / size).toPrecision(3)} ${unit}`
}

function table(head, lines) {
  const rule = head.map((_, column) => (column === 0 ? ':--' : '--:'))
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`)
}
