/** import, reload, add_syspath. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { PythonError, type PyValue } from 'python-ts'
import { everywhere, folderOfPlaces } from '../support/places'
import { thrown } from '../support/thrown'

const folder = folderOfPlaces('import')
const writeModule = (name: string, code: string) => writeFileSync(join(folder, `${name}.py`), code)
writeModule('imports_badly', 'import no_such_module_anywhere\n')
writeModule('raises_at_import', 'def f():\n    raise ValueError("at import")\nf()\n')
writeModule('with-dash', 'value = 1\n')
writeModule('名字', 'value = "名"\n')
mkdirSync(join(folder, 'pack'), { recursive: true })
writeFileSync(join(folder, 'pack', '__init__.py'), 'inside = 1\n')
writeFileSync(join(folder, 'pack', 'part.py'), 'value = 2\n')

everywhere(__filename, (py, test) => {
  const path = (): string[] => py.eval("__import__('sys').path")
  py.add_syspath(folder)
  py.exec(`
import os, sys
def forget(name):
    sys.modules.pop(name, None)
    cached = os.path.join(folder, '__pycache__')
    for file in os.listdir(cached) if os.path.isdir(cached) else []:
        if file.startswith(name + '.'): os.remove(os.path.join(cached, file))
`)
  py.import('__main__').folder = folder
  const { forget } = py.import('__main__')

  test('a dotted name gives the submodule', () => {
    assert.equal(py.import('pack.part').value, 2)
    assert.equal(py.import('pack').inside, 1)
    assert.equal(py.import('os.path'), py.import('os').path)
  })

  test('odd names are names like others', () => {
    assert.equal(py.import('with-dash').value, 1)
    assert.equal(py.import('名字').value, '名')
  })

  const MISSING: [name: string, pytype: string][] = [
    ['no_such_module', 'ModuleNotFoundError'],
    ['os.no_such_part', 'ModuleNotFoundError'],
    ['sys.path', 'ModuleNotFoundError'],
    ["os'; print(1); '", 'ModuleNotFoundError'],
    ['os\n', 'ModuleNotFoundError'],
    ['😀', 'ModuleNotFoundError'],
    ['', 'ValueError'],
  ]
  for (const [name, pytype] of MISSING) {
    test(`import(${JSON.stringify(name)}) is a ${pytype}`, () => {
      const error = thrown(() => py.import(name))
      assert.ok(error instanceof PythonError)
      assert.equal(error.pytype, pytype)
      assert.equal(py.import('sys').__name__, 'sys')
    })
  }

  for (const name of ['a\0b', '\ud800', '.os', '..', 'os.', '.']) {
    test(`import(${JSON.stringify(name)}) is an error of Python's`, () => {
      const error = thrown(() => py.import(name))
      assert.ok(error instanceof PythonError, String(error))
      assert.notEqual(error.pytype, 'SystemError')
      assert.equal(py.import('sys').__name__, 'sys')
    })
  }

  const NOT_NAMES: [value: unknown, what: string][] = [
    [undefined, 'undefined'],
    [null, 'null'],
    [5, 'a number'],
    [['os'], 'an array'],
    [{}, 'an object'],
    [Symbol('os'), 'a symbol'],
    [() => 'os', 'a function'],
  ]
  for (const [value, what] of NOT_NAMES) {
    test(`import(${what}) is a TypeError`, () => {
      assert.throws(() => py.import(value as string), {
        name: 'TypeError',
        message: `import() takes the name of a module as a string, not ${what}.`,
      })
    })
  }

  test('an exception inside the module arrives with its own name and place', () => {
    const missing = thrown(() => py.import('imports_badly'))
    assert.equal(missing.message, "No module named 'no_such_module_anywhere'")
    assert.match(missing.traceback, /imports_badly\.py", line 1/)
    const raised = thrown(() => py.import('raises_at_import'))
    assert.deepEqual([raised.pytype, raised.message], ['ValueError', 'at import'])
    assert.match(raised.traceback, /raises_at_import\.py", line 2, in f/)
    assert.equal(py.eval("'raises_at_import' in __import__('sys').modules"), false)
  })

  test('reload runs the module again, by object and by name', () => {
    forget('reloaded')
    writeModule('reloaded', 'value = 1\ndef f(): return "old"\n')
    const reloaded = py.import('reloaded')
    const { f } = reloaded
    assert.equal(f(), 'old')
    writeModule('reloaded', 'value = 22\nextra = 3\ndef f(): return "new"\n')
    assert.equal(py.reload(reloaded), true)
    assert.deepEqual([reloaded.value, reloaded.extra, reloaded.f()], [22, 3, 'new'])
    writeModule('reloaded', 'value = 333\n')
    assert.equal(py.reload('reloaded'), true)
    assert.equal(reloaded.value, 333)
    assert.equal(py.reload(reloaded.__wrapper__), true)
  })

  test('reload of what cannot be reloaded is an error', () => {
    assert.throws(() => py.reload(5), {
      name: 'TypeError',
      message: 'reload() takes a live Python object, not a number.',
    })
    assert.throws(() => py.reload(py.eval('object()')), { pytype: 'TypeError' })
    assert.throws(() => py.reload('no_such_module'), PythonError)
    forget('breaks')
    writeModule('breaks', 'value = 1\n')
    const breaks = py.import('breaks')
    writeModule('breaks', 'value = = 2\n')
    assert.throws(() => py.reload(breaks), { pytype: 'SyntaxError' })
    assert.equal(breaks.value, 1)
  })

  test('add_syspath puts a folder in front, once', () => {
    const added = join(folder, 'pack')
    const before = path()
    try {
      assert.equal(py.add_syspath(added), true)
      assert.deepEqual(path(), [added, ...before])
      assert.equal(py.add_syspath(added), false)
      assert.equal(py.add_syspath(relative(process.cwd(), added)), false)
      assert.deepEqual(path(), [added, ...before])
    } finally {
      py.exec('import sys; sys.path.remove(added)', { added })
    }
  })

  const ODD_FOLDERS = [
    'with \'quotes\' "both"',
    'back\\slash',
    'new\nline',
    'Ünïcödé 名 😀',
    '"""',
    "'''",
    '{x}%s',
  ]
  for (const name of ODD_FOLDERS) {
    test(`add_syspath takes ${JSON.stringify(name)}`, () => {
      const odd = resolve(folder, name)
      mkdirSync(odd, { recursive: true })
      const unique = `odd_module_${ODD_FOLDERS.indexOf(name)}`
      writeFileSync(join(odd, `${unique}.py`), 'value = 7\n')
      forget(unique)
      assert.equal(py.add_syspath(odd), true)
      try {
        assert.equal(path()[0], odd)
        assert.equal(py.import(unique).value, 7)
      } finally {
        py.exec('import sys; sys.path.remove(odd)', { odd })
      }
    })
  }

  test('add_syspath takes strings only', () => {
    for (const [value, what] of NOT_NAMES) {
      assert.throws(() => py.add_syspath(value as string), {
        name: 'TypeError',
        message: `add_syspath() takes a folder as a string, not ${what}.`,
      })
    }
  })

  test('a converter of modules, and modules of a class of their own', () => {
    py.exec(`
import sys, types
class Own(types.ModuleType): pass
sys.modules['own_module'] = Own('own_module')
sys.modules['no_module'] = 'a str'
`)
    try {
      assert.equal(py.import('own_module'), py.import('own_module'))
      assert.equal(py.import('own_module').__name__, 'own_module')
      assert.equal(py.import('no_module'), 'a str')
      const remove = py.registerConverter({
        python: 'types.ModuleType',
        toJS: (module: PyValue) => `module ${module.__name__}`,
      })
      try {
        assert.equal(py.import('json'), 'module json')
      } finally {
        remove()
      }
      assert.equal(py.import('json').__name__, 'json')
      assert.equal(py.import('json'), py.import('json'))
    } finally {
      py.exec("del sys.modules['own_module'], sys.modules['no_module']")
    }
  })
})
