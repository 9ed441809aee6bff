/**
 * `node scripts/stress.mjs [--times N] [--jobs N] [WORD …]`: every row of the table of ends (test/lifecycle/table.ts) whose title holds the words, N times (100)
 * in processes of their own, so many at a time (2), and the cycles of test/lifecycle/cycles.ts; reports each wrong exit code, output, message on stderr, and hang.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { setup } from './setup/all.mjs'
import { inRoot } from './setup/paths.mjs'
import { main } from './setup/process.mjs'
import { compileTests } from './setup/typescript.mjs'

const OPTIONS = {
  times: { type: 'string', default: '100' },
  jobs: { type: 'string', default: String(availableParallelism()) },
}
/** One that takes longer hangs: the grace period of the rows is short, but the machine may be loaded. */
const LIMIT = 30_000

main(async () => {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true })
  setup()
  compileTests()
  const { runRow, TABLE } = await import(inRoot('build', 'test', 'lifecycle', 'table.js'))
  const rows = TABLE.filter(({ title }) => positionals.every((word) => title.includes(word)))
  let failed = await runCycles(positionals, Number(values.times))
  for (const row of rows) {
    const start = performance.now()
    const faults = await times(Number(values.times), Number(values.jobs), () => runRow(row, LIMIT))
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    failed += faults.length
    console.log(`${faults.length ? 'FAIL' : 'ok  '} ${row.title}: ${values.times} times in ${seconds} s`)
    for (const [fault, count] of counted(faults)) console.log(`     ${count} × ${fault}`)
  }
  console.log(
    failed
      ? `stress: ${failed} wrong ends`
      : `stress: ${rows.length} rows, ${values.times} times each, all right`,
  )
  return failed ? 1 : 0
})

/** How many of the scripts of test/lifecycle/cycles.ts fail. */
async function runCycles(words, times) {
  const { CYCLES } = await import(inRoot('build', 'test', 'lifecycle', 'cycles.js'))
  const { runScript } = await import(inRoot('build', 'test', 'support', 'child.js'))
  let failed = 0
  for (const { title, each, script } of CYCLES) {
    if (!words.every((word) => title.includes(word))) continue
    const ended = await runScript(script(each * times), { timeout: each * times * 2000 })
    const isRight = ended.code === 0 && ended.stdout === 'done\n' && ended.stderr === ''
    if (!isRight) failed += 1
    console.log(
      `${isRight ? 'ok  ' : 'FAIL'} ${title}: ${each * times}${isRight ? '' : ` ${JSON.stringify(ended)}`}`,
    )
  }
  return failed
}

/** Runs `job` so many times, `jobs` at once; what they report. */
async function times(count, jobs, job) {
  const reports = []
  let left = count
  const work = async () => {
    while (left-- > 0) reports.push(await job())
  }
  await Promise.all(Array.from({ length: jobs }, work))
  return reports.filter((report) => report !== undefined)
}

function counted(faults) {
  const counts = new Map()
  for (const fault of faults) counts.set(fault, (counts.get(fault) ?? 0) + 1)
  return counts
}
