/** The module `node`: JavaScript for Python code that is allowed to have it. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { Python } from 'python-ts'
import { quiet, runScript } from '../support/child'
import { everywhere } from '../support/places'

everywhere(__filename, (_py, test) => {
  const NOT_HERE = "There is no module named 'node' here: the option node of new Python() allows it."
  const KEPT = 'module, require and console are kept by the module'

  const code = `
import node
from node import require, console
path = require('node:path')
result = [path.join('a', 'b'), path.sep == node.require('path').sep, node.globalThis.Math.max(1, 5), node.__all__]
`

  function evaluate(py: Python, source: string): unknown {
    return py.eval('lambda code, names: (exec(code, names), names.get("result"))[1]')(
      source,
      new Map([['', 0]]),
    )
  }

  test('without the option there is no such module, and the error says so', () => {
    for (const py of [new Python(), new Python({ context: true }), new Python({ node: false })]) {
      assert.throws(() => evaluate(py, 'import node'), { pytype: 'ModuleNotFoundError', message: NOT_HERE })
      assert.throws(() => evaluate(py, 'from node import require'), {
        pytype: 'ModuleNotFoundError',
        message: NOT_HERE,
      })
      assert.equal(evaluate(py, 'try: import node\nexcept ImportError as e: result = e.name'), 'node')
      if ('state' in py.context) py.delete()
    }
  })

  test('a module of that name that Python finds itself comes first', () => {
    const folder = mkdtempSync(join(tmpdir(), 'python-ts-'))
    const py = new Python({ context: true })
    try {
      writeFileSync(join(folder, 'node.py'), 'mine = 1\n')
      py.add_syspath(folder)
      assert.equal(evaluate(py, 'import node; result = node.mine'), 1)
    } finally {
      py.delete()
      rmSync(folder, { recursive: true })
    }
  })

  test('allowed in a context, it is there, and nowhere else', () => {
    const py = new Python({ context: true, node: true })
    const expected = [join('a', 'b'), true, 5, ['require', 'globalThis', 'console']]
    assert.deepEqual(evaluate(py, code), expected)
    assert.throws(() => evaluate(new Python(), 'import node'), {
      pytype: 'ModuleNotFoundError',
      message: NOT_HERE,
    })
    py.delete()
  })

  test('allowed in the main context, it goes with the Python that allowed it', { mayLeak: KEPT }, () => {
    const main = new Python({ node: true })
    const other = new Python()
    assert.equal((evaluate(other, code) as unknown[])[2], 5)
    evaluate(other, 'import node, sys; sys.kept_node = node')
    other.delete()
    const next = new Python()
    assert.equal((evaluate(next, code) as unknown[])[2], 5)
    main.delete()
    assert.throws(() => evaluate(next, 'import node'), { pytype: 'ModuleNotFoundError', message: NOT_HERE })
    assert.throws(() => evaluate(next, 'import sys; sys.kept_node.require'), {
      pytype: 'AttributeError',
      message: /not allowed/,
    })
    evaluate(next, 'import sys; del sys.kept_node')
  })

  test('only what is listed', () => {
    const py = new Python({ context: true, node: { console: true } })
    assert.equal(evaluate(py, 'import node; result = hasattr(node, "require")'), false)
    assert.equal(
      evaluate(py, 'import node; result = [node.__all__, callable(node.console.log)] == [["console"], True]'),
      true,
    )
    assert.throws(() => evaluate(py, 'import node; node.globalThis'), {
      pytype: 'AttributeError',
      message: 'node.globalThis is not allowed here: the option node of new Python() does not list it.',
    })
    assert.throws(() => evaluate(py, 'import node; node.other'), {
      message: "module 'node' has no attribute 'other'",
    })
    assert.throws(() => evaluate(py, 'from node import require'), { pytype: 'ImportError' })
    py.delete()
  })

  test('require finds the modules of the application, live, and its errors are its own', () => {
    const folder = mkdtempSync(join(tmpdir(), 'python-ts-'))
    writeFileSync(join(folder, 'settings.js'), 'exports.list = [1]; exports.read = () => exports.list')
    const py = new Python({ context: true, node: { require: true, from: folder } })
    try {
      const source =
        "from node import require\ns = require('./settings')\ns.list.append(2)\nresult = [s.read(), s is require('./settings')]"
      assert.deepEqual(evaluate(py, source), [[1, 2], true])
      assert.throws(() => evaluate(py, "from node import require; require('./nothing')"), {
        code: 'MODULE_NOT_FOUND',
      })
    } finally {
      py.delete()
      rmSync(folder, { recursive: true })
    }
  })

  test('from a Python thread', async () => {
    const py = new Python({ context: true, node: true })
    py.exec(`
import threading, node
answers = []
thread = threading.Thread(target=lambda: answers.append(node.require('os').EOL))
thread.start()`)
    const { answers, thread } = py.eval(
      'type("Names", (), {"answers": type("L", (list,), {})(), "thread": thread})',
    )
    assert.ok(answers)
    while (thread.is_alive()) await pause(2)
    assert.equal(py.eval('answers')[0], require('node:os').EOL)
    py.delete()
  })

  test('in a worker, for its context alone', async () => {
    const script = `
const { parentPort } = require('node:worker_threads')
const { Python } = require(${JSON.stringify(resolve(__dirname, '..', '..', '..'))})
const py = new Python({ context: true, node: true })
py.exec('import node')
parentPort.postMessage(py.eval('node.require("worker_threads").isMainThread'))
py.delete()`
    const worker = new Worker(script, { eval: true })
    assert.equal(await new Promise((done) => worker.once('message', done)), false)
    await new Promise((done) => worker.once('exit', done))
  })

  test('a process that allowed it ends cleanly, and a restarted Python has none', async () => {
    const script = `
const py = new Python({ node: true })
py.exec('import node; node.console.log("hello")')
clib._destroy_python()
assert.throws(() => new Python().exec('import node'), { pytype: 'ModuleNotFoundError' })`
    assert.deepEqual(await runScript(script), quiet('hello\n'))
  })

  test('the option is checked', () => {
    const make = (node: unknown) => () => new Python({ node } as never)
    assert.throws(make(1), {
      name: 'TypeError',
      message: 'The option node of Python must be a boolean or a plain object.',
    })
    assert.throws(make({ process: true }), {
      name: 'TypeError',
      message: "The option node of Python has no 'process'; it has require, globalThis, console and from.",
    })
    assert.throws(make({ require: 1 }), {
      name: 'TypeError',
      message: 'require in the option node of Python must be a boolean.',
    })
    assert.throws(make({ from: '' }), {
      name: 'TypeError',
      message: 'from in the option node of Python must be a string.',
    })
  })
})
