/** `python-ts pip` and `python-ts python`, as a user runs them. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { discoverRuntime } from '#dist/discovery/index'

const ROOT = resolve(__dirname, '../../..')
const MAIN = resolve(ROOT, 'dist/cli/main.js')

function run(args: string[], env: NodeJS.ProcessEnv = {}, input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    input,
  })
  return { status, stdout: stdout.replaceAll('\r\n', '\n'), stderr }
}

test('python is the Python that a program would use, with its arguments, streams and exit code', () => {
  const { executable, version } = discoverRuntime({ cwd: ROOT })
  const code = 'import sys; print(sys.executable, sys.argv[1:], input()); sys.exit(7)'
  assert.deepEqual(run(['python', '-c', code, '--help', 'a b'], {}, 'é\n'), {
    status: 7,
    stdout: `${executable} ['--help', 'a b'] é\n`,
    stderr: '',
  })
  assert.equal(run(['python', '--version']).stdout.startsWith(`Python ${version}.`), true)
})

test('pip installs where the program will find it', () => {
  const { executable } = discoverRuntime({ cwd: ROOT })
  const { status, stdout } = run(['pip', '--version'])
  const pip = spawnSync(executable, ['-m', 'pip', '--version'], { encoding: 'utf8' })
  assert.deepEqual([status, stdout.trim()], [0, pip.stdout.trim()])
})

test('without a Python it is an error, in a sentence', () => {
  const nowhere = resolve(realpathSync(tmpdir()), 'no-such-python')
  const { status, stdout, stderr } = run(['pip', 'list'], { PYTHON_TS_RUNTIME: nowhere })
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, /PYTHON_TS_RUNTIME/)
  assert.doesNotMatch(stderr, /\n {4}at /)
})
