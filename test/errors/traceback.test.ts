/** The traceback of a PythonError is what Python prints, whether or not its frames are known from before. */
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Python } from 'python-ts'
import { everywhere, folderOfPlaces } from '../support/places'
import { thrown } from '../support/thrown'

const folder = folderOfPlaces('traceback')
const FILE = join(folder, 'raises_é.py')
const SOURCE = `
import sys, traceback

def printed(e):
    try: return ''.join(traceback.format_exception(e))
    except BaseException: return ''

class Own(Exception): pass
class Nested:
    class Inner(Exception): pass
class Silent(Exception):
    def __str__(self): raise ValueError('no text')
class Ending(Exception):
    def __str__(self): sys.exit(1)
class Moduleless(Exception):
    __module__ = None
class Causing(Exception):
    @property
    def __cause__(self): return None
class Notes(Exception):
    __notes__ = 'no list'
class OddNotes(Exception):
    @property
    def __notes__(self): raise KeyError('notes')
class Members(Exception):
    exceptions = ()

def fail(e): raise e
def plain(): fail(ValueError('plain'))
def without_text(): raise KeyError
def several_lines(): raise ValueError('one\\ntwo\\n')
def long_expression(): return (1 +
    2) / (3 -
    3)
def carets(): return [1, 2][0] + {}['a'] + 1
def cause():
    try: {}['first']
    except KeyError as e: raise Own('second') from e
def context():
    try: {}['first']
    except KeyError: raise Own('second')
def suppressed():
    try: {}['first']
    except KeyError: raise Own('second') from None
def never_raised(): raise ValueError('raised') from KeyError('not raised')
def circle():
    a, b = ValueError('a'), KeyError('b')
    a.__cause__, b.__cause__ = b, a
    raise a
def itself():
    a = ValueError('a')
    a.__context__, a.__cause__ = None, a
    raise a
def chain(length):
    error = None
    for i in range(length):
        new = ValueError(i); new.__cause__ = error; error = new
    raise error
def same(depth): return same(depth - 1) if depth else 1 / 0
def even(depth): return odd(depth - 1)
def odd(depth): return even(depth - 1) if depth > 0 else fail(ValueError(depth))
def items():
    yield 1
    raise Own('in a generator')
def generator(): return list(items())
def own_code():
    exec(compile('def made():\\n  raise ValueError(1)\\nmade()', '<made>', 'exec'))
def of(kind, *args): raise kind(*args)
def noted():
    e = ValueError('v')
    e.__notes__ = ['a note', 5, 'two\\nlines']
    raise e
def misspelt(): return fial
def missing(): return sys.mudoles
def not_there():
    from sys import mudoles
def syntax(): compile('def f(:', 'file.py', 'exec')
def group(): raise ExceptionGroup('many', [ValueError(1), KeyError('k')])
def grouped_cause():
    try: group()
    except ExceptionGroup as e: raise ValueError('after') from e
def again():
    try: plain()
    except ValueError as e:
        e.__traceback__ = e.__traceback__.tb_next
        raise e
def stripped():
    raise ValueError('stripped').with_traceback(None)
`
writeFileSync(FILE, SOURCE)

everywhere(__filename, (py, test) => {
  py.add_syspath(folder)
  const raises = py.import('raises_é')
  const hasGroups = py.eval('hasattr(__import__("builtins"), "ExceptionGroup")') as boolean

  const PLAIN = ['plain', 'without_text', 'several_lines', 'long_expression', 'carets', 'cause', 'context']
  const ODD = ['suppressed', 'never_raised', 'circle', 'itself', 'generator', 'own_code', 'noted', 'again']
  const TOLD = ['misspelt', 'missing', 'not_there', 'syntax', 'stripped']
  const GROUPS = hasGroups ? ['group', 'grouped_cause'] : []
  const OF = ['Silent', 'Ending', 'Moduleless', 'Causing', 'Notes', 'OddNotes', 'Members']
  const CALLS: [title: string, call: () => unknown][] = [
    ...[...PLAIN, ...ODD, ...TOLD, ...GROUPS].map((name): [string, () => unknown] => [
      name,
      () => raises[name](),
    ]),
    ...OF.map((name): [string, () => unknown] => [name, () => raises.of(raises[name], 'text')]),
    ['a nested class', () => raises.of(raises.Nested.Inner, 'text')],
    ['an empty text', () => raises.of(raises.Own, '')],
    ...[1, 2, 8, 9, 30].map((length): [string, () => unknown] => [
      `a chain of ${length}`,
      () => raises.chain(length),
    ]),
    ...[0, 1, 2, 3, 4, 20].map((depth): [string, () => unknown] => [
      `${depth} calls of itself`,
      () => raises.same(depth),
    ]),
    ...[1, 2, 8, 30].map((depth): [string, () => unknown] => [
      `${depth} calls in turns`,
      () => raises.even(depth),
    ]),
  ]

  for (const [title, call] of CALLS) {
    test(`what Python prints: ${title}`, () => {
      for (let i = 0; i < 3; i++) {
        const error = thrown(call)
        assert.equal(error.traceback, raises.printed(error.value))
      }
    })
  }

  test('sys.tracebacklimit counts', () => {
    try {
      thrown(() => raises.plain())
      py.exec('import sys; sys.tracebacklimit = 1')
      const error = thrown(() => raises.plain())
      assert.equal(error.traceback, raises.printed(error.value))
      assert.doesNotMatch(error.traceback, /in fail/)
    } finally {
      py.exec('del sys.tracebacklimit')
    }
  })

  test('the lines are those that the code was made of, also when the file changes', () => {
    const path = join(folder, 'changes.py')
    rmSync(join(folder, '__pycache__'), { recursive: true, force: true })
    py.exec("import sys; sys.modules.pop('changes', None)")
    writeFileSync(path, 'def fails():\n    raise ValueError("old")\n')
    const changes = py.import('changes')
    assert.match(thrown(() => changes.fails()).traceback, /raise ValueError\("old"\)/)
    writeFileSync(path, '\n\n# another line\ndef fails():\n    raise KeyError("new and longer")\n')
    assert.match(thrown(() => changes.fails()).traceback, /raise ValueError\("old"\)/)
    py.reload(changes)
    assert.match(
      thrown(() => changes.fails()).traceback,
      /line 5, in fails\n {4}raise KeyError\("new and longer"\)/,
    )
  })

  test('code that is made anew each time', () => {
    for (let i = 0; i < 3000; i++) {
      const error = thrown(() => py.eval(`(lambda: ${i} / 0)()`))
      if (i % 500 === 0) assert.equal(error.traceback, raises.printed(error.value))
    }
  })

  test('frames of JavaScript in between', () => {
    const inner = (): unknown => raises.plain()
    py.exec('def through(f): return f()')
    const { through } = py.import('__main__')
    for (let i = 0; i < 3; i++) {
      const error = thrown(() => through(inner))
      assert.equal(error.traceback, raises.printed(error.value))
      assert.match(error.traceback, /in through[\s\S]*in inner[\s\S]*in plain/)
    }
  })

  test('on a worker thread, and in contexts', async () => {
    // biome-ignore lint/suspicious/noExplicitAny: the error is looked at in every way
    const rejected = (promise: Promise<unknown>): Promise<any> =>
      promise.then(
        () => assert.fail('it did not fail'),
        (error) => error,
      )
    for (let i = 0; i < 3; i++) {
      const error = await rejected(raises.cause_async())
      assert.equal(error.traceback, raises.printed(error.value))
    }
    const context = new Python({ context: true })
    try {
      context.add_syspath(folder)
      const others = context.import('raises_é')
      for (const name of ['cause', 'misspelt', 'cause']) {
        const error = thrown(() => others[name]())
        assert.equal(error.traceback, others.printed(error.value))
      }
    } finally {
      context.delete()
    }
  })

  test('what a PythonError says can be overwritten, and survives a copy', () => {
    const error = thrown(() => raises.plain())
    const copy = structuredClone(error)
    assert.deepEqual([copy.message, copy.stack], ['plain', error.stack])
    for (const key of ['name', 'pytype', 'value', 'traceback', 'notes', 'stack', 'message']) {
      error[key] = `my ${key}`
      assert.equal(error[key], `my ${key}`)
    }
    assert.equal(String(error), 'my name: my message')
    const other = thrown(() => raises.plain())
    assert.deepEqual([other.name, other.pytype, other.notes], ['ValueError', 'ValueError', []])
    assert.equal(other.notes, other.notes)
    assert.equal(Object.getPrototypeOf(other).traceback, undefined)
    assert.deepEqual(Object.keys(other), [])
  })

  test('Error.stackTraceLimit is left as it was, and counts', () => {
    const before = Error.stackTraceLimit
    try {
      for (const limit of [0, 1, 3]) {
        Error.stackTraceLimit = limit
        const { stack } = thrown(() => raises.plain())
        assert.equal(Error.stackTraceLimit, limit)
        assert.equal(stack.split('\n').filter((line: string) => line.startsWith('    at ')).length, limit)
      }
    } finally {
      Error.stackTraceLimit = before
    }
  })
})
