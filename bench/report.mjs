/** Where reports go: build/bench/, and with `--write-docs` between the markers in docs/performance.md and the READMEs. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot } from '../scripts/setup/paths.mjs'
import { barPlots } from './plots.mjs'
import { markdown } from './table.mjs'

const folder = inRoot('build', 'bench')
const PERFORMANCE = 'docs/performance.md'
export const READMES = ['README.md', 'README.zh-CN.md']

/** Writes report.md, its plots and results.json; answers the text. */
export function writeReport(run) {
  const text = markdown(run)
  const { facts, results, absent, level } = run
  write('report.md', text)
  write('results.json', `${JSON.stringify({ facts, level, absent, results }, null, 2)}\n`)
  for (const [name, svg] of barPlots(run)) write(`${name}.svg`, svg)
  return text
}

export function write(name, text) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), text)
}

/** Replaces what is between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->` in a page. */
export function writeDocs(name, lines, page = PERFORMANCE) {
  const text = readFileSync(inRoot(page), 'utf8')
  const [start, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`]
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${page} has no ${start} … ${end}.`)
  const body = lines.join('\n').trim()
  writeFileSync(inRoot(page), `${text.slice(0, from + start.length)}\n${body}\n${text.slice(to)}`)
}

/** How the page shows a plot that `writePlot` wrote. */
export const image = (name, title) => `![${title.replaceAll('`', '')}](plots/${name}.svg)`

export function writePlot(name, svg) {
  const plots = inRoot('docs', 'plots')
  mkdirSync(plots, { recursive: true })
  writeFileSync(join(plots, `${name}.svg`), svg)
}
