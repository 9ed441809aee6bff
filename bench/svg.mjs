/** Two kinds of plot, as SVG text: bars and lines, both on logarithmic scales. */

const COLOURS = ['#0969da', '#8c959f', '#bf8700', '#1a7f37', '#8250df', '#cf222e', '#bc4c00', '#0550ae']
const FONT = 'font-family="system-ui, sans-serif" font-size="12" fill="#1f2328"'

/** Horizontal bars: `groups` is a list of `{ title, bars: [{ series, value, text }] }`, `series` the names in their order. */
export function barPlot({ title, groups, series }) {
  const [left, width, bar, gap] = [360, 880, 12, 14]
  const values = groups.flatMap(({ bars }) => bars.map(({ value }) => value))
  const scale = logScale(values, [left, width - 90], 1)
  const parts = []
  let y = 60
  for (const group of groups) {
    parts.push(label(left - 10, y + (group.bars.length * bar) / 2 + 4, group.title, 'end'))
    for (const { series: name, value, text } of group.bars) {
      const end = scale.at(value)
      parts.push(
        `<rect x="${left}" y="${y}" width="${(end - left).toFixed(1)}" height="${bar - 2}" fill="${colour(series, name)}"/>`,
        label(end + 5, y + 9, text, 'start', 10),
      )
      y += bar
    }
    y += gap
  }
  return document(title, width, y + 20, [
    label(20, 24, title, 'start', 15),
    ...legend(series, 20, 44),
    ...parts,
  ])
}

/** Lines: `series` is a list of `{ name, points: [[x, y]] }`; `format` says what the axes' numbers look like. */
export function linePlot({ title, xTitle, series, format }) {
  const [width, height, left, bottom] = [720, 420, 80, 370]
  const all = series.flatMap(({ points }) => points)
  const x = logScale(
    all.map(([x]) => x),
    [left, width - 30],
  )
  const y = logScale(
    all.map(([, y]) => y),
    [bottom, 70],
  )
  const names = series.map(({ name }) => name)
  const grid = [
    ...x.ticks.map(
      (tick) =>
        rule(x.at(tick), 70, x.at(tick), bottom) + label(x.at(tick), bottom + 18, format.x(tick), 'middle'),
    ),
    ...y.ticks.map(
      (tick) =>
        rule(left, y.at(tick), width - 30, y.at(tick)) +
        label(left - 8, y.at(tick) + 4, format.y(tick), 'end'),
    ),
  ]
  const lines = series.map(({ name, points }) => {
    const path = points.map(([a, b]) => `${x.at(a).toFixed(1)},${y.at(b).toFixed(1)}`)
    const dots = path.map(
      (point) =>
        `<circle cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="2.5" fill="${colour(names, name)}"/>`,
    )
    return `<polyline points="${path.join(' ')}" fill="none" stroke="${colour(names, name)}" stroke-width="2"/>${dots.join('')}`
  })
  const caption = label((left + width) / 2, height - 12, xTitle, 'middle')
  return document(title, width, height, [
    label(20, 24, title, 'start', 15),
    ...legend(names, 20, 44),
    ...grid,
    caption,
    ...lines,
  ])
}

/** Powers of ten from the least value (or `from`) to the greatest. */
function logScale(values, [start, end], from = Math.min(...values)) {
  const low = Math.floor(Math.log10(Math.min(from, ...values)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9))
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index))
  return { ticks, at: (value) => start + ((Math.log10(value) - low) / (high - low)) * (end - start) }
}

const colour = (series, name) => COLOURS[series.indexOf(name) % COLOURS.length]

const rule = (x1, y1, x2, y2) =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="#d0d7de"/>`

function legend(series, x, y) {
  let left = x
  return series.map((name) => {
    const part = `<rect x="${left}" y="${y - 9}" width="10" height="10" fill="${colour(series, name)}"/>${label(left + 15, y, name, 'start', 11)}`
    left += 30 + name.length * 6.5
    return part
  })
}

function label(x, y, text, anchor, size = 12) {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}">${escaped(text)}</text>`
}

const escaped = (text) => String(text).replaceAll('`', '').replaceAll('&', '&amp;').replaceAll('<', '&lt;')

function document(title, width, height, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${FONT}>
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`
}
