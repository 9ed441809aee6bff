/** Converters that users register. */
import assert from 'node:assert/strict'
import { type Converter, Python, PythonError } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  py.exec(`
import collections, dataclasses, datetime, decimal, enum
class Animal:
    def __init__(self, name='x'): self.name = name
class Dog(Animal): pass
class Color(enum.Enum): RED = 1
def echo(x): return x
def call(f, *args): return f(*args)
def kind(x): return f'{type(x).__name__} {x}'
def failing(): raise KeyError(decimal.Decimal('1'))
`)
  const [echo, kind, call] = [py.eval('echo'), py.eval('kind'), py.eval('call')]

  /** Digits and a scale: the class of a user's. */
  class Big {
    constructor(readonly text: string) {}
    toString() {
      return this.text
    }
  }
  const { Decimal } = py.import('decimal')
  const decimals: Converter<Big> = {
    python: 'decimal.Decimal',
    toJS: (value) => new Big(String(value)),
    js: Big,
    toPython: (value) => py.live.apply(Decimal, [value.text]),
  }

  /** Runs `body` while the converters are registered. */
  function registered(body: () => unknown, ...converters: Converter[]): void {
    const removals = converters.map((converter) => py.registerConverter(converter))
    try {
      body()
    } finally {
      for (const remove of removals) remove()
    }
  }

  test('a converter of Buffers has them, alone and among other arguments', () => {
    const [abc, first] = [Buffer.from('abc'), py.eval('lambda a, b: (kind(a), kind(b))')]
    registered(
      () => {
        assert.equal(kind(abc), 'int 3')
        assert.deepEqual(first(1.5, abc), ['float 1.5', 'int 3'])
      },
      { js: Buffer as never, toPython: (value: Buffer) => value.byteLength },
    )
    assert.equal(kind(abc), "bytes b'abc'")
  })

  test('a Decimal is a Big, in both directions and in containers', () => {
    registered(() => {
      assert.deepEqual(py.eval("decimal.Decimal('1.50')"), new Big('1.50'))
      assert.equal(kind(new Big('2.5')), 'Decimal 2.5')
      assert.deepEqual(
        py.eval(
          "[{'a': decimal.Decimal(1)}, {decimal.Decimal(2): 3}, {decimal.Decimal(4)}, (decimal.Decimal(5),)]",
        ),
        [{ a: new Big('1') }, new Map([[new Big('2'), 3]]), new Set([new Big('4')]), [new Big('5')]],
      )
      assert.equal(py.eval`[x + 1 for x in ${[new Big('0.1')]}] == [decimal.Decimal('1.1')]`, true)
      assert.deepEqual(echo({ a: [new Big('7')], b: new Map([['k', new Big('8')]]) }), {
        a: [new Big('7')],
        b: { k: new Big('8') },
      })
      assert.equal(
        py.eval(
          'types.SimpleNamespace(d=decimal.Decimal(1))',
          py.dict({ types: py.import('types'), decimal: py.import('decimal') }),
        ).d.text,
        '1',
      )
      assert.equal(Decimal('3') instanceof Big, true)
      assert.deepEqual(py.toJS(py.eval('collections.OrderedDict(d=decimal.Decimal(1))')), { d: new Big('1') })
    }, decimals)
    assert.equal(py.isPyObject(py.eval('decimal.Decimal(1)')), true)
    assert.equal(kind(new Big('1')), 'Big 1')
  })

  test('in callbacks: arguments, keyword arguments and results', () => {
    registered(() => {
      const seen: unknown[] = []
      assert.equal(
        py.eval`repr(${(...args: unknown[]) => {
          seen.push(...args)
          return new Big('9')
        }}(decimal.Decimal(1), [decimal.Decimal(2)], k=decimal.Decimal(3)))`,
        "Decimal('9')",
      )
      const [one, two, keywords] = seen as [Big, Big[], { values: { k: Big } }]
      assert.deepEqual([one, two, keywords.values.k], [new Big('1'), [new Big('2')], new Big('3')])
    }, decimals)
  })

  test('in asynchronous calls', async () => {
    const remove = py.registerConverter(decimals)
    try {
      assert.deepEqual(await py.eval_async('[decimal.Decimal(1)]'), [new Big('1')])
      assert.equal(await py.async(kind)(new Big('5')), 'Decimal 5')
      const toJS = () => {
        throw new RangeError('mine')
      }
      const other = py.registerConverter({ python: Decimal, toJS })
      await assert.rejects(py.eval_async('[decimal.Decimal(1)]'), { name: 'RangeError', message: 'mine' })
      other()
    } finally {
      remove()
    }
  })

  test('subclasses count, and the last registration wins', () => {
    const toJS = (label: string) => (object: { name: string }) => `${label} ${object.name}`
    const Dog = py.eval('Dog')
    registered(
      () => {
        assert.deepEqual(py.eval("[Animal('a'), Dog('d')]"), ['animal a', 'dog d'])
        const remove = py.registerConverter({ python: '__main__.Animal', toJS: toJS('again') })
        assert.deepEqual(py.eval("[Animal('a'), Dog('d')]"), ['again a', 'again d'])
        assert.deepEqual([remove(), remove()], [true, false])
        assert.deepEqual(py.eval("[Animal('a'), Dog('d')]"), ['animal a', 'dog d'])
      },
      { python: '__main__.Animal', toJS: toJS('animal') },
      { python: Dog, toJS: toJS('dog') },
    )
    class Base {}
    class Derived extends Base {}
    class Other extends Derived {}
    registered(
      () => assert.deepEqual(echo([new Base(), new Derived(), new Other()]), ['base', 'derived', 'derived']),
      { js: Derived, toPython: () => 'derived' },
      { js: Base, toPython: () => 'base' },
    )
  })

  test('what would convert by value otherwise', () => {
    const when = (moment: { isoformat(): string }) => moment.isoformat()
    registered(
      () =>
        assert.deepEqual(py.eval('[datetime.datetime(2024, 1, 1), Color.RED]'), [
          '2024-01-01T00:00:00',
          'RED',
        ]),
      { python: 'datetime.datetime', toJS: when },
      { python: 'enum.Enum', toJS: (member) => member.name },
    )
    registered(() => assert.equal(kind(new Date(5)), 'int 5'), {
      js: Date,
      toPython: (date: Date) => date.getTime(),
    })
    registered(() => assert.equal(kind(new Map([[1, 2]])), 'list [[1, 2]]'), {
      js: Map,
      toPython: (map: Map<unknown, unknown>) => [...map],
    })
  })

  test('once for each object, and the same value for it', () => {
    let count = 0
    const toJS = () => ({ count: ++count })
    registered(
      () => {
        const [a, b, { c }] = py.eval('(lambda x: [x, x, {"c": x}])(Animal())')
        assert.ok(a === b && b === c)
        assert.equal(count, 1)
      },
      { python: '__main__.Animal', toJS },
    )
    class Mine {}
    const mine = new Mine()
    registered(
      () => {
        count = 0
        assert.equal(py.eval`${[mine, mine]}[0] is ${[mine]}[0]`, true)
        assert.equal(count, 1)
      },
      { js: Mine, toPython: () => [++count] },
    )
  })

  test('recursion: containers of others, of itself, and for ever', () => {
    class Node {
      constructor(
        readonly value: unknown,
        public next?: unknown,
      ) {}
    }
    const toPython = ({ value, next }: Node) => ({ value, next })
    registered(
      () => {
        assert.deepEqual(echo(new Node(1, new Node(2))), { value: 1, next: { value: 2, next: null } })
        const ring = new Node(1)
        ring.next = ring
        const result = echo(ring)
        assert.equal(result.next, result)
      },
      { js: Node, toPython },
    )
    const self = new Node(1)
    registered(() => assert.equal(echo(self), self), { js: Node, toPython: (node: Node) => node })
    class Ping {}
    class Pong {}
    registered(
      () => assert.throws(() => echo(new Ping()), { name: 'RangeError', message: /Converters that nest/ }),
      { js: Ping, toPython: () => new Pong() },
      { js: Pong, toPython: () => new Ping() },
    )
    registered(() => assert.deepEqual(py.eval("[Animal('a')]"), [['a', 'a']]), {
      python: '__main__.Animal',
      toJS: (animal) => [animal.name, py.eval`${animal}.name`],
    })
  })

  test('what a converter throws is thrown', () => {
    const mine = new RangeError('mine')
    const fail = () => {
      throw mine
    }
    registered(
      () => {
        assert.equal(
          thrown(() => py.eval('[1, [Animal()]]')),
          mine,
        )
        assert.equal(
          thrown(() => echo([new Big('1')])),
          mine,
        )
        assert.equal(
          thrown(() => call(() => assert.fail('called'), py.live.eval('Animal()'))),
          mine,
        )
        assert.equal(py.eval('1 + 1'), 2)
      },
      { python: '__main__.Animal', toJS: fail },
      { js: Big, toPython: fail },
    )
    registered(() => assert.throws(() => py.eval('Animal()'), { pytype: 'ZeroDivisionError' }), {
      python: '__main__.Animal',
      toJS: () => py.eval('1 / 0'),
    })
  })

  test('exceptions, markers and results by reference stay what they are', () => {
    registered(
      () => {
        const error = thrown(() => py.eval('failing()'))
        assert.ok(error instanceof PythonError)
        assert.deepEqual(error.value.args, [new Big('1')])
        const [value] = [py.live.eval('decimal.Decimal(1)')]
        assert.equal(py.isPyObject(value), true)
        assert.equal(value.valueOf(), value.valueOf())
        assert.equal(JSON.stringify([value]), '["1"]')
        const reason = thrown(() =>
          call(() => {
            throw { deep: value }
          }),
        )
        assert.equal(reason.deep, value)
      },
      decimals,
      { js: Error, toPython: () => 'never for a PythonError' },
    )
  })

  test('a name is looked for until it is imported', () => {
    py.exec("import sys, types\nsys.modules.pop('late_module', None)")
    registered(
      () => {
        assert.equal(py.isPyObject(py.eval('Animal()')), true)
        py.exec(
          "late = types.ModuleType('late_module'); late.Thing = type('Thing', (), {}); sys.modules['late_module'] = late",
        )
        assert.deepEqual(py.eval('[late.Thing()]'), ['found'])
      },
      { python: 'late_module.Thing', toJS: () => 'found' },
    )
    py.exec("del sys.modules['late_module'], late")
  })

  test('each context has its own', () => {
    const context = new Python({ context: true })
    registered(() => {
      assert.equal(context.isPyObject(context.eval("__import__('decimal').Decimal(1)")), true)
      context.registerConverter({
        python: 'decimal.Decimal',
        toJS: () => 'theirs',
        js: Big,
        toPython: () => 'theirs',
      })
      assert.equal(context.eval("__import__('decimal').Decimal(1)"), 'theirs')
      assert.equal(context.eval`${new Big('1')}`, 'theirs')
      assert.deepEqual(py.eval('decimal.Decimal(1)'), new Big('1'))
    }, decimals)
    context.delete()
    const next = new Python({ context: true })
    assert.equal(next.isPyObject(next.eval("__import__('decimal').Decimal(1)")), true)
    assert.equal(next.eval`type(${new Big('1')}).__name__`, 'Big')
    next.delete()
    assert.throws(() => next.registerConverter(decimals), { message: /deleted/ })
  })

  test('what is no converter', () => {
    const toJS = () => 1
    const rows: [converter: unknown, message: RegExp][] = [
      [undefined, /takes an object/],
      [{}, /takes python and toJS, or js and toPython/],
      [{ python: 'a.B' }, /python and toJS together/],
      [{ toJS }, /python and toJS together/],
      [{ js: Big }, /js and toPython together/],
      [{ python: 5, toJS }, /a live class, or the qualified name/],
      [{ python: '', toJS }, /a live class, or the qualified name/],
      [{ python: 'a.B', toJS: 5 }, /a function as toJS/],
      [{ js: Big, toPython: 5 }, /a function as toPython/],
      [{ js: {}, toPython: toJS }, /a class as js/],
      [{ js: Object, toPython: toJS }, /a class as js, and not Object/],
      [{ js: () => 1, toPython: toJS }, /a class as js/],
      [{ js: Decimal, toPython: toJS }, /a class as js/],
      [{ python: 'a.B', toJS, extra: 1 }, /not 'extra'/],
      [{ python: py.eval('echo'), toJS }, /a converter is for a class/],
      [{ python: 'builtins.list', toJS }, /converts by value/],
      [{ python: 'dict', toJS }, /converts by value/],
      [{ python: py.type(py.eval('object()')), toJS }, /all derives from it/],
    ]
    for (const [converter, message] of rows)
      assert.throws(() => py.registerConverter(converter as Converter), { name: 'TypeError', message })
    assert.equal(py.isPyObject(py.eval('Animal()')), true)
  })

  test('frozen in the middle: the converter goes away while it is at work', () => {
    let remove: () => boolean = () => false
    const toJS = (animal: { name: string }) => {
      remove()
      return animal.name
    }
    remove = py.registerConverter({ python: '__main__.Animal', toJS })
    const [first, second] = py.eval("[Animal('a'), Animal('b')]")
    assert.equal(first, 'a')
    assert.equal(py.isPyObject(second), true)
  })
})
