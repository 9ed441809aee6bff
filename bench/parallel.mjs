/**
 * `node scripts/run.mjs bench/parallel.mjs [--write]`: what contexts with a GIL of their own bring. Two CPU-bound calls one after the other, in the main context at once, and in two
 * contexts at once; `pool.map` over 100 such items with 1 context and with one for each processor. With --write, docs/parallelism.svg is made of it.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { Python, PythonPool } from 'python-ts'

const CODE = `
def work(n):
    total = 0
    for i in range(n): total += i * i
    return total
`
const LONG = 1_500_000
const SHORT = 50_000
const ITEMS = 100
/** The fastest of so many counts: what else the machine does can only make one slower. */
const ROUNDS = 15

const expected = (n) => (BigInt(n - 1) * BigInt(n) * BigInt(2 * n - 1)) / 6n
const size = availableParallelism()

const py = new Python()
py.exec(CODE)
const contexts = [new Python({ context: true }), new Python({ context: true })]
for (const context of contexts) context.exec(CODE)
const works = [py, ...contexts].map((each) => each.async(each.eval('work')))
const [main, one, two] = works
const pools = [1, size].map((each) => new PythonPool({ size: each, init: CODE }))
for (const pool of pools) await pool.map('work', Array(4 * size).fill(10))

/** Milliseconds of one round of each kind, taken in turn, so that a loaded machine is fair to all. */
const KINDS = {
  'two calls, one after the other': async () => check([await one(LONG), await one(LONG)], LONG),
  'two calls at once in the main context': async () =>
    check(await Promise.all([main(LONG), main(LONG)]), LONG),
  'two calls at once in two contexts': async () => check(await Promise.all([one(LONG), two(LONG)]), LONG),
  [`pool.map, ${ITEMS} items, 1 context`]: async () =>
    check(await pools[0].map('work', Array(ITEMS).fill(SHORT)), SHORT),
  [`pool.map, ${ITEMS} items, ${size} contexts`]: async () =>
    check(await pools[1].map('work', Array(ITEMS).fill(SHORT)), SHORT),
}

const times = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, []]))
for (let round = 0; round < ROUNDS; round++) {
  for (const [kind, run] of Object.entries(KINDS)) times[kind].push(await timed(run))
}
await Promise.all(pools.map((pool) => pool.close()))

const results = Object.entries(times).map(([kind, all]) => ({ kind, ms: Math.min(...all) }))
const baseline = (kind) => results[kind.startsWith('pool') ? 3 : 0].ms
for (const result of results) result.ratio = baseline(result.kind) / result.ms
const version = py.eval('__import__("sys").version.split()[0]')
const load = loadavg()[0].toFixed(1)
const where = `${size} × ${cpus()[0]?.model.trim() ?? 'processor'}, load ${load}; Node ${process.version}, CPython ${version}`
console.log(`${where}; the fastest of ${ROUNDS}\n`)
console.log('| | ms | times as fast |\n|---|---:|---:|')
for (const { kind, ms, ratio } of results) console.log(`| ${kind} | ${ms.toFixed(0)} | ${ratio.toFixed(2)} |`)
if (process.argv.includes('--write'))
  writeFileSync(new URL('../docs/parallelism.svg', import.meta.url), plot(results, where))

function check(values, n) {
  for (const value of values) assert.equal(BigInt(value), expected(n))
}

async function timed(run) {
  const start = performance.now()
  await run()
  return performance.now() - start
}

function plot(rows, title) {
  const [left, width, step] = [290, 330, 34]
  const scale = width / Math.max(2, ...rows.map(({ ratio }) => ratio))
  const bars = rows.map(({ kind, ratio }, index) => {
    const y = 44 + index * step
    const color = ratio > 1.3 ? '#2b7a4b' : '#8a8f98'
    return [
      `<text x="${left - 8}" y="${y + 15}" text-anchor="end">${kind}</text>`,
      `<rect x="${left}" y="${y}" width="${(ratio * scale).toFixed(1)}" height="22" rx="2" fill="${color}"/>`,
      `<text x="${(left + ratio * scale + 6).toFixed(1)}" y="${y + 15}">${ratio.toFixed(2)} ×</text>`,
    ].join('')
  })
  const height = 60 + rows.length * step
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 ${height}" font-family="sans-serif" font-size="13">
<title>How many times as fast as one after the other</title>
<rect width="700" height="${height}" fill="#fff"/>
<text x="12" y="22" font-size="12" fill="#555">${title}</text>
${bars.join('\n')}
<line x1="${left + scale}" x2="${left + scale}" y1="36" y2="${height - 14}" stroke="#444" stroke-dasharray="3 3"/>
</svg>
`
}
