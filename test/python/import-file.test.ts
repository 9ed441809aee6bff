/** import_file: modules by their files. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PyValue } from 'python-ts'
import { everywhereAndShared, folderOfPlaces } from '../support/places'

const folder = folderOfPlaces('import-file')
const inFolder = (name: string) => join(folder, name)
mkdirSync(inFolder('byfolder/deep'), { recursive: true })
mkdirSync(inFolder('no_package'), { recursive: true })
const FILES = {
  'byfile.py': 'import sys\nhere = __file__\nwhere = list(sys.path)\nclass Thing: pass\n',
  '名字 plugin.py': 'value = "名"\n',
  'byfolder/__init__.py': 'from . import part\nvalue = part.value\n',
  'byfolder/part.py': 'value = 2\n',
  'byfolder/deep/__init__.py': 'value = 3\n',
  'fails.py': 'import byfile_unknown\n',
  'broken.py': 'def f(:\n',
  'json.py': 'value = "mine"\n',
  'text.txt': 'value = 1\n',
}
for (const [name, text] of Object.entries(FILES)) writeFileSync(inFolder(name), text)

everywhereAndShared(__filename, (py, test) => {
  const path = () => py.eval<string[]>('__import__("sys").path')

  test('a file, the folder of a package, and a URL are imported once', async () => {
    const before = path()
    const byFile = py.import_file(inFolder('byfile.py'))
    assert.equal(byFile.here, inFolder('byfile.py'))
    assert.equal(py.import_file(relative(process.cwd(), inFolder('byfile.py'))), byFile)
    assert.equal(py.import_file(pathToFileURL(inFolder('byfile.py'))), byFile)
    assert.equal(await py.import_file_async(inFolder('byfile.py')), byFile)
    assert.equal(py.import('byfile'), byFile)
    assert.equal(py.type(new byFile.Thing()), byFile.Thing)
    const byFolder = py.import_file(inFolder('byfolder'))
    assert.deepEqual([byFolder.value, py.import('byfolder.deep').value], [2, 3])
    assert.equal(py.import_file(pathToFileURL(inFolder('名字 plugin.py'))).value, '名')
    assert.deepEqual([path(), byFile.where], [before, before])
  })

  test('a name of its own, and the same file under two', () => {
    const one = py.import_file(inFolder('json.py'), 'my_json')
    assert.deepEqual([one.value, one.__name__], ['mine', 'my_json'])
    assert.equal(py.import_file(inFolder('json.py'), 'my_json'), one)
    const other = py.import_file(inFolder('json.py'), 'other_json')
    assert.notEqual(other, one)
    assert.equal(other.__name__, 'other_json')
    assert.equal(py.import('json').loads('[1]')[0], 1)
  })

  test('reload runs the file again', () => {
    const module = py.import_file(inFolder('byfile.py'), 'again')
    module.here = 'changed'
    assert.equal(py.reload(module), true)
    assert.equal(module.here, inFolder('byfile.py'))
  })

  test('what fails leaves nothing, and can be tried again', () => {
    const isLoaded = py.eval<PyValue>('lambda name: name in __import__("sys").modules')
    for (let round = 0; round < 2; round++) {
      assert.throws(() => py.import_file(inFolder('fails.py')), {
        name: 'ModuleNotFoundError',
        message: /byfile_unknown/,
      })
      assert.throws(() => py.import_file(inFolder('broken.py')), { name: 'SyntaxError' })
      assert.deepEqual([isLoaded('fails'), isLoaded('broken')], [false, false])
      assert.throws(() => py.import('broken'), { name: 'ModuleNotFoundError' })
    }
  })

  const MISSING = { name: 'FileNotFoundError', message: /No such file or directory/ }
  const notFree = (name: string) => ({
    name: 'ImportError',
    message: new RegExp(`^${name} is the name of another module, from .*: give that of .* another name\\.$`),
  })
  const WRONG: [what: string, args: unknown[], error: { name: string; message: unknown }][] = [
    ['no such file', [inFolder('nothing.py')], MISSING],
    ['a folder that is no package', [inFolder('no_package')], MISSING],
    ['the name of a module of Python', [inFolder('json.py')], notFree('json')],
    ['the name of one that is not loaded', [inFolder('byfile.py'), 'tabnanny'], notFree('tabnanny')],
    ['the name of one in C', [inFolder('byfile.py'), 'sys'], notFree('sys')],
    ['the name of one imported by its file', [inFolder('byfolder/part.py'), 'byfile'], notFree('byfile')],
    [
      'a file that is not Python',
      [inFolder('text.txt')],
      { name: 'ImportError', message: /text\.txt is no file that Python imports\.$/ },
    ],
    [
      'a package that is not there',
      [inFolder('byfile.py'), 'nowhere.byfile'],
      { name: 'ModuleNotFoundError', message: /nowhere/ },
    ],
    [
      'no path',
      [7],
      { name: 'TypeError', message: 'import_file() takes a path as a string, or a file: URL, not a number.' },
    ],
    [
      'a URL of another kind',
      [new URL('http://localhost/a.py')],
      { name: 'TypeError', message: 'import_file() takes a file: URL, not http://localhost/a.py.' },
    ],
    [
      'no name',
      [inFolder('byfile.py'), 7],
      { name: 'TypeError', message: 'import_file() takes the name of a module as a string, not a number.' },
    ],
  ]
  for (const [what, args, error] of WRONG) {
    test(`refused: ${what}`, async () => {
      py.import_file(inFolder('byfile.py'))
      assert.throws(() => py.import_file(...(args as [string])), error as Error)
      const ofTwin = {
        ...error,
        message: String(error.message).replace('import_file()', 'import_file_async()'),
      }
      const expected = error.message instanceof RegExp ? error : ofTwin
      await assert.rejects(py.import_file_async(...(args as [string])), expected as Error)
    })
  }
})
