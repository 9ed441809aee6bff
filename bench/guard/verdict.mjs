/** What counted instructions mean beside the recorded ones. */

/** Counts of one build differ by about 1 % from run to run; what is a real cost is more than this. */
const TOLERANCE = 0.2

/** The rows that grew by more than the tolerance, those that shrank by as much, and a sentence about them. A row that was not recorded has grown. */
export function comparison(before, counts) {
  const names = Object.keys(counts)
  const grown = names.filter((name) => !(counts[name] <= before[name] * (1 + TOLERANCE)))
  const shrunk = names.filter((name) => counts[name] < before[name] * (1 - TOLERANCE))
  const limit = `over ${TOLERANCE * 100} % more instructions than recorded`
  const said = grown.length ? `${grown.join(', ')}: ${limit}` : `no row takes ${limit}`
  const hint = shrunk.length ? `; much cheaper than recorded, worth recording: ${shrunk.join(', ')}` : ''
  return { grown, shrunk, text: said + hint }
}

/** A line for each row: its count and the change. */
export function lines(counts, before) {
  return Object.entries(counts).map(([name, count]) => {
    const number = count.toLocaleString('en').padStart(12)
    return `  ${name.padEnd(12)}${number} instructions ${change(count, before[name]).padStart(9)}`
  })
}

function change(count, before) {
  if (!before) return ''
  const percent = (count / before - 1) * 100
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %`
}
