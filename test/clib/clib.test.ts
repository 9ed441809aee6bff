/** clib: the ancestor's native names, whose lists are of the process: so in one place. */
import assert from 'node:assert/strict'
import { clib, Python } from 'python-ts'
import { test } from '../support/leaks'

const py = new Python()
py.exec(`
class Native:
    attribute = 1
    def method(self, *args, k=None): return self if k == 'self' else [list(args), k]
    @property
    def broken(self): raise ValueError('broken')
`)

/** What is wrapped comes as this. */
interface Wrapper {
  type: string
  value: string
  pytype: string
  unwrap(): unknown
}
const native = () => clib._eval('Native()') as Wrapper

test('the names are those of the ancestor, and fixed', () => {
  const names = `references contexts objects _set_debug _set_runtime_path _init_python _destroy_python _import_module
    _reload_module _call_python _dir _exec _eval _delete_pyobject _create_pycontext _delete_pycontext`
  assert.deepEqual(Object.keys(clib).sort(), names.split(/\s+/).sort())
  assert.equal(Object.isFrozen(clib), true)
})

test('_init_python is false when Python runs', () => {
  assert.equal(clib._init_python(), false)
})

test('_import_module gives a wrapper', () => {
  const json = clib._import_module('json') as Wrapper
  assert.deepEqual([json.type, json.pytype], ['python-ts/PyObject*', 'module'])
  assert.equal(json.unwrap(), py.import('json'))
  assert.throws(() => clib._import_module('no_such_module'), { name: 'ModuleNotFoundError' })
  assert.throws(() => clib._import_module(5 as never), {
    name: 'TypeError',
    message: '_import_module() takes the name of a module as a string, not a number.',
  })
})

test('_reload_module takes a module or its name', () => {
  assert.equal(clib._reload_module('colorsys'), true)
  assert.equal(clib._reload_module(clib._import_module('colorsys')), true)
  assert.throws(() => clib._reload_module('no_such_module'), Error)
  assert.throws(() => clib._reload_module(5), {
    message: '_reload_module() takes a live Python object, not a number.',
  })
})

test('_call_python calls a method by name', () => {
  const wrapper = native()
  assert.deepEqual(clib._call_python(wrapper, 'method', [1, 'a'], { k: 2 }), [[1, 'a'], 2])
  assert.deepEqual(clib._call_python(wrapper.unwrap(), 'method'), [[], null])
  assert.equal(clib._call_python(wrapper, 'method', [], { k: 'self' }), wrapper)
  assert.throws(() => clib._call_python(wrapper, 'absent'), { name: 'AttributeError' })
  const rows: [run: () => unknown, message: string][] = [
    [() => clib._call_python({}, 'm'), '_call_python() takes a live Python object, not an object.'],
    [
      () => clib._call_python(wrapper, 1 as never),
      '_call_python() takes the name of a method as a string, not a number.',
    ],
    [
      () => clib._call_python(wrapper, 'method', {} as never),
      '_call_python() takes the arguments as an array, not an object.',
    ],
    [
      () => clib._call_python(wrapper, 'method', [], 1 as never),
      '_call_python() takes the keyword arguments as a plain object, not a number.',
    ],
  ]
  for (const [run, message] of rows) assert.throws(run, { name: 'TypeError', message })
})

test('_dir lists name, kind and value, without what cannot be read', () => {
  const entries = clib._dir(native())
  const entry = (name: string) => entries.find(([each]) => each === name)
  assert.deepEqual(entry('attribute'), ['attribute', false, 1])
  assert.equal(entry('method')?.[1], true)
  assert.equal((entry('method') as unknown as [0, 0, Wrapper])[2].type, 'python-ts/PyObject*')
  assert.equal(entry('broken'), undefined)
  assert.throws(() => clib._dir(1), { message: '_dir() takes a live Python object, not a number.' })
})

test('_exec and _eval share __main__', () => {
  assert.equal(clib._exec('from_clib = [1, {"a": None}]'), undefined)
  assert.deepEqual(clib._eval('from_clib'), [1, { a: null }])
  assert.deepEqual(py.eval('from_clib'), [1, { a: null }])
  assert.throws(() => clib._eval('1 +'), { name: 'SyntaxError' })
  assert.throws(() => clib._exec(null as never), { message: '_exec() takes the code as a string, not null.' })
  assert.throws(() => clib._eval(1 as never), {
    message: '_eval() takes the expression as a string, not a number.',
  })
})

test('_delete_pyobject releases once', () => {
  const wrapper = native()
  assert.deepEqual([clib._delete_pyobject(wrapper), clib._delete_pyobject(wrapper)], [true, false])
  assert.throws(() => clib._call_python(wrapper, 'method'), {
    message: 'This Native object was released and can no longer be used.',
  })
  assert.throws(() => clib._delete_pyobject('x'), {
    message: '_delete_pyobject() takes a live Python object, not a string.',
  })
})

test('references and objects are snapshots of the live wrappers', () => {
  const wrapper = native()
  const { references, objects } = clib
  assert.ok(references.includes(wrapper as never))
  assert.equal(objects[wrapper.value], wrapper)
  assert.equal(references.length, Object.keys(objects).length)
  assert.ok(Object.isFrozen(references) && Object.isFrozen(objects))
  const indexes = references.map(({ index }) => index)
  assert.deepEqual(
    indexes,
    [...indexes].sort((a, b) => a - b),
  )
  clib._delete_pyobject(wrapper)
  assert.ok(references.includes(wrapper as never))
  assert.equal(clib.references.includes(wrapper as never), false)
  assert.equal(clib.objects[wrapper.value], undefined)
})

test('contexts are made, used and ended', () => {
  const context = clib._create_pycontext()
  assert.equal(context.type, 'python-ts/PyThreadState*')
  assert.ok(Object.isFrozen(context) && clib.contexts.includes(context))
  clib._exec('x = 5\nclass Own:\n  def m(self): return x', context)
  assert.equal(clib._eval('x', context), 5)
  assert.throws(() => clib._eval('Own'), { name: 'NameError' })
  const own = clib._eval('Own()', context) as Wrapper & { state: string }
  assert.equal(own.state, context.state)
  assert.deepEqual([clib._call_python(own, 'm'), clib._call_python(own, 'm', [], {}, context)], [5, 5])
  assert.equal((clib._import_module('sys', context) as Wrapper & { state: string }).state, context.state)
  assert.deepEqual([clib._delete_pycontext(context), clib._delete_pycontext(context)], [true, false])
  assert.equal(clib.contexts.includes(context), false)
  for (const use of [
    () => clib._eval('1', context),
    () => clib._exec('1', context),
    () => clib._import_module('sys', context),
  ]) {
    assert.throws(use, { message: 'This Python context was deleted; create a new one.' })
  }
  assert.throws(() => clib._call_python(own, 'm'), {
    message: 'This Own object was released and can no longer be used.',
  })
})

test('{} and undefined are the global context; anything else is refused or no context', () => {
  assert.equal(clib._eval('1', {}), 1)
  assert.equal(clib._eval('1', undefined), 1)
  for (const context of [{}, null, undefined, 5, 'x']) {
    assert.equal(clib._delete_pycontext(context as never), false)
  }
})

test('_set_runtime_path takes a path or nothing', () => {
  clib._set_runtime_path(py.runtime_path)
  assert.equal(new Python().eval('1'), 1)
  clib._set_runtime_path(undefined)
  clib._set_runtime_path()
  assert.throws(() => clib._set_runtime_path(5 as never), {
    name: 'TypeError',
    message: '_set_runtime_path() takes a path as a string, not a number.',
  })
})

test('_set_debug writes one line for each operation to stderr', () => {
  const { write } = process.stderr
  const lines: string[] = []
  process.stderr.write = ((line: string) => lines.push(line) > 0) as typeof write
  try {
    clib._set_debug(true)
    py.import('sys')
    py.eval('1')
    clib._set_debug(false)
    py.eval('2')
  } finally {
    process.stderr.write = write
  }
  assert.deepEqual(lines, ['[python-ts] import sys\n', '[python-ts] eval 1\n'])
})
