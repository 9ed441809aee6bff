/** What happens to attributes that are read again and again, and to strs that come again and again: nothing that could be seen. */
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import type { Python } from 'python-ts'
import { everywhere } from '../support/places'

/** More reads of one name in a row than it takes. */
const MANY = 1200

const CODE = `
import datetime
class Base:
    inherited = 'base'
class Thing(Base):
    number = 7
    absent = None
    def __init__(self): self.own = 1
    @property
    def prop(self): return self.own + 1
    def method(self): return 'method'
class Slots:
    __slots__ = ('a',)
    def __init__(self): self.a = 1
class Hooked(Thing):
    def __getattr__(self, name): return f'made {name}'
class Counted:
    reads = 0
    def __getattr__(self, name):
        Counted.reads += 1
        raise AttributeError(name)
def class_attr(name, value): setattr(Thing, name, value)
def remove(owner, name): delattr(owner, name)
def put(owner, name, value): setattr(owner, name, value)
texts = [f'text {i}' for i in range(1000)] + ['', 'a', 'ä', 'π', '😀', chr(0xD800), 'x' * 64, 'x' * 65, 'ä' * 65]
def text(i): return texts[i]
def fresh(i): return f'fresh {i}'
def constant(): return 'constant'
`

function often(read: () => unknown): unknown {
  for (let i = 1; i < MANY; i++) read()
  return read()
}

everywhere(__filename, (py: Python, test) => {
  py.exec(CODE)
  const make = (code: string): Record<string, unknown> & object => py.eval(code)
  const call = (name: string, ...args: unknown[]): unknown =>
    (py.eval(name) as (...args: unknown[]) => unknown)(...args)

  for (const [name, value] of [
    ['number', 7],
    ['own', 1],
    ['prop', 2],
    ['inherited', 'base'],
    ['absent', null],
  ] as const) {
    test(`${name}: read, set, deleted`, () => {
      const thing = make('Thing()')
      assert.equal(
        often(() => thing[name]),
        value,
      )
      assert.deepEqual([Object.keys(thing), { ...thing }, name in thing], [[], {}, true])
      assert.match(inspect(thing), /Thing object/)
      if (name === 'prop')
        return assert.throws(() => Reflect.set(thing, name, 'set'), { pytype: 'AttributeError' })
      thing[name] = 'set'
      assert.equal(
        often(() => thing[name]),
        'set',
      )
      assert.equal(py.getattr(thing, name), 'set')
      py.delattr(thing, name)
      assert.equal(
        often(() => thing[name]),
        name === 'own' ? undefined : value,
      )
      assert.equal(name in thing, name !== 'own')
    })
  }

  test('what Python does to an attribute is seen', () => {
    const thing = make('Thing()')
    assert.equal(
      often(() => thing.number),
      7,
    )
    try {
      call('class_attr', 'number', 8)
      assert.equal(thing.number, 8)
      call('put', thing, 'number', 9)
      assert.equal(thing.number, 9)
      call('remove', thing, 'number')
      assert.equal(thing.number, 8)
      call('class_attr', 'number', py.eval('lambda self: "a method"'))
      assert.equal((thing.number as () => string)(), 'a method')
      call('class_attr', 'number', py.eval('property(lambda self: self.own)'))
      assert.equal((py.refresh(thing) as typeof thing).number, 1)
      py.exec('del Thing.number')
      assert.equal(thing.number, undefined)
      assert.equal('number' in thing, false)
    } finally {
      call('class_attr', 'number', 7)
    }
    assert.equal(thing.number, 7)
  })

  test('an attribute of the object alone, deleted by Python, is not in it', () => {
    for (const [code, name] of [
      ['Thing()', 'own'],
      ['Slots()', 'a'],
    ] as const) {
      const thing = make(code)
      assert.equal(
        often(() => thing[name]),
        1,
      )
      call('remove', thing, name)
      assert.deepEqual([name in thing, thing[name]], [false, undefined])
    }
  })

  test('a property that has come to fail is not in the object', () => {
    const thing = make('Thing()')
    assert.equal(
      often(() => thing.prop),
      2,
    )
    call('remove', thing, 'own')
    assert.deepEqual(['prop' in thing, thing.prop], [false, undefined])
  })

  test('__getattr__ is asked once at each read', () => {
    const hooked = make('Hooked()')
    assert.equal(
      often(() => hooked.anything),
      'made anything',
    )
    assert.equal(
      often(() => hooked.number),
      7,
    )
    const counted = make('Counted()')
    py.exec('Counted.reads = 0')
    for (let i = 0; i < MANY; i++) assert.equal(counted.nothing, undefined)
    assert.equal(py.eval('Counted.reads'), MANY)
  })

  test('names that take turns, and symbols between them', () => {
    const thing = make('Thing()')
    for (let i = 0; i < MANY; i++) {
      assert.deepEqual([thing.own, thing.number, thing.prop, thing.inherited], [1, 7, 2, 'base'])
      assert.equal(Reflect.get(thing, Symbol('none')), undefined)
    }
  })

  test('attributes computed by C, of classes, of functions, of what is released', () => {
    const { year } = make('datetime.datetime') as { year: object }
    assert.equal(typeof year, 'object')
    const delta = make('datetime.timedelta(days=3)')
    const code = make('constant.__code__')
    const method = make('constant')
    for (let i = 0; i < MANY; i++) {
      assert.deepEqual([delta.days, code.co_name, method.__name__], [3, 'constant', 'constant'])
    }
    assert.equal(
      often(() => code.co_name),
      'constant',
    )
    const thing = make('Thing()')
    assert.equal(
      often(() => thing.number),
      7,
    )
    py.gc(thing)
    assert.throws(() => thing.number, /released/)
  })

  test('a frozen object is read as before', () => {
    const thing = Object.freeze(make('Thing()'))
    assert.equal(
      often(() => thing.number),
      7,
    )
    call('put', thing, 'number', 8)
    assert.equal(
      often(() => thing.number),
      8,
    )
  })

  test('heirs of a hot object read it', () => {
    const thing = make('Thing()')
    assert.equal(
      often(() => thing.number),
      7,
    )
    const heir = Object.create(thing) as { number: number }
    assert.equal(heir.number, 7)
  })

  test('each str is itself, however often it comes', () => {
    const text = py.eval('text') as (index: number) => string
    const texts = py.eval('[*texts]') as string[]
    for (let round = 0; round < 4; round++) {
      for (let index = 0; index < texts.length; index++) assert.equal(text(index), texts[index])
    }
    for (const index of [1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008]) {
      assert.equal(
        often(() => text(index)),
        texts[index],
      )
    }
  })

  test('strs that are made anew', () => {
    const fresh = py.eval('fresh') as (index: number) => string
    for (let index = 0; index < 1000; index++) assert.equal(fresh(index), `fresh ${index}`)
    for (let index = 0; index < MANY; index++) assert.equal(fresh(7), 'fresh 7')
  })
})
