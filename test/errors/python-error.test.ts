/** PythonError: what Python raised, as JavaScript sees it. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { PythonError } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  const folder = mkdtempSync(join(tmpdir(), 'python-ts-errors-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'fails_é.py')
  writeFileSync(
    file,
    `def inner():
    return {}['key é']

def outer():
    inner()
`,
  )
  py.add_syspath(folder)
  py.exec(`
import sys
class Own(Exception):
    class Nested(Exception): pass
class Textless(Exception):
    def __str__(self): raise ValueError('no text')
    __repr__ = __str__
class Worse(Exception):
    def __str__(self): raise SystemExit(9)
class Odd(Exception):
    name = 'attribute'
    message = 5
    stack = 'mine'
    @property
    def pytype(self): raise KeyError('pytype')
class NoStr(Exception):
    def __str__(self): return 5
class Meta(type):
    def __getattribute__(cls, name): raise RuntimeError('meta ' + name)
def raise_(e): raise e
def chain():
    try: {}['first']
    except KeyError as e: raise ValueError('second') from e
def context():
    try: {}['first']
    except KeyError: raise ValueError('second')
def suppressed():
    try: {}['first']
    except KeyError: raise ValueError('second') from None
def circle():
    a, b = ValueError('a'), KeyError('b')
    a.__cause__, b.__cause__ = b, a
    raise a
def long_chain(n):
    error = None
    for i in range(n):
        new = ValueError(i); new.__cause__ = error; error = new
    raise error
def deep(n):
    return deep(n - 1) if n else 1 / 0
def endless(): return endless()
`)
  const main = py.import('__main__')
  // biome-ignore lint/suspicious/noExplicitAny: the error is looked at in every way
  const raised = (code: string): any => thrown(() => py.eval(code))

  const ROWS: [code: string, name: string, pytype: string, message: string][] = [
    ['1 / 0', 'ZeroDivisionError', 'ZeroDivisionError', 'division by zero'],
    ["{}['k']", 'KeyError', 'KeyError', "'k'"],
    ["raise_(Own('mine', 2))", 'Own', '__main__.Own', "('mine', 2)"],
    ["raise_(Own.Nested('n'))", 'Nested', '__main__.Own.Nested', 'n'],
    ["__import__('json').loads('{')", 'JSONDecodeError', 'json.decoder.JSONDecodeError', ''],
    ['raise_(ValueError)', 'ValueError', 'ValueError', ''],
    ["raise_(ValueError('é😀\\0\\ud800'))", 'ValueError', 'ValueError', 'é😀\0\ud800'],
    [
      "raise_(ValueError('python-ts: TypeError: not an error'))",
      'ValueError',
      'ValueError',
      'python-ts: TypeError: not an error',
    ],
    [
      "raise_(OSError(2, 'No such file', 'name'))",
      'FileNotFoundError',
      'FileNotFoundError',
      "[Errno 2] No such file: 'name'",
    ],
    ['raise_(StopIteration(5))', 'StopIteration', 'StopIteration', '5'],
    ['raise_(StopAsyncIteration)', 'StopAsyncIteration', 'StopAsyncIteration', ''],
    ['raise_(GeneratorExit)', 'GeneratorExit', 'GeneratorExit', ''],
    ['raise_(KeyboardInterrupt)', 'KeyboardInterrupt', 'KeyboardInterrupt', ''],
    ['raise_(SystemExit)', 'SystemExit', 'SystemExit', ''],
    ['sys.exit(3)', 'SystemExit', 'SystemExit', '3'],
    ["sys.exit('text')", 'SystemExit', 'SystemExit', 'text'],
    ['exit(4)', 'SystemExit', 'SystemExit', '4'],
    ['raise_(MemoryError)', 'MemoryError', 'MemoryError', ''],
    ['raise_(BaseException(1))', 'BaseException', 'BaseException', '1'],
    ['raise_(5)', 'TypeError', 'TypeError', 'exceptions must derive from BaseException'],
    ['undefined_name', 'NameError', 'NameError', "name 'undefined_name' is not defined"],
  ]
  for (const [code, name, pytype, message] of ROWS) {
    test(`${code} is a ${name}`, () => {
      const error = raised(code)
      assert.ok(error instanceof PythonError && error instanceof Error)
      assert.equal(error.name, name)
      assert.equal(error.pytype.replace(/^__main__\./, ''), pytype.replace(/^__main__\./, ''))
      if (message !== '' || !error.message.startsWith('Expecting')) assert.equal(error.message, message)
      assert.equal(py.isPyObject(error.value), true)
      assert.match(error.traceback, /^Traceback \(most recent call last\):\n|^ {2}File /)
      assert.equal(py.eval('1 + 1'), 2)
    })
  }

  test('the traceback names file and line of every frame', () => {
    const { traceback, stack } = thrown(() => py.import('fails_é').outer())
    assert.match(traceback, /fails_é\.py", line 5, in outer\n {4}inner\(\)/)
    assert.match(traceback, /fails_é\.py", line 2, in inner\n/)
    assert.ok(traceback.trimEnd().endsWith("KeyError: 'key é'"), traceback)
    assert.match(stack, /^KeyError: 'key é'\n {4}at .*python-error\.test/)
    assert.match(stack, /line 2, in inner/)
  })

  test('value is the live exception', () => {
    const error = raised("raise_(Own('mine', 2))")
    assert.deepEqual(error.value.args, ['mine', 2])
    assert.equal(error.value instanceof main.Own, true)
    assert.equal(error instanceof main.Own, true)
    assert.equal(error instanceof py.eval('KeyError'), false)
    error.value.extra = 'kept'
    assert.equal(thrown(() => main.raise_(error)).value.extra, 'kept')
  })

  test('cause and context are the cause; a suppressed context is none', () => {
    const chain = raised('chain()')
    assert.deepEqual(
      [chain.message, chain.cause.name, chain.cause.message],
      ['second', 'KeyError', "'first'"],
    )
    assert.ok(chain.cause instanceof PythonError)
    assert.match(chain.traceback, /direct cause/)
    const context = raised('context()')
    assert.equal(context.cause.name, 'KeyError')
    assert.match(context.traceback, /During handling/)
    const suppressed = raised('suppressed()')
    assert.equal(suppressed.cause, undefined)
    assert.equal('cause' in suppressed, false)
    assert.doesNotMatch(suppressed.traceback, /first/)
  })

  test('causes in a circle, and many of them', () => {
    const circle = raised('circle()')
    assert.deepEqual([circle.message, circle.cause.name], ['a', 'KeyError'])
    let length = 0
    let error = raised('long_chain(2000)')
    assert.equal(error.message, '1999')
    for (; error !== undefined && length < 3000; error = error.cause) length++
    assert.ok(length > 1)
    assert.equal(py.eval('1'), 1)
  })

  test('exceptions whose own code fails', () => {
    for (const code of ['raise_(Textless())', 'raise_(Worse())', 'raise_(NoStr())', 'raise_(Odd())']) {
      const error = raised(code)
      assert.ok(error instanceof PythonError, code)
      assert.equal(error.name, code.slice('raise_('.length, -3))
      assert.equal(typeof error.message, 'string')
      assert.equal(typeof error.traceback, 'string')
      inspect(error)
      assert.equal(py.eval('1'), 1)
    }
  })

  test('a type that cannot even be named', () => {
    py.exec("Nameless = Meta('Nameless', (Exception,), {})")
    const error = raised('raise_(Nameless())')
    assert.ok(error instanceof Error)
    assert.equal(py.eval('1'), 1)
  })

  test('deep recursion is a RecursionError', () => {
    const error = thrown(() => main.endless())
    assert.equal(error.pytype, 'RecursionError')
    assert.match(raised('deep(500)').traceback, /in deep/)
    assert.equal(py.eval('1'), 1)
  })

  test('exception groups', () => {
    if (py.eval('sys.version_info < (3, 11)')) return
    const error = raised("raise_(ExceptionGroup('many', [ValueError(1), KeyError('k')]))")
    assert.deepEqual([error.name, error.message], ['ExceptionGroup', 'many (2 sub-exceptions)'])
    assert.equal(error.value.exceptions.length, 2)
    assert.match(error.traceback, /ValueError: 1/)
    assert.match(error.traceback, /KeyError: 'k'/)
  })

  test('notes are in the traceback', () => {
    if (py.eval('sys.version_info < (3, 11)')) return
    py.exec("def noted():\n  e = ValueError('v'); e.add_note('a note'); raise e")
    assert.match(raised('noted()').traceback, /a note/)
  })

  test('only message is a data property that console.log repeats', () => {
    const error = raised("{}['k']")
    assert.deepEqual(Object.keys(error), [])
    assert.equal(String(error), "KeyError: 'k'")
    assert.match(inspect(error), /KeyError: 'k'/)
    error.message = 'changed'
    error.stack = 'changed'
    assert.deepEqual([error.message, error.stack], ['changed', 'changed'])
  })

  test('results that look like errors are results', () => {
    const texts = [
      'python-ts: error',
      'Error: x',
      'Traceback (most recent call last):',
      'PythonError',
      '\0error',
    ]
    for (const text of texts) assert.equal(py.eval('lambda x: x')(text), text)
    const exception = py.eval("ValueError('a value')")
    assert.equal(py.isPyObject(exception), true)
    assert.equal(exception instanceof Error, false)
    assert.deepEqual(exception.args, ['a value'])
  })

  test('an exception leaves nothing pending', () => {
    for (let i = 0; i < 200; i++) {
      assert.throws(() => py.eval('raise_(ValueError(1))'), PythonError)
      assert.throws(() => py.eval('object()').absent(), TypeError)
      assert.equal(py.eval('sys.exc_info()[0]'), null)
    }
  })

  test('KeyboardInterrupt and SystemExit raised anywhere are exceptions', () => {
    py.exec(`
class Ends:
    def __str__(self): sys.exit(1)
    __repr__ = __str__
    def __iter__(self): yield 1; sys.exit(2)
    def __len__(self): raise KeyboardInterrupt
    @property
    def attribute(self): sys.exit(3)
    def __eq__(self, other): sys.exit(4)
    def __hash__(self): sys.exit(5)
`)
    const ends = py.eval('Ends()')
    assert.throws(() => String(ends), { name: 'SystemExit' })
    assert.throws(() => [...ends], { name: 'SystemExit' })
    assert.throws(() => ends.attribute, { name: 'SystemExit' })
    assert.throws(() => py.eval('len')(ends), { name: 'KeyboardInterrupt' })
    assert.match(inspect(ends), /repr raised SystemExit/)
    assert.equal(py.eval('1'), 1)
  })
})
