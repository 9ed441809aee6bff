/** The plots of a run: one for each group of rows. */
import { median } from './measure.mjs'
import { barPlot } from './svg.mjs'
import { duration } from './table.mjs'

/** Pairs of a file name and its SVG. */
export function barPlots({ drivers, results }) {
  const groups = [...new Set(results.map(({ row }) => row.group))]
  return groups.map((group) => {
    const members = results.filter(({ row }) => row.group === group)
    return [group.toLowerCase().replaceAll(/\W+/g, '-'), plotOf(group, drivers, members)]
  })
}

function plotOf(group, drivers, members) {
  const shown = drivers.filter(({ name }) => members.some(({ trials }) => trials[name]))
  const groups = members.map(({ row, trials }) => ({
    title: row.title,
    bars: shown
      .filter(({ name }) => trials[name])
      .map(({ name, title }) => ({
        series: title,
        value: median(trials[name]),
        text: duration(median(trials[name])),
      })),
  }))
  return barPlot({
    title: `${group}: time of one, logarithmic`,
    groups,
    series: shown.map(({ title }) => title),
  })
}
