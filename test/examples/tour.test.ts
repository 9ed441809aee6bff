/** The tour and the examples, each as a person runs it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'

const ROOT = resolve(__dirname, '../../..')

/** What each example must print. */
const EXPECTED: Readonly<Record<string, RegExp[]>> = {
  'excel-report.mjs': [/report\.xlsx: 550400\.75 in all/],
  'pandas-table.mjs': [/'北京' │ 22\.25 │ 2/, /warmest: \{ city: '深圳', day: 'Mon', degrees: 29 \}/],
  'numpy-fit.mjs': [/y = 1\.989 x \+ 1\.062/, /solution: \[ 2, 3 \]/, /mean -?0\.00\d\d/],
  'progress.mjs': [/██░░ 2 of 4/, /'april\.xlsx'/, /true The user pressed Escape\./],
  'figure-png.mjs': [/drawn: <Buffer 89 50 4e 47 /, /600 × 400 pixels/],
  'classify.mjs': [/9\d\.\d % of 38 flowers are right/, /setosa \(\d\d %\)\nvirginica \(\d\d %\)/],
  'database.mjs': [
    /'李明' │ 92\.49/,
    /IntegrityError: UNIQUE constraint failed: customers\.name/,
    /customers: 2/,
  ],
  'thumbnail.mjs': [/320 × 200, then 90 × 60/, /JPEG: <Buffer ff d8 ff> under 5 kB/, /right side is red/],
  'http-server.mjs': [/free port: true/, /^\/tea: GET answered by asyncio$/m, /^stopped$/m],
  'stream.mjs': [/^3: 23 °C\n7: 23 °C\nPython closed the generator at 7\nPython closed the generator at 3$/m],
  'errors.mjs': [
    /\{ ready: true \}\nline 1, column 11: Expecting value/,
    /RuntimeError: the settings are incomplete, caused by KeyError: 'port'/,
    /JsError: RangeError: out of paper/,
    /SystemExit, code 3/,
  ],
  'plugin-host.mjs': [
    /Broken: failed with AttributeError \(line 8, in run\)/,
    /Characters: 'l' is the most frequent \(2 times\)/,
    /Unicode: CJK UNIFIED IDEOGRAPH-4E16/,
    /'counting for zh-CN'/,
  ],
  'tour.mjs': [
    /^ {2}why this one +\S/m,
    /^ {2}sys\.version +3\.\d+\.\d+/m,
    /^ {2}os\.listdir\(\) +.*package\.json/m,
    /^ {2}the same process +true$/m,
    /^ {2}saved as +build.tour.orders\.xlsx$/m,
    /^ {4}2024-01-15 +apple +8 +1\.5 +=C2\*D2$/m,
    /^ {4}2024-04-01 +樱桃 🍒 +40/m,
    /^ {2}matrix\.mean\(\) +2\.5$/m,
    /^ {2}sum of all orders +73\.5$/m,
    /^ {2}drawn +build.tour.sine\.png \(\d{4,} bytes\)$/m,
    /^ {2}from Python +<ref \*1>/m,
    /^ {2}the same there +true$/m,
    /'fig', 'kiwi', 'banana', 'cherry'/,
    /__init__\.py", line \d+, in select_sheet/,
    /^ {2}there +a context of its own$/m,
    /^ {2}here +the main context$/m,
    /^ {2}method\(\) +[\d,]+ a second/m,
    /^ {2}released +\d+$/m,
  ],
}

test('every example is known here', () => {
  const programs = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.mjs'))
  assert.deepEqual(programs.filter((name) => name !== 'print.mjs').sort(), Object.keys(EXPECTED).sort())
})

for (const [name, lines] of Object.entries(EXPECTED)) {
  test(`examples/${name} ends by itself and prints what it should`, () => {
    const { status, signal, stdout, stderr } = run(name)
    assert.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: '' }, stdout)
    for (const line of lines) assert.match(stdout, line)
    assert.ok(!stdout.includes('\u001b'), 'colours without a terminal')
  })
}

test('the tour draws a PNG', () => {
  const file = readFileSync(join(ROOT, 'build/tour/sine.png'))
  assert.equal(file.toString('latin1', 1, 4), 'PNG')
})

function run(name: string) {
  const script = join(ROOT, 'examples', name)
  return spawnSync(process.execPath, [script], { cwd: ROOT, encoding: 'utf8', timeout: 120_000 })
}
