/** The bench suite measures what it says: every row gives its value, and the report says what the numbers mean. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { test } from 'node:test'

const ROOT = resolve(__dirname, '../../..')

test('every row of python-ts gives the value that it must give', () => {
  const { status, stdout, stderr } = run(['bench/check.mjs'])
  assert.equal(stderr, '')
  assert.match(stdout, /^\d\d rows give what they must$/m)
  assert.equal(status, 0)
})

test('a trial prints the time of one', () => {
  const settings = { plugins: resolve(ROOT, 'plugins'), modules: resolve(ROOT, 'bench/python') }
  const { status, stdout, stderr } = run([
    'bench/trial.mjs',
    'python-ts',
    'callback',
    'quick',
    JSON.stringify(settings),
  ])
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  assert.ok(Number(stdout) > 0, stdout)
})

test('the table shows ratios, goals, failures and what is missing', () => {
  const { stdout } = script(`
    import { markdown } from './bench/table.mjs'
    const drivers = [
      { name: 'python-ts', title: 'python-ts' }, { name: 'floor', title: 'floor' },
      { name: 'a', title: 'A', isPeer: true }, { name: 'b', title: 'B', isPeer: true },
    ]
    const row = { group: 'Calls', title: 'a call', goals: { floor: 0.8, peers: 2 } }
    const trials = { 'python-ts': [100, 110, 120], floor: [99], a: [210], b: [400] }
    const failing = { group: 'Calls', title: 'another', goals: {} }
    console.log(markdown({
      facts: { machine: 'this one' }, drivers, level: { trials: 3, samples: 4 }, absent: { c: 'no compiler' },
      results: [{ row, trials, errors: {} }, { row: failing, trials: { 'python-ts': [2e6] }, errors: { b: 'it crashed' } }],
    }))`)
  const said = stdout.split('\n')
  assert.ok(
    said.includes(
      '| a call | 110 ns ± 9 % | 99.0 ns | 210 ns | 400 ns | 0.90 | ✔ 0.90 of ≥ 0.80 × floor, ✘ 1.91 of ≥ 2.00 × A |',
    ),
    stdout,
  )
  assert.ok(said.includes('| another | 2.00 ms |  |  | fails |  |  |'), stdout)
  assert.ok(said.includes('- c cannot be installed here: no compiler'), stdout)
  assert.ok(said.includes('- b, another: it crashed'), stdout)
})

test('the summary has the rows with goals, beside the fastest of the peers', () => {
  const { stdout } = script(`
    import { summary } from './bench/table.mjs'
    const drivers = [
      { name: 'python-ts', title: 'python-ts' }, { name: 'floor', title: 'floor' },
      { name: 'a', title: 'A', isPeer: true }, { name: 'b', title: 'B', isPeer: true },
    ]
    const trials = { 'python-ts': [100], floor: [99], a: [400], b: [210] }
    const results = [{ floor: 0.8 }, {}].map((goals) => ({ row: { title: 'a call', goals }, trials }))
    console.log(summary(drivers, results).join('\\n'))`)
  assert.deepEqual(stdout.trim().split('\n').slice(2), [
    '| a call | 100 ns | 99.0 ns |  | 210 ns (B) | ✔ 0.99 of ≥ 0.80 × floor |',
  ])
})

test('a plot is well-formed SVG with a bar for each value', () => {
  const { stdout } = script(`
    import { barPlot } from './bench/svg.mjs'
    const bars = [{ series: 'ours', value: 10, text: '10 <ns>' }, { series: 'theirs', value: 1000, text: '1 µs' }]
    console.log(barPlot({ title: 'a & b', groups: [{ title: 'calls', bars }], series: ['ours', 'theirs'] }))`)
  assert.match(stdout, /a &amp; b/)
  assert.match(stdout, /10 &lt;ns>/)
  const [short, long] = [...stdout.matchAll(/<rect x="\d{3}" y="\d+" width="([\d.]+)"/g)].map((bar) =>
    Number(bar[1]),
  )
  assert.ok(short !== undefined && long !== undefined && long > 2.5 * short, stdout)
})

test('the guard fails what grew by over a fifth, and what was not recorded', () => {
  const { stdout } = script(`
    import { comparison, lines } from './bench/guard/verdict.mjs'
    const before = { same: 1000, grown: 1000, edge: 1000, shrunk: 1000 }
    const counts = { same: 1030, grown: 1201, edge: 1200, shrunk: 700, fresh: 5 }
    console.log(JSON.stringify(comparison(before, counts)))
    console.log(lines(counts, before).join('\\n'))`)
  const [verdict = '', , grown] = stdout.split('\n')
  assert.deepEqual(JSON.parse(verdict), {
    grown: ['grown', 'fresh'],
    shrunk: ['shrunk'],
    text: 'grown, fresh: over 20 % more instructions than recorded; much cheaper than recorded, worth recording: shrunk',
  })
  assert.match(grown ?? '', /grown +1,201 instructions +\+20\.1 %/)
})

function script(code: string) {
  return run(['--input-type=module', '-e', code])
}

function run(args: string[]) {
  return spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', timeout: 120_000 })
}
