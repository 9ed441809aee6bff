/** The Markdown that a run prints. */
import { median } from './measure.mjs'

const UNITS = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
]

/**
 * `results`: for each row `{ row, trials, errors }`, the trials (nanoseconds) and the errors of each driver by name. `absent`: the
 * error of each peer that could not be installed.
 */
export function markdown({ facts, drivers, results, absent = {}, level }) {
  return [
    spreadNote(level),
    '',
    ...tables(drivers, results),
    ...missing(results, absent),
    ...Object.entries(facts).map(([name, value]) => `- ${name}: ${value}`),
    '',
  ].join('\n')
}

export const spreadNote = (level) =>
  `Median of ${level.trials} processes of ${level.samples} samples each; ± half the range of the processes. The goal is a speed, as a multiple of another column’s.`

/** One table for each group of rows. */
export function tables(drivers, results) {
  const groups = [...new Set(results.map(({ row }) => row.group))]
  return groups.flatMap((group) => {
    const members = results.filter(({ row }) => row.group === group)
    const columns = drivers.filter(({ name }) =>
      members.some(({ trials, errors }) => trials[name] || errors[name]),
    )
    const head = [group, ...columns.map(({ title }) => title), 'speed / floor', 'goal']
    const lines = members.map((result) => [
      result.row.title,
      ...columns.map(({ name }) => cell(result, name)),
      ofFloor(result.trials),
      goalTexts(result, drivers),
    ])
    return [...table(head, lines), '']
  })
}

/** The rows with goals, ours beside the floor, JavaScript's JSON, and the fastest of the peers. */
export function summary(drivers, results) {
  const titles = {
    'python-ts': 'python-ts',
    floor: 'floor',
    'raw-json': 'JSON alone',
    peers: 'best other bridge',
  }
  const measured = results.filter(({ row, trials }) => trials['python-ts'] && Object.keys(row.goals).length)
  const lines = measured.map((result) => [
    result.row.title,
    ...Object.keys(titles).map((rival) => fastest(rival, result.trials, drivers)),
    goalTexts(result, drivers),
  ])
  return table(['time of one', ...Object.values(titles), 'speed, as a multiple'], lines)
}

function fastest(rival, trials, drivers) {
  const best = bestOf(rival, trials, drivers)
  if (best === undefined) return ''
  return rival === 'peers' ? `${duration(best.time)} (${best.title})` : duration(best.time)
}

const goalTexts = (result, drivers) =>
  goalsOf(result, drivers)
    .map(({ text }) => text)
    .join(', ')

/** What could not be measured, and why. */
export function missing(results, absent) {
  const failed = results.flatMap(({ row, errors }) =>
    Object.entries(errors).map(([driver, error]) => `- ${driver}, ${row.title}: ${error}`),
  )
  const uninstalled = Object.entries(absent).map(
    ([name, error]) => `- ${name} cannot be installed here: ${error}`,
  )
  return failed.length + uninstalled.length ? ['Not measured:', '', ...uninstalled, ...failed, ''] : []
}

/** For each goal of a row: the ratio of the speeds, and whether it is met. */
export function goalsOf({ row, trials }, drivers) {
  const ours = trials['python-ts']
  if (!ours) return []
  if (row.limit) return [limitGoal(median(ours), row.limit)]
  return Object.entries(row.goals).flatMap(([rival, wanted]) => {
    const best = bestOf(rival, trials, drivers)
    if (best === undefined) return []
    const ratio = best.time / median(ours)
    const met = ratio >= wanted
    const text = `${met ? '✔' : '✘'} ${round(ratio)} of ≥ ${round(wanted)} × ${best.title}`
    return [{ ratio, wanted, met, text }]
  })
}

function limitGoal(time, limit) {
  const met = time <= limit
  return { ratio: time / limit, wanted: 1, met, text: `${met ? '✔' : '✘'} ≤ ${duration(limit)}` }
}

export function duration(nanoseconds) {
  const [size, unit] = UNITS.find(([size]) => nanoseconds >= size) ?? [1, 'ns']
  return `${(nanoseconds / size).toPrecision(3)} ${unit}`
}

function bestOf(rival, trials, drivers) {
  const rivals = drivers.filter(({ name, isPeer }) => (rival === 'peers' ? isPeer : name === rival))
  return rivals
    .filter(({ name }) => trials[name])
    .map(({ name, title }) => ({ title, time: median(trials[name]) }))
    .sort((a, b) => a.time - b.time)[0]
}

function ofFloor({ 'python-ts': ours, floor }) {
  return ours && floor ? round(median(floor) / median(ours)) : ''
}

const round = (ratio) => (ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0))

function cell({ trials, errors }, driver) {
  if (errors[driver]) return 'fails'
  if (!trials[driver]) return ''
  const times = trials[driver]
  const middle = median(times)
  const spread = (Math.max(...times) - Math.min(...times)) / 2 / middle
  return times.length > 1 ? `${duration(middle)} ± ${Math.round(spread * 100)} %` : duration(middle)
}

export function table(head, lines) {
  const rule = head.map((_, column) => (column === 0 ? ':--' : '--:'))
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`)
}
