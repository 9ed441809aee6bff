/** Calls by registers: every number of arguments, every kind of result, and calls inside calls. */
import assert from 'node:assert/strict'
import { Python } from 'python-ts'
import { test } from '../support/leaks'

const py = new Python()
py.exec(`
def args(*given): return repr(given)
class Thing:
    def args(self, *given): return repr(given)
    def echo(self, value=None): return value
    @property
    def asks(self): return ask(1.5) + 1
    def keep(self, x, y, z): return (x, y, z) if ask(9) == 9 else None
class Deleted:
    def __init__(self, f): self.f = f
    def __del__(self): self.f(3)
def drops(f): return Deleted(f) and 5
def echo(value=None): return value
def raises(a): raise ValueError(a)
ask = None
`)
const main = py.import('__main__')

const GIVEN = [1, -2.5, 'three', 4n, true, null, 7, undefined] as const
const SHOWN = ['1', '-2.5', "'three'", '4', 'True', 'None', '7', 'None']

for (let count = 0; count <= GIVEN.length; count++) {
  test(`${count} arguments of every kind, and as many numbers`, () => {
    const shown = (items: readonly string[]) => `(${items.join(', ')}${count === 1 ? ',' : ''})`
    const numbers = Array.from({ length: count }, (_, index) => index + 0.5)
    for (const call of [main.args, main.Thing().args]) {
      assert.equal(call(...GIVEN.slice(0, count)), shown(SHOWN.slice(0, count)))
      assert.equal(call(...numbers), shown(numbers.map(String)))
      assert.equal(call(...numbers.map(String)), shown(numbers.map((number) => `'${number}'`)))
      if (count > 0) {
        assert.equal(call(...numbers.slice(1), [1]), shown([...numbers.slice(1).map(String), '[1]']))
      }
    }
  })
}

const VALUES = [
  0,
  -0,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2 ** 53,
  2n ** 53n,
  -(2n ** 64n),
  true,
  false,
  null,
  '',
  'é😀\ud800\0',
  Buffer.from([0, 255]),
  [1, [2]],
]

test('every kind of result of a call, a method and an attribute', () => {
  const thing = main.Thing()
  for (const value of VALUES) {
    assert.deepEqual(main.echo(value), value)
    assert.deepEqual(thing.echo(value), value)
    thing.value = value
    assert.deepEqual(thing.value, value)
  }
  assert.deepEqual([main.echo(), main.echo(undefined), thing.absent], [null, null, undefined])
  assert.ok(Object.is(main.echo(-0), -0))
})

test('a call inside a call disturbs neither its arguments nor its result', () => {
  const thing = main.Thing()
  main.ask = (x: number) => {
    assert.deepEqual(
      [main.echo(7), thing.echo('text'), thing.missing, main.echo([1])],
      [7, 'text', undefined, [1]],
    )
    return x
  }
  assert.equal(thing.asks, 2.5)
  assert.deepEqual(thing.keep(1, 2, 3), [1, 2, 3])
  main.ask = null
})

test('nor does one that the end of an object makes', () => {
  let ended = 0
  const result = main.drops((x: number) => {
    ended += main.echo(x)
  })
  assert.deepEqual([result, ended], [5, 3])
})

test('an exception between two results', () => {
  for (let i = 0; i < 3; i++) {
    assert.equal(main.echo(i), i)
    assert.throws(() => main.raises(i), { pytype: 'ValueError', message: String(i) })
    assert.throws(() => main.raises(), { pytype: 'TypeError' })
    assert.equal(main.echo(null), null)
  }
})

test('in a context, beside the main one', () => {
  const own = new Python({ context: true })
  try {
    own.exec('def add(a, b): return a + b')
    const { add } = own.import('__main__')
    for (let i = 0; i < 3; i++) assert.deepEqual([add(i, 0.5), main.echo(i)], [i + 0.5, i])
    assert.throws(() => main.echo(add), { name: 'TypeError' })
  } finally {
    own.delete()
  }
})

test('a released object is an error, whatever the arguments', () => {
  const thing = main.Thing()
  const { echo } = thing
  py.gc(thing)
  const message = 'This Thing object was released and can no longer be used.'
  for (const args of [[], [1], ['x'], [1, 2], [1, 'x', 3], [1, 2, 3, 4], [[]]]) {
    assert.throws(() => echo(...args), { name: 'TypeError', message })
  }
})

test('a live object as a result is the same one as ever', () => {
  const thing = main.Thing()
  assert.equal(main.echo(thing), thing)
  assert.equal(thing.echo(thing), thing)
  thing.self = thing
  assert.equal(thing.self, thing)
  assert.equal(main.echo(main), main)
})

test('the end of a result that crossed by value runs before the result arrives', () => {
  py.exec(`
class Ending(bytearray):
    def __init__(self, text, f): super().__init__(text); self.f = f
    def __del__(self): self.f([1, 2, 3])
def ending(f): return memoryview(Ending(b'abc', f))
`)
  const heard: unknown[] = []
  const result = main.ending((x: unknown) => {
    heard.push(x, main.echo(['inside']), main.Thing())
  })
  assert.deepEqual(result, Buffer.from('abc'))
  assert.deepEqual(heard.slice(0, 2), [[1, 2, 3], ['inside']])
})
