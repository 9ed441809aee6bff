/**
 * Electron: the layout of a packaged application, in any Node; and the package inside Electron itself, where one is found: PYTHON_TS_ELECTRON names
 * its executable.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, describe, test } from 'node:test'

const root = resolve(__dirname, '..', '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'python-ts-electron-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** An application whose archive is shown as a folder, as Electron's file functions show it; what `asarUnpack` names lies beside it. */
function packaged(): string {
  const [archive, beside] = [join(folder, 'app.asar'), join(folder, 'app.asar.unpacked')]
  const library = join('node_modules', 'python-ts')
  for (const part of ['dist', 'package.json'])
    cpSync(join(root, part), join(archive, library, part), { recursive: true })
  cpSync(join(root, 'prebuilds'), join(beside, library, 'prebuilds'), { recursive: true })
  mkdirSync(join(beside, 'plugins'))
  writeFileSync(join(beside, 'plugins', 'unpacked_plugin.py'), 'answer = 42\n')
  return archive
}

test('a packaged application finds the addons and its plugins beside the archive', () => {
  const archive = packaged()
  const main = join(archive, 'main.js')
  writeFileSync(
    main,
    `const assert = require('node:assert/strict')
     const { join } = require('node:path')
     const { Python } = require('python-ts')
     const py = new Python()
     assert.equal(py.add_syspath(join(__dirname, 'plugins')), true)
     assert.equal(py.import('unpacked_plugin').answer, 42)
     assert.match(py.eval('__import__("sys").path[0]'), /app\\.asar\\.unpacked.plugins$/)
     Object.defineProperty(process.versions, 'electron', { value: '1' })
     assert.throws(() => py.add_syspath(join(__dirname, 'packed')), {
       name: 'Error',
       message: /^Python cannot read .*packed, which is inside an archive: have it unpacked \\(asarUnpack\\)\\.$/,
     })
     console.log('done')`,
  )
  const { status, stdout, stderr } = spawnSync(process.execPath, [main], { encoding: 'utf8' })
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: 'done\n', stderr: '' })
})

const electron = process.env.PYTHON_TS_ELECTRON
const isThere = electron !== undefined && electron !== ''

describe('inside Electron', {
  skip: isThere ? false : 'there is no Electron: PYTHON_TS_ELECTRON names its executable',
}, () => {
  const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(electron ?? '', args, {
      encoding: 'utf8',
      timeout: 120_000,
      env: { ...process.env, PYTHON_TS_PACKAGE: root, ...env },
    })

  test('in the main process, a utility process and a worker thread', () => {
    const display = process.platform === 'linux' && !process.env.DISPLAY ? ['--ozone-platform=headless'] : []
    const { status, stdout } = run([
      '--no-sandbox',
      '--disable-gpu',
      ...display,
      join(root, 'test', 'electron', 'app'),
    ])
    assert.equal(status, 0)
    const lines = stdout.trim().split('\n')
    const results = JSON.parse(lines.find((line) => line.startsWith('{')) ?? '{}')
    const expected = {
      sum: 3,
      bytes: 'abc',
      isShared: false,
      items: [1, 2, 3],
      called: 6,
      awaited: 4,
      printed: ['line'],
      tls: true,
    }
    assert.deepEqual(results, { main: expected, utility: expected, worker: expected })
    assert.equal(lines.at(-1), 'python has ended')
  })

  test('as Node', () => {
    const script = `const { Python } = require(process.env.PYTHON_TS_PACKAGE); console.log(new Python().eval('1 + 1'))`
    const { status, stdout } = run(['-e', script], { ELECTRON_RUN_AS_NODE: '1' })
    assert.deepEqual({ status, stdout }, { status: 0, stdout: '2\n' })
  })
})
