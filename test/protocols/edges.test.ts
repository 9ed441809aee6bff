/** Objects, contexts and Python itself that end in the middle of it all: in processes of their own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quiet, runScript } from '../support/child'

const passes = (title: string, script: string) =>
  test(title, async () => {
    assert.deepEqual(await runScript(`${SET_UP}${script}`, { timeout: 60_000 }), quiet())
  })

const SET_UP = `
const set_up = (options) => {
  const py = new Python(options)
  py.exec('import contextlib, collections\\nclass A: pass')
  return py
}
`

passes(
  'py.clear() in a converter',
  `const py = set_up()
   py.registerConverter({ python: '__main__.A', toJS: (a) => { py.clear(); return 1 } })
   assert.deepEqual(py.eval('[1, A()]'), [1, 1])
   assert.match(py.eval('[A(), A()]').map(Number).join(), /^1,1$/)`,
)

passes(
  'the end of Python in a converter, and the next start knows it no more',
  `const py = set_up()
   const remove = py.registerConverter({ python: 'collections.UserDict', toJS: () => clib._destroy_python() })
   assert.equal(py.eval('[1, collections.UserDict()]')[1], true)
   assert.equal(thrown(() => py.eval('1')).message, 'This Python context was deleted; create a new Python.')
   assert.equal(remove(), false)
   const next = set_up()
   assert.equal(next.isPyObject(next.eval('collections.UserDict()')), true)`,
)

passes(
  'the end of Python, of a context or of the manager in py.with',
  `const py = set_up()
   const message = /deleted|released/
   const manager = py.eval('contextlib.nullcontext()')
   assert.match(thrown(() => py.with(manager, () => py.gc(manager))).message, message)
   const context = set_up({ context: true })
   assert.match(thrown(() => context.with(context.eval('contextlib.nullcontext()'), () => context.delete())).message, message)
   assert.match(thrown(() => py.with(py.eval('contextlib.nullcontext()'), () => clib._destroy_python())).message, message)`,
)

passes(
  'iterators whose object or Python is gone',
  `const py = set_up()
   const iterators = [0, 1].map(() => py.eval('(i for i in range(9))')[Symbol.iterator]())
   for (const iterator of iterators) iterator.next()
   py.clear()
   assert.match(thrown(() => iterators[0].next()).message, /released/)
   assert.deepEqual(iterators[0].return(1), { done: true, value: 1 })
   clib._destroy_python()
   assert.ok(thrown(() => iterators[1].next()) instanceof Error)`,
)

passes(
  'thirty contexts with converters, templates and conversions',
  `for (let i = 0; i < 30; i++) {
     const py = set_up({ context: true })
     py.registerConverter({ python: 'collections.UserDict', toJS: String })
     assert.equal(py.eval('collections.UserDict()'), '{}')
     assert.equal(py.eval\`\${i} + 1\`, i + 1)
     assert.deepEqual(py.toJS(py.eval('range(2)')), [0, 1])
     py.delete()
   }`,
)

passes(
  'workers that leave converters behind',
  `const { Worker } = require('node:worker_threads')
   const py = set_up()
   py.registerConverter({ python: '__main__.A', toJS: () => 'main' })
   const code = "const { Python } = require(" + JSON.stringify(process.cwd()) + "); const py = new Python();" +
     "py.registerConverter({ python: '__main__.A', toJS: () => 'worker' });" +
     "require('node:worker_threads').parentPort.postMessage(py.eval('A()'))"
   const work = () => new Promise((done, fail) => {
     let message
     new Worker(code, { eval: true }).on('message', (said) => { message = said }).on('error', fail).on('exit', () => done(message))
   })
   ;(async () => {
     for (let i = 0; i < 5; i++) assert.equal(await work(), 'worker')
     assert.equal(py.eval('A()'), 'main')
   })()`,
)
