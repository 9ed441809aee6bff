/** The command as a user runs it, in a process of its own. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import type { Report } from '#dist/cli/doctor'
import { toText } from '#dist/cli/text'
import { discoverRuntime } from '#dist/discovery/index'

const ROOT = resolve(__dirname, '../../..')
const MAIN = join(ROOT, 'dist/cli/main.js')
const ADDONS = ['loader', 'core'].map((name) =>
  join(ROOT, 'prebuilds', `${process.platform}-${process.arch}`, `${name}.node`),
)

const empty = realpathSync(mkdtempSync(join(tmpdir(), 'python-ts-')))
writeFileSync(join(empty, 'package.json'), '{}')
after(() => rmSync(empty, { recursive: true, force: true }))

function run(args: string[], cwd = ROOT) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { cwd, encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('--help and --version answer and are well', () => {
  assert.match(run(['--help']).stdout, /^Usage: python-ts doctor \[options\]\n/)
  assert.equal(run(['doctor', '-h']).status, 0)
  assert.deepEqual(run(['--version']), {
    status: 0,
    stdout: `${require(join(ROOT, 'package.json')).version}\n`,
    stderr: '',
  })
})

const mistakes: [args: string[], message: RegExp][] = [
  [[], /^A command is missing\.\n\nUsage:/],
  [['docter'], /^There is no command docter\.\n/],
  [['doctor', 'me'], /^doctor takes no me\.\n/],
  [['doctor', '--jsno'], /^Unknown option '--jsno'/],
  [['doctor', '--runtime-path'], /^Option '--runtime-path <value>' argument missing/],
]

for (const [args, message] of mistakes) {
  test(`a mistake: python-ts ${args.join(' ')}`, () => {
    const { status, stdout, stderr } = run(args)
    assert.equal(status, 1)
    assert.equal(stdout, '')
    assert.match(stderr, message)
    assert.match(stderr, /\nUsage: python-ts doctor/)
  })
}

test('--json tells what discovery chose, without starting it', () => {
  const { status, stdout } = run(['doctor', '--json', '--no-start'])
  const report = JSON.parse(stdout) as Report
  assert.deepEqual(report.runtime, discoverRuntime({ cwd: ROOT }))
  assert.equal(report.candidates.at(-1)?.verdict, 'chosen')
  assert.deepEqual(
    report.addons,
    ADDONS.map((path) => ({ path, exists: existsSync(path) })),
  )
  assert.equal(report.start, null)
  assert.equal(report.node, process.versions.node)
  assert.equal(
    report.healthy,
    ADDONS.every((path) => existsSync(path)),
  )
  assert.equal(status, report.healthy ? 0 : 1)
})

test('without a Python the exit code is 1 and the text says why, once', () => {
  const { status, stdout, stderr } = run(['doctor', '--runtime-path', 'nope'], empty)
  assert.equal(status, 1)
  assert.equal(stderr, '')
  assert.equal(stdout.split('nope does not exist').length, 2)
  assert.match(stdout, /\nNot well: there is no Python to use\.\n$/)
})

test('Python starts, as the runtime that was chosen', () => {
  const { status, stdout } = run(['doctor', '--json'])
  const { runtime, start, healthy } = JSON.parse(stdout) as Report
  assert.ok(runtime !== null && start !== null, stdout)
  assert.equal(start.error, undefined)
  assert.ok(start.error === undefined && start.version.startsWith(`${runtime.version}.`))
  assert.equal(start.executable, runtime.executable)
  assert.equal(realpathSync(start.prefix), realpathSync(runtime.venv ?? runtime.prefix))
  assert.ok(start.sitePackages.length > 0)
  assert.equal(healthy, true)
  assert.equal(status, 0)
})

const report: Report = {
  healthy: true,
  node: '20.1.0',
  platform: 'linux',
  arch: 'x64',
  runtime: {
    library: '/py/l.so',
    executable: '/env/bin/python',
    version: '3.12',
    prefix: '/py',
    venv: '/env',
    reason: 'It is near.',
  },
  error: null,
  candidates: [
    {
      source: 'VIRTUAL_ENV',
      path: '/gone',
      verdict: 'passed over',
      reason: '/gone is no virtual environment.',
      fault: 'missing',
    },
    { source: '.venv', path: '/env', verdict: 'chosen', reason: 'It is near.' },
  ],
  addons: [{ path: '/p/core.node', exists: true }],
  start: {
    version: '3.12.1 (main)\n[GCC]',
    prefix: '/env',
    executable: '/env/bin/python',
    sitePackages: ['/env/site-packages'],
  },
}

test('the text of a healthy machine', () => {
  assert.equal(
    toText(report),
    `Python
  version     3.12
  executable  /env/bin/python
  library     /py/l.so
  prefix      /py
  venv        /env
  why         It is near.

Passed over
  VIRTUAL_ENV: /gone is no virtual environment.

Node.js
  version     20.1.0
  platform    linux-x64

Addons
  found       /p/core.node

Started
  version     3.12.1 (main) [GCC]
  prefix      /env
  executable  /env/bin/python
  packages    /env/site-packages

All is well.
`,
  )
})

const endings: [name: string, changes: Partial<Report>, text: RegExp][] = [
  ['not started', { start: null }, /\nAll is well, as far as can be told without starting Python\.\n$/],
  [
    'no addon',
    { healthy: false, start: null, addons: [{ path: '/p/core.node', exists: false }] },
    /\n {2}missing {5}\/p\/core\.node\n\nNot well: an addon is missing\./,
  ],
  [
    'no start',
    { healthy: false, start: { error: 'Python did not start: x.\ny' } },
    /\nStarted\n {2}Python did not start: x\.\n {2}y\n\nNot well: Python does not start\.\n$/,
  ],
]

for (const [name, changes, text] of endings) {
  test(`the text of a machine with ${name}`, () => assert.match(toText({ ...report, ...changes }), text))
}
