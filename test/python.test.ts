/** The Python class: options, modules, code, contexts, the end: an overview, which ends Python, so in one place. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { clib, Python, type PythonOptions } from 'python-ts'

const py = new Python()
const folder = mkdtempSync(join(tmpdir(), 'python-ts-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('options are checked', () => {
  const rows: [options: unknown, message: RegExp][] = [
    [5, /options of Python must be a plain object/],
    [[], /options of Python must be a plain object/],
    [{ runtimePath: '' }, /no option 'runtimePath'/],
    [{ runtime_path: 5 }, /runtime_path of Python must be a string/],
    [{ runtime_path: '' }, /runtime_path of Python must not be empty/],
    [{ context: 'yes' }, /context of Python must be a boolean/],
  ]
  for (const [options, message] of rows) {
    assert.throws(() => new Python(options as PythonOptions), { name: 'TypeError', message })
  }
})

test('the fields of the ancestor', () => {
  assert.deepEqual([py.context, py.debug, py.is_deleted], [{}, false, false])
  assert.equal(typeof py.runtime_path, 'string')
})

test('modules are imported, submodules too, and reloaded', () => {
  writeFileSync(join(folder, 'fresh_module.py'), 'value = 1\n')
  assert.deepEqual([py.add_syspath(folder), py.add_syspath(folder)], [true, false])
  const fresh = py.import('fresh_module')
  assert.equal(fresh.value, 1)
  writeFileSync(join(folder, 'fresh_module.py'), 'value = 22\n')
  assert.deepEqual([py.reload(fresh), py.reload('fresh_module')], [true, true])
  assert.equal(fresh.value, 22)
  assert.equal(py.import('os.path').__name__, py.eval("__import__('os').path.__name__"))
  assert.throws(() => py.import('no_such_module'), {
    name: 'ModuleNotFoundError',
    pytype: 'ModuleNotFoundError',
  })
})

test('code runs in __main__ or in globals of its own', () => {
  py.exec('def f(a, b):\n  return a + b')
  assert.equal(py.eval('f(1, 2)'), 3)
  const own = { a: 5 }
  py.exec('b = a', own)
  assert.deepEqual([py.eval('a + 1', own), own], [6, { a: 5 }])
  const live = py.eval("__import__('collections').OrderedDict(a=1)")
  py.exec('b = a + 1', live)
  assert.equal(py.eval('b', live), 2)
  assert.throws(() => py.eval('f(', {}), { name: 'SyntaxError' })
  assert.throws(() => py.exec('x = 1', 5), { name: 'TypeError', message: /globals/ })
})

test('call takes arguments of both kinds', () => {
  py.exec('class K:\n  def m(self, *a, **k): return [list(a), k]')
  const k = py.eval('K()')
  assert.deepEqual(py.call(k, 'm', [1, [2]], { x: 3 }), [[1, [2]], { x: 3 }])
  assert.deepEqual(py.call(k.__wrapper__, 'm'), [[], {}])
  assert.throws(() => py.call({}, 'm'), { name: 'TypeError', message: /live Python object/ })
  assert.throws(() => py.call(k, 'm', {} as never), { name: 'TypeError', message: /array/ })
  assert.throws(() => py.call(k, 'm', [], [] as never), { name: 'TypeError', message: /plain object/ })
  assert.throws(() => py.call(k, 'nothing'), { name: 'AttributeError' })
})

test('a context is isolated and ends alone', () => {
  const own = new Python({ context: true })
  own.exec('x = 1; class_ = type("Own", (), {})')
  assert.throws(() => py.eval('x'), { name: 'NameError' })
  const object = own.eval('class_()')
  assert.deepEqual(
    [own.sameContext(object), py.sameContext(object), py.isPyObject(object)],
    [true, false, true],
  )
  assert.equal(object.__wrapper__.state, (own.context as { state: string }).state)
  py.exec('def same(a): return a')
  assert.throws(() => py.eval('same')(object), { name: 'TypeError', message: /another Python context/ })
  assert.ok(clib.contexts.includes(own.context as never))
  assert.deepEqual([own.delete(), own.delete(), own.is_deleted], [true, false, true])
  assert.throws(() => own.eval('1'), { message: 'This Python context was deleted; create a new Python.' })
  assert.throws(() => object.x, { message: 'This Own object was released and can no longer be used.' })
  assert.equal(py.eval('1'), 1)
})

test('a second, different runtime is an error that names both', () => {
  assert.throws(() => new Python({ runtime_path: folder }), Error)
  assert.ok(new Python({ runtime_path: py.runtime_path }).eval('True'))
})

test("the ancestor's native names", () => {
  clib._set_debug(false)
  assert.equal(clib._init_python(), false)
  clib._exec('class Native:\n  a = 1\n  def m(self, k=0): return self if k else "m"')
  const wrapper = clib._eval('Native()') as { type: string; value: string; unwrap(): unknown }
  assert.equal(wrapper.type, 'python-ts/PyObject*')
  assert.equal(clib._call_python(wrapper, 'm'), 'm')
  assert.equal(clib._call_python(wrapper, 'm', [], { k: 1 }), wrapper)
  const entries = clib._dir(wrapper)
  assert.deepEqual(
    entries.find(([name]) => name === 'a'),
    ['a', false, 1],
  )
  assert.equal(entries.find(([name]) => name === 'm')?.[1], true)
  assert.equal(clib.objects[wrapper.value], wrapper)
  assert.ok(clib.references.includes(wrapper as never))
  assert.equal((clib._import_module('json') as typeof wrapper).type, 'python-ts/PyObject*')
  assert.equal(clib._reload_module('json'), true)
  assert.deepEqual([clib._delete_pyobject(wrapper), clib._delete_pyobject(wrapper)], [true, false])
  const context = clib._create_pycontext()
  clib._exec('y = 1', context)
  assert.equal(clib._eval('y', context), 1)
  assert.deepEqual([clib._delete_pycontext(context), clib._delete_pycontext(context)], [true, false])
})

test('clear releases everything; Python ends and starts again', () => {
  const object = py.eval('f')
  assert.ok(py.clear() > 0)
  assert.throws(() => object(1, 2), {
    message: 'This function object was released and can no longer be used.',
  })
  for (let i = 0; i < 20; i++) {
    assert.equal(clib._destroy_python(), true)
    assert.equal(clib._destroy_python(), false)
    assert.equal(new Python().eval('1 + 1'), 2)
  }
})
