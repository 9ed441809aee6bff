/** `import` of what is loaded: what `sys.modules` says now, at every call. */
import assert from 'node:assert/strict'
import { kwargs, Python } from 'python-ts'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  py.exec(`
import sys, types
def make(name, **values):
    module = types.ModuleType(name)
    module.__dict__.update(values)
    sys.modules[name] = module
    return module
def put(name, value): sys.modules[name] = value
def remove(*names):
    for name in names: sys.modules.pop(name, None)
`)
  const { make, put, remove } = py.import('__main__')

  test('a module that was replaced, and one that was removed', () => {
    try {
      const first = make('swapped', kwargs({ value: 1 }))
      assert.equal(py.import('swapped'), first)
      assert.equal(py.import('swapped'), first)
      const second = make('swapped', kwargs({ value: 2 }))
      assert.equal(py.import('swapped'), second)
      assert.notEqual(first, second)
      assert.equal(py.import<{ value: number }>('swapped').value, 2)
      remove('swapped')
      assert.throws(() => py.import('swapped'), { pytype: 'ModuleNotFoundError' })
      put('swapped', first)
      assert.equal(py.import('swapped'), first)
    } finally {
      remove('swapped')
    }
  })

  test('what is no module, and what must not be imported', () => {
    try {
      for (const value of [5, 'text', [1, 2], 2n ** 70n]) {
        put('odd', value)
        assert.deepEqual(py.import('odd'), value)
      }
      put('odd', null)
      assert.throws(() => py.import('odd'), { pytype: 'ModuleNotFoundError' })
    } finally {
      remove('odd')
    }
  })

  test('a submodule, now and after it was replaced', () => {
    try {
      assert.equal(py.import('os.path'), py.import('os').path)
      make('top', kwargs({ __path__: [] }))
      const inner = make('top.inner')
      assert.equal(py.import('top.inner'), inner)
      assert.notEqual(py.import('top'), inner)
      const other = make('top.inner')
      assert.equal(py.import('top.inner'), other)
    } finally {
      remove('top', 'top.inner')
    }
  })

  test('a released module is imported anew', () => {
    const first = py.import('colorsys')
    py.gc(first)
    const second = py.import('colorsys')
    assert.notEqual(first, second)
    assert.equal(second.__name__, 'colorsys')
  })

  test('names of every kind', () => {
    for (const name of [
      '',
      '.',
      'a.',
      '.a',
      'a b',
      'no such module',
      'a\0b',
      '名',
      '\ud800',
      'x'.repeat(5000),
    ]) {
      assert.throws(() => py.import(name), Error, JSON.stringify(name))
    }
    assert.equal(py.import('json').__name__, 'json')
  })

  test('each context has its own', () => {
    const own = new Python({ context: true })
    try {
      assert.notEqual(own.import('json'), py.import('json'))
      assert.equal(own.import('json'), own.import('json'))
    } finally {
      own.delete()
    }
  })
})
