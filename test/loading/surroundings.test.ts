/** What else is in the process: another copy of the library, and a tampered Object.prototype. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quiet, runScript } from '../support/child'

test('a second copy in one thread works, and the first says that it is disconnected', async () => {
  const ended = await runScript(`
    const py = new Python()
    const [math, object] = [py.import('math'), py.eval('object()')]
    for (const file of Object.keys(require.cache)) if (file.includes('/dist/')) delete require.cache[file]
    const copy = require(process.cwd())
    assert.deepEqual(new copy.Python().eval('[1, 2]'), [1, 2])
    for (const use of [() => math.hypot([3]), () => py.eval('[1]'), () => String(object), () => py.import('os')]) {
      assert.match(thrown(use).message, /^Another copy of python-ts was loaded in this thread/)
    }
    assert.equal(new copy.Python().eval('f(2)', { f: (x) => x + 1 }), 3)`)
  assert.deepEqual(ended, quiet())
})

test('a copy of the package in another folder is refused, and the first goes on', async () => {
  const ended = await runScript(`
    const { cpSync, mkdtempSync, rmSync } = require('node:fs')
    const folder = mkdtempSync(require('node:path').join(require('node:os').tmpdir(), 'python-ts-copy-'))
    for (const name of ['dist', 'prebuilds', 'package.json']) cpSync(name, folder + '/' + name, { recursive: true })
    const copy = require(folder)
    const py = new Python()
    for (let round = 0; round < 2; round++) {
      assert.match(thrown(() => new copy.Python()).message, /^Python runs in this process already: another addon, or another copy/)
      assert.deepEqual(py.eval('[1, 2]'), [1, 2])
    }
    // CPython 3.12 cannot be started twice, and is kept.
    const ends = py.eval('__import__("sys").version_info[:2] != (3, 12)')
    assert.equal(clib._destroy_python(), true)
    if (ends) assert.equal(new copy.Python().eval('1 + 1'), 2)
    const waits = ends ? Python : copy.Python
    assert.match(thrown(() => new waits()).message, /^Python runs in this process already/)
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }))`)
  assert.deepEqual(ended, quiet())
})

test('a frozen or tampered Object.prototype changes no value', async () => {
  const ended = await runScript(`
    const py = new Python()
    const entries = () => Object.entries(py.eval('{"toString": 1, "evil": 2, "b": 3}'))
    const expected = [['toString', 1], ['evil', 2], ['b', 3]]
    Object.defineProperty(Object.prototype, 'evil', { set() { assert.fail('the setter ran') }, configurable: true })
    assert.deepEqual(entries(), expected)
    delete Object.prototype.evil
    Object.freeze(Object.prototype)
    assert.deepEqual(entries(), expected)
    py.eval('f(toString=1)', { f: (kwargs) => assert.equal(kwargs.values.toString, 1) })`)
  assert.deepEqual(ended, quiet())
})

test('a PYTHONHOME without a standard library is an error, and Node goes on', async () => {
  const ended = await runScript(
    `assert.match(thrown(() => new Python()).message, /^PYTHONHOME is .*nowhere, which has no standard library of Python 3/)
     delete process.env.PYTHONHOME
     assert.equal(new Python().eval('1 + 1'), 2)`,
    { env: { PYTHONHOME: '/nowhere' } },
  )
  assert.deepEqual(ended, quiet())
})

test('errors arrive where Error is frozen, and where stacks are no text', async () => {
  const ended = await runScript(`
    const py = new Python()
    const arrives = () => {
      const error = thrown(() => py.eval('1 / 0'))
      assert.ok(error instanceof PythonError)
      assert.equal(error.name, 'ZeroDivisionError')
      assert.match(error.stack, /^ZeroDivisionError: division by zero\\n[^]*File "<string>", line 1/)
      const mine = new RangeError('mine')
      assert.equal(thrown(() => py.eval('f()', { f() { throw mine } })), mine)
    }
    Error.prepareStackTrace = (error, sites) => sites
    arrives()
    Error.prepareStackTrace = undefined
    Object.freeze(Error)
    arrives()`)
  assert.deepEqual(ended, quiet())
})
