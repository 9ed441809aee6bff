/** The constructor's options, the second runtime, two Pythons on one main context: of JavaScript alone, so in one place. */
import assert from 'node:assert/strict'
import { Python, type PythonOptions } from 'python-ts'
import { test } from '../support/leaks'

const py = new Python()

const CONTEXT = 'The option context of Python must be a boolean or a plain object.'
const GIL = "The option gil of a context must be 'own' or 'shared'."
const REFUSED: [title: string, options: unknown, message: string][] = [
  ['a number', 5, 'The options of Python must be a plain object.'],
  ['null', null, 'The options of Python must be a plain object.'],
  ['a string', 'x', 'The options of Python must be a plain object.'],
  ['an array', [], 'The options of Python must be a plain object.'],
  ['a function', () => ({}), 'The options of Python must be a plain object.'],
  ['a Map', new Map(), 'The options of Python must be a plain object.'],
  ['an instance', new (class Options {})(), 'The options of Python must be a plain object.'],
  [
    'an unknown key',
    { runtimePath: '/usr' },
    "Python has no option 'runtimePath'; its options are runtime_path, context, grace, threads, deadlock, node, debug, stdout, stderr, stdin and output.",
  ],
  [
    'a name of Object.prototype',
    { toString: 1 },
    "Python has no option 'toString'; its options are runtime_path, context, grace, threads, deadlock, node, debug, stdout, stderr, stdin and output.",
  ],
  ['a wrong runtime_path', { runtime_path: 5 }, 'The option runtime_path of Python must be a string.'],
  ['null for a path', { runtime_path: null }, 'The option runtime_path of Python must be a string.'],
  ['an empty path', { runtime_path: '' }, 'The option runtime_path of Python must not be empty.'],
  ['a wrong context', { context: 'yes' }, CONTEXT],
  ['a number as context', { context: 1 }, CONTEXT],
  ['null as context', { context: null }, CONTEXT],
  ['an array as context', { context: [] }, CONTEXT],
  ['a Map as context', { context: new Map() }, CONTEXT],
  [
    'an unknown option of a context',
    { context: { own: true } },
    "A context has no option 'own'; its option is gil.",
  ],
  ['a wrong gil', { context: { gil: 'both' } }, GIL],
  ['a boolean as gil', { context: { gil: true } }, GIL],
  ['null as gil', { context: { gil: null } }, GIL],
  ['a wrong deadlock', { deadlock: '5' }, 'The option deadlock of Python must be a number.'],
  ['a wrong grace', { grace: '5' }, 'The option grace of Python must be a number.'],
  ['no number of threads', { threads: '2' }, 'The option threads of Python must be a number.'],
  ['a wrong debug', { debug: {} }, 'The option debug of Python must be a boolean.'],
]

for (const [title, options, message] of REFUSED) {
  test(`options refused: ${title}`, () => {
    assert.throws(() => new Python(options as PythonOptions), { name: 'TypeError', message })
  })
}

test('a negative grace period is refused', () => {
  for (const grace of [-1, Number.NaN, -Infinity]) {
    assert.throws(() => new Python({ grace }), {
      name: 'RangeError',
      message: 'The option grace of Python must not be negative.',
    })
  }
})

test('options without a value, or without a prototype, are as good as none', () => {
  const none = { runtime_path: undefined, context: undefined, debug: undefined } as unknown as PythonOptions
  const bare = Object.assign(Object.create(null), { context: false })
  for (const options of [none, bare, undefined, {}]) {
    assert.equal(new Python(options).eval('1 + 1'), 2)
  }
})

test('the class cannot be called without new', () => {
  const call = Python as unknown as () => void
  assert.throws(() => call(), TypeError)
})

test('a runtime that is not there names the path', () => {
  assert.throws(
    () => new Python({ runtime_path: '/no/such/python' }),
    (error: Error) => error instanceof Error && error.message.includes('/no/such/python'),
  )
})

test('two Pythons share the main context', () => {
  const other = new Python()
  py.exec('shared_between_two = [1]')
  try {
    assert.deepEqual(other.eval('shared_between_two'), [1])
    assert.equal(other.import('sys'), py.import('sys'))
    assert.equal(other.sameContext(py.import('sys')), true)
    assert.deepEqual([other.context, py.context], [{}, {}])
  } finally {
    other.exec('del shared_between_two')
  }
})

test('the fields cannot be given another meaning by the options object later', () => {
  const options: PythonOptions = { context: false, debug: false }
  const other = new Python(options)
  options.context = true
  assert.deepEqual([other.context, other.debug, other.is_deleted], [{}, false, false])
})

for (const threads of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1025]) {
  test(`options refused: ${threads} threads`, () => {
    const message = 'The option threads of Python must be a whole number between 1 and 1024.'
    assert.throws(() => new Python({ threads }), { name: 'RangeError', message })
  })
}
