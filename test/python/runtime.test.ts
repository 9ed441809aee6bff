/** Which Python runs, and that it knows where it is: of the process, so in one place. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before } from 'node:test'
import { Python } from 'python-ts'
import { quiet, runScript } from '../support/child'
import { test } from '../support/leaks'

const py = new Python()
const executable: string = py.import('sys').executable
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'python-ts-runtime-')))
const venv = join(folder, 'with space')
const bin = process.platform === 'win32' ? join('Scripts', 'python.exe') : join('bin', 'python')
const plugins = resolve(__dirname, '..', '..', '..', 'plugins')

before(() => execFileSync(executable, ['-m', 'venv', '--without-pip', venv]))
after(() => rmSync(folder, { recursive: true, force: true }))

/** What an interpreter of its own process says. */
const outside = (code: string, python = executable): string =>
  execFileSync(python, ['-c', code], { encoding: 'utf8' }).trim()

const PLACES =
  'import sys, json; print(json.dumps([sys.executable, sys.prefix, sys.base_prefix, sys.version]))'

test('sys.executable runs, and tells the same about itself', () => {
  assert.ok(existsSync(executable), executable)
  const { prefix, base_prefix, version } = py.import('sys')
  assert.deepEqual(JSON.parse(outside(PLACES)), [executable, prefix, base_prefix, version])
})

test('a venv is used as its own interpreter uses it', async () => {
  const python = join(venv, bin)
  const script = (runtime_path: string) => `
    const sys = new Python({ runtime_path: ${JSON.stringify(runtime_path)} }).import('sys')
    console.log(JSON.stringify([sys.executable, sys.prefix, sys.base_prefix, sys.version, sys.path]))`
  const expected = JSON.parse(outside(PLACES, python))
  for (const path of [venv, python]) {
    const { code, stdout, stderr } = await runScript(script(path))
    assert.deepEqual([code, stderr], [0, ''])
    const [executable, prefix, base_prefix, version, syspath] = JSON.parse(stdout)
    assert.deepEqual([executable, prefix, base_prefix, version], expected)
    assert.ok(
      syspath.some((entry: string) => entry.startsWith(venv) && entry.endsWith('site-packages')),
      String(syspath),
    )
  }
})

test('PYTHON_TS_RUNTIME chooses; runtime_path is stronger', async () => {
  const script = 'console.log(new Python().import("sys").prefix)'
  assert.deepEqual(await runScript(script, { env: { PYTHON_TS_RUNTIME: venv } }), quiet(`${venv}\n`))
  const stronger = `console.log(new Python({ runtime_path: ${JSON.stringify(venv)} }).import("sys").prefix)`
  const env = { PYTHON_TS_RUNTIME: '/no/such/python' }
  assert.deepEqual(await runScript(stronger, { env }), quiet(`${venv}\n`))
})

test('a PYTHON_TS_RUNTIME that is wrong is an error that names it', async () => {
  const script = `
    const error = thrown(() => new Python())
    assert.ok(error instanceof Error && error.message.includes('PYTHON_TS_RUNTIME'), error.message)
    assert.ok(error.message.includes('/no/such/python'), error.message)`
  assert.deepEqual(await runScript(script, { env: { PYTHON_TS_RUNTIME: '/no/such/python' } }), quiet())
})

test('clib._set_runtime_path chooses for those who name none', async () => {
  const script = `
    clib._set_runtime_path(${JSON.stringify(venv)})
    console.log(new Python().import("sys").prefix)`
  assert.deepEqual(await runScript(script, { env: { PYTHON_TS_RUNTIME: undefined } }), quiet(`${venv}\n`))
})

test('a second, different runtime is an error that names both', async () => {
  const other = otherRuntime()
  if (other === undefined) return assert.equal(typeof py.runtime_path, 'string')
  const script = `
    const py = new Python()
    const error = thrown(() => new Python({ runtime_path: ${JSON.stringify(other)} }))
    assert.equal(error.name, 'Error')
    assert.match(error.message, /^This process already uses the Python runtime .* and cannot use .* as well/)
    assert.ok(error.message.includes(py.runtime_path), error.message)
    assert.ok(error.message.includes(${JSON.stringify(other)}), error.message)
    assert.equal(py.eval('1 + 1'), 2)
    assert.equal(new Python({ runtime_path: py.import('sys').executable }).eval('2'), 2)
    assert.equal(clib._destroy_python(), true)
    assert.throws(() => new Python({ runtime_path: ${JSON.stringify(other)} }), /already uses/)
    assert.equal(new Python().eval('3'), 3)`
  assert.deepEqual(await runScript(script), quiet())
})

test('children of multiprocessing are Pythons', () => {
  py.add_syspath(plugins)
  const processes = py.import('MultiProcessor')
  try {
    assert.equal(processes.run(), 0)
    assert.deepEqual(processes.squares_in_executor([1, 2, 3]), [1, 4, 9])
    assert.notEqual(processes.pid_in_executor(), process.pid)
    assert.ok(processes.run_in_executor() < 0.0001)
  } finally {
    processes.shutdown()
  }
})

for (const method of ['spawn', 'forkserver']) {
  test(`multiprocessing with ${method} gives results back`, () => {
    py.exec('import multiprocessing')
    if (!py.eval('multiprocessing.get_all_start_methods()').includes(method)) return
    const pool = py.eval(`multiprocessing.get_context('${method}').Pool(1)`)
    try {
      assert.deepEqual(pool.map(py.import('math').sqrt, [1, 4, 9]), [1, 2, 3])
      assert.equal(pool.apply(py.eval("__import__('os').getppid")) > 0, true)
    } finally {
      pool.terminate()
      pool.join()
    }
  })
}

/** An installation with a shared library whose version is another one. */
function otherRuntime(): string | undefined {
  const versions = join(process.env.HOME ?? '', '.pyenv', 'versions')
  const [major, minor] = py.eval("list(__import__('sys').version_info[:2])")
  return ['3.10.13', '3.11.7', '3.12.1', '3.13.0']
    .filter((version) => !version.startsWith(`${major}.${minor}.`))
    .map((version) => join(versions, version))
    .find((path) => existsSync(join(path, 'bin', 'python')))
}
