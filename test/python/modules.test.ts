/** JavaScript objects that are modules of Python, by names that the program gives. */
import assert from 'node:assert/strict'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  py.exec(
    'import sys\ndef put(name, module): sys.modules[name] = module\ndef drop(name): del sys.modules[name]',
  )
  const { put, drop } = py.import('__main__')

  test('a JavaScript object is a module of Python by the name that it is given', () => {
    const settings = { unit: 'km', twice: (x: number) => 2 * x, deep: { list: [1] } }
    put('settings', py.ref(settings))
    try {
      assert.equal(py.eval('exec("from settings import twice, unit", n) or n["twice"](21)', { n: {} }), 42)
      py.exec('import settings\nsettings.deep.list.append(2)\nsettings.unit = "mi"')
      assert.deepEqual([settings.deep.list, settings.unit], [[1, 2], 'mi'])
      assert.equal(py.import('settings'), settings)
      assert.throws(() => py.exec('from settings import absent'), {
        pytype: 'ImportError',
        message: /cannot import name 'absent'/,
      })
      py.exec('del settings')
    } finally {
      drop('settings')
    }
    assert.throws(() => py.exec('import settings'), { pytype: 'ModuleNotFoundError' })
  })

  test('an instance of a class, too', () => {
    class App {
      #started = 1
      started(): number {
        return this.#started
      }
    }
    put('app', new App())
    try {
      assert.equal(py.eval('__import__("app").started()'), 1)
    } finally {
      drop('app')
    }
  })
})
