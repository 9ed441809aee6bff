/** Iterating what Python makes: what ends, changes, lies or raises meanwhile. */
import assert from 'node:assert/strict'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  py.exec(`
class Steps:
    """Gives what its functions give."""
    def __init__(self, *steps): self.steps = list(steps)
    def __iter__(self): return self
    def __next__(self): return self.steps.pop(0)()
class Itself:
    def __iter__(self): return self
class Wrong:
    def __iter__(self): return 5
class Refuses:
    def __iter__(self): raise OSError('no iter')
class OldStyle:
    def __getitem__(self, index):
        if index == 2: raise IndexError('over')
        return index * 10
class Liar(list):
    def __len__(self): return 2 ** 62
class Absent:
    __iter__ = None
def stop(value): raise StopIteration(value)
def fail(): raise LookupError('in next')
def endless():
    number = 0
    while True:
        yield number
        number += 1
closed = []
def closing(values, last):
    try: yield from values
    finally: last()
def nothing(): pass
def raises(): raise OSError('in finally')
`)
  const all = (code: string) => [...py.eval(code)]

  test('every kind of item', () => {
    const item = py.eval('Steps(nothing)')
    const values = [
      1,
      -0,
      1.5,
      2n ** 70n,
      'é😀',
      '',
      null,
      true,
      false,
      [1, { a: [2] }],
      Buffer.from('b'),
      item,
    ]
    assert.deepEqual([...py.tuple(values)], values)
    for (const value of py.tuple([item])) assert.equal(value, item)
  })

  test('the containers of Python', () => {
    assert.deepEqual(all("{'a': 1, 'b': 2}.items()"), [
      ['a', 1],
      ['b', 2],
    ])
    assert.deepEqual([...py.dict({ a: 1, b: 2 })], ['a', 'b'])
    assert.deepEqual([...py.set([3])], [3])
    assert.deepEqual(all('range(3)'), [0, 1, 2])
    assert.deepEqual(all('map(str, iter([1, 2]))'), ['1', '2'])
    assert.deepEqual(all('OldStyle()'), [0, 10])
    assert.deepEqual(all('Liar([1, 2])'), [1, 2])
    const [first, , third, ...rest] = py.eval('iter(range(5))')
    assert.deepEqual([first, third, rest], [0, 2, [3, 4]])
  })

  test('a list that grows and shrinks meanwhile, as in Python', () => {
    const list = py.list([1, 2, 3])
    const seen: unknown[] = []
    for (const item of list) {
      seen.push(item)
      if (seen.length === 1) py.call(list, 'append', [4])
      if (seen.length === 2) py.call(list, 'pop')
      if (seen.length === 2) py.call(list, 'pop')
    }
    assert.deepEqual(seen, [1, 2])
  })

  test('a dict or a set that changes meanwhile is Python’s error', () => {
    for (const make of [() => py.dict({ a: 1 }), () => py.set([1])]) {
      const container = make()
      const change = thrown(() => {
        for (const _ of container) py.exec`${container}.clear()`
      })
      assert.deepEqual([change.pytype, /changed size/.test(change.message)], ['RuntimeError', true])
    }
  })

  test('__next__ that raises, stops with a value, or calls back', () => {
    assert.throws(() => all('Steps(fail)'), { pytype: 'LookupError', message: 'in next' })
    const iterator = py.eval('Steps(nothing, lambda: stop(7), nothing)')[Symbol.iterator]()
    assert.deepEqual(
      [iterator.next(), iterator.next(), iterator.next()],
      [
        { done: false, value: null },
        { done: true, value: 7 },
        { done: true, value: undefined },
      ],
    )
    const mine = new RangeError('mine')
    const steps = py.eval('Steps')(
      () => [...py.eval('range(2)')],
      () => {
        throw mine
      },
    )
    const seen: unknown[] = []
    const error = thrown(() => {
      for (const item of steps) seen.push(item)
    })
    assert.deepEqual([seen, error === mine], [[[0, 1]], true])
  })

  test('what is iterated twice, and one iterator by two loops', () => {
    const range = py.eval('range(2)')
    assert.deepEqual([...range, ...range], [0, 1, 0, 1])
    const shared = py.eval('iter(range(4))')
    const pairs: unknown[] = []
    for (const one of shared) for (const other of shared) pairs.push([one, other])
    assert.deepEqual(pairs, [
      [0, 1],
      [0, 2],
      [0, 3],
    ])
  })

  test('what only looks iterable', () => {
    assert.throws(() => all('Itself()'), { pytype: 'TypeError', message: /non-iterator/ })
    assert.throws(() => all('Wrong()'), { pytype: 'TypeError', message: /non-iterator/ })
    assert.throws(() => all('Refuses()'), { pytype: 'OSError', message: 'no iter' })
    assert.throws(() => all('object()'), { name: 'TypeError' })
    assert.throws(() => all('Absent()'), { name: 'TypeError' })
    assert.equal(Symbol.iterator in py.eval('object()'), false)
  })

  test('what never ends can be destructured, and is closed', () => {
    const ended: unknown[] = []
    const generator = py.eval('closing')(py.eval('endless()'), () => ended.push('closed'))
    const [a, b] = generator
    assert.deepEqual([a, b, ended], [0, 1, ['closed']])
  })

  test('a close that raises, and one that goes on', () => {
    const generator = py.eval('closing(endless(), raises)')
    assert.throws(
      () => {
        for (const _ of generator) break
      },
      { pytype: 'OSError', message: 'in finally' },
    )
    // What a loop throws itself is stronger than what closing throws, as in JavaScript.
    const mine = new Error('mine')
    const error = thrown(() => {
      for (const _ of py.eval('closing(endless(), raises)')) throw mine
    })
    assert.equal(error, mine)
  })

  test('an item that is anyone’s proxy is only passed on', () => {
    const traps: string[] = []
    class Mine {}
    const proxy = new Proxy(new Mine(), {
      getPrototypeOf(target) {
        traps.push('getPrototypeOf')
        return Reflect.getPrototypeOf(target)
      },
    })
    const kept = py.list([proxy])
    traps.length = 0
    for (const item of kept) assert.ok(item === proxy)
    assert.deepEqual(traps, [])
  })

  test('for await, without blocking', async () => {
    const seen: unknown[] = []
    for await (const item of py.eval('closing([1, [2]], nothing)')) seen.push(item)
    assert.equal(JSON.stringify(seen), '[1,[2]]')
    const error = await (async () => {
      for await (const _ of py.eval('Steps(nothing, fail)')) seen.push('item')
    })().catch((reason: unknown) => reason)
    assert.deepEqual([(error as Error).message, seen.length], ['in next', 3])
  })
})
