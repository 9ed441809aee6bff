/** exec and eval. */
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import { PythonError } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  test('a live dict as globals is changed in place', () => {
    const globals = py.eval("type('Globals', (dict,), {})(a=1)")
    py.exec('b = a + 1\ndef f(): return a + b', globals)
    assert.equal(py.eval('f()', globals), 3)
    assert.equal(py.getattr(globals, '__getitem__')('b'), 2)
    assert.equal(py.eval('b', globals.__wrapper__), 2)
  })

  test('a plain object as globals is copied in and never out', () => {
    const own = { a: 5, list: [1] }
    py.exec('b = a; list.append(2); a = 6', own)
    assert.deepEqual(own, { a: 5, list: [1] })
    assert.equal(py.eval('a + 1', own), 6)
    assert.equal(py.eval('a', Object.assign(Object.create(null), { a: 1 })), 1)
    assert.equal(py.eval('a', new Map([['a', 2]])), 2)
  })

  test('own globals do not see __main__, and have the builtins', () => {
    py.exec('only_in_main = 1')
    assert.throws(() => py.eval('only_in_main', {}), { pytype: 'NameError' })
    assert.equal(py.eval('len([1, 2])', {}), 2)
    assert.equal(py.eval('only_in_main', undefined), 1)
    py.exec('del only_in_main')
  })

  test('what runs in __main__ is there for everyone', () => {
    py.exec('def in_main(a, b=2):\n  return a + b')
    assert.equal(py.eval('in_main(1)'), 3)
    assert.equal(py.import('__main__').in_main(5), 7)
    assert.equal(py.eval('in_main.__module__'), '__main__')
    assert.equal(py.exec('1 + 1'), undefined)
  })

  test('a SyntaxError has its position', () => {
    const error = thrown(() => py.exec('x = 1\ny = = 2\n'))
    assert.ok(error instanceof PythonError)
    assert.deepEqual([error.name, error.pytype], ['SyntaxError', 'SyntaxError'])
    assert.equal(error.value.lineno, 2)
    assert.match(error.traceback, /line 2/)
    assert.match(error.traceback, /y = = 2/)
    assert.match(error.traceback, /\^/)
    assert.equal(thrown(() => py.eval('f(')).pytype, 'SyntaxError')
    assert.equal(thrown(() => py.exec('if 1:\nx = 1')).pytype, 'IndentationError')
    assert.equal(thrown(() => py.eval('x = 1')).pytype, 'SyntaxError')
  })

  test('empty code, comments, white space and newlines of every kind', () => {
    py.exec('')
    py.exec('   \n# nothing\n')
    py.exec('a_crlf = 1\r\nb_crlf = 2\r\n')
    assert.equal(py.eval('  a_crlf + b_crlf\n'), 3)
    assert.equal(thrown(() => py.eval('')).pytype, 'SyntaxError')
    py.exec('import __future__\n"""text\nof lines"""')
  })

  test('code with NUL is an error of Python, never cut', () => {
    for (const run of [() => py.exec('x = 1\0y = 2'), () => py.eval('1\0+ 1')]) {
      const error = thrown(run)
      assert.ok(error instanceof PythonError)
      assert.match(error.pytype, /^(ValueError|SyntaxError)$/)
      assert.match(error.message, /null byte/)
    }
    assert.equal(py.eval("'a\\0b'"), 'a\0b')
  })

  test('code with lone surrogates is an error of Python', () => {
    for (const run of [() => py.exec("x = '\ud800'"), () => py.eval("'\udfff'")]) {
      const error = thrown(run)
      assert.ok(error instanceof PythonError)
      assert.match(error.pytype, /^(UnicodeEncodeError|SyntaxError)$/)
    }
  })

  test('code with every other character', () => {
    assert.equal(py.eval("'é😀\u2028名'"), 'é😀\u2028名')
    py.exec('名 = 5')
    assert.equal(py.eval('名'), 5)
  })

  const NOT_CODE: [value: unknown, what: string][] = [
    [undefined, 'undefined'],
    [null, 'null'],
    [1, 'a number'],
    [true, 'a boolean'],
    [1n, 'a bigint'],
    [['1'], 'an array'],
    [{ code: '1' }, 'an object'],
    [Buffer.from('1'), 'an object'],
    [Symbol('1'), 'a symbol'],
  ]
  for (const [value, what] of NOT_CODE) {
    test(`${inspect(value)} is no code`, () => {
      assert.throws(() => py.exec(value as string), {
        name: 'TypeError',
        message: `exec() takes the code as a string, not ${what}.`,
      })
      assert.throws(() => py.eval(value as string), {
        name: 'TypeError',
        message: `eval() takes the expression as a string, not ${what}.`,
      })
    })
  }

  for (const [value, what] of [
    [5, 'a number'],
    ['x', 'a string'],
    [[], 'an array'],
    [new Set(), 'an object'],
    [() => 1, 'a function'],
  ] as const) {
    test(`${what} is no globals`, () => {
      assert.throws(() => py.exec('1', value), {
        name: 'TypeError',
        message: `exec() takes the globals as a Python dict or a plain object, not ${what}.`,
      })
      assert.throws(() => py.eval('1', value), {
        name: 'TypeError',
        message: `eval() takes the globals as a Python dict or a plain object, not ${what}.`,
      })
    })
  }

  test('a live object that is no dict is no globals', () => {
    const object = py.eval('object()')
    assert.throws(() => py.eval('1', object), { name: 'TypeError' })
    assert.throws(() => py.exec('x = 1', object), { name: 'TypeError' })
    assert.equal(py.eval('1'), 1)
  })

  test('globals that are used while they are read by value', () => {
    const globals = {
      get a() {
        return py.eval('40 + 2')
      },
    }
    assert.equal(py.eval('a', globals), 42)
    const throwing = {
      get a() {
        throw new RangeError('mine')
      },
    }
    assert.throws(() => py.eval('a', throwing), { name: 'RangeError', message: 'mine' })
    assert.equal(py.eval('1'), 1)
  })

  test('globals, pairs and bytes of another realm', () => {
    const there = (code: string): never => runInNewContext(code) as never
    assert.equal(py.eval('x', there('({ x: 1 })')), 1)
    assert.equal(py.eval('x', there('new Map([["x", 2]])')), 2)
    assert.equal(String(py.dict(there('new Map([[1, 2]])'))), '{1: 2}')
    assert.equal(String(py.bytes(there('new Uint8Array([97]).buffer'))), "b'a'")
  })
})
