/** JavaScript classes that extend Python classes. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { kwargs, type PyClass, type Python, PythonError, type PyValue } from 'python-ts'
import { counts } from '../support/leaks'
import { everywhere } from '../support/places'
import { ways } from './ways'

everywhere(__filename, (py, test) => {
  const BASES = `
import abc, threading
class Base:
    kind = 'base'
    def __init__(self, name='none', *, size=1):
        self.name, self.size = name, size
        self.on_init()
    def on_init(self): pass
    def greet(self, whom): return f'{self.name} greets {whom}'
    def run_it(self, *args, **kw): return self.greet(*args, **kw)
    @classmethod
    def make(cls, *args): return cls(*args)
    @property
    def double(self): return self.size * 2
class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...
    def describe(self): return f'area {self.area()}'
`

  /** A class lives as long as its context, so each is used once before the leaks are counted. */
  function define(py: Python) {
    py.exec(BASES)
    const { Base, Shape } = py.import('__main__')

    class Greeter extends Base {
      calls: unknown[] = []
      #secret = 42
      static planet = 'earth'
      static __tag__ = 'plain'
      static twice(n: number) {
        // biome-ignore lint/complexity/noThisInStatic: that it is the class is the point
        return this.planet.length * n
      }
      constructor(...args: unknown[]) {
        super(...args)
      }
      greet(whom: string, ...rest: unknown[]) {
        this.calls.push([whom, ...rest])
        return `${super.greet(whom)}!`
      }
      secret() {
        return this.#secret
      }
      get loud() {
        return this.name.toUpperCase()
      }
      set loud(value: string) {
        this.name = value.toLowerCase()
      }
      __len__() {
        return this.calls.length
      }
      __getitem__(key: unknown) {
        return [key]
      }
      __call__(a: number, b: number) {
        return a + b
      }
      __eq__(other: unknown) {
        return other === this || other === 'equal'
      }
      __hash__() {
        return 5
      }
      __repr__() {
        return `<greeter ${this.name}>`
      }
      *__iter__() {
        yield* ['i', 't']
      }
      __enter__() {
        return this
      }
      __exit__(type: unknown) {
        return type !== null
      }
      __contains__(item: unknown) {
        return item === 'in'
      }
    }

    class Louder extends Greeter {
      volume = 1
      override greet(whom: string) {
        this.volume += 1
        return super.greet(whom).toUpperCase()
      }
    }

    class Square extends Shape {
      side = 3
      area() {
        return this.side ** 2
      }
    }

    class Careless extends Shape {}

    class Failure extends py.import('builtins').ValueError {
      code = 7
    }

    class Early extends Base {
      seen = 'field'
      on_init() {
        this.early = 'set in __init__'
      }
    }

    const classes = { Base, Shape, Greeter, Louder, Square, Careless, Failure, Early }
    for (const type of [Greeter, Louder, Square, Failure, Early]) new (type as new () => unknown)()
    assert.throws(() => new Careless())
    return classes
  }

  const { Base, Greeter, Louder, Square, Careless, Failure, Early } = define(py)
  for (const [way, run] of ways(py)) {
    const check = (title: string, body: () => Promise<void>) => test(`${title}${way}`, body)

    check('Python calls overrides, and super goes back to Python', async () => {
      const greeter = new Greeter('Ada')
      assert.equal(await run("result = g.run_it('Bob')", { g: greeter }), 'Ada greets Bob!')
      assert.equal(greeter.run_it('Eve'), 'Ada greets Eve!')
      assert.equal(await run("result = g.greet('Zoe', 1)", { g: greeter }), 'Ada greets Zoe!')
      assert.deepEqual(greeter.calls, [['Bob'], ['Eve'], ['Zoe', 1]])
      assert.equal(new Greeter().double, 2)
    })

    check('super(...) takes arguments and keywords', async () => {
      const greeter = new Greeter('Ada', kwargs({ size: 4 }))
      assert.deepEqual([greeter.name, greeter.size, greeter.double], ['Ada', 4, 8])
      assert.throws(() => new Greeter(kwargs({ wrong: 1 })), { pytype: 'TypeError', message: /wrong/ })
    })

    check('attributes, fields and accessors are the same on both sides', async () => {
      const greeter = new Greeter('Ada')
      assert.deepEqual(
        await run("g.name = 'Bea'; g.extra = [1]; result = [g.loud, list(g.calls)]", { g: greeter }),
        ['BEA', []],
      )
      assert.deepEqual([greeter.name, greeter.extra, greeter.loud], ['Bea', [1], 'BEA'])
      await run("g.loud = 'CARL'; g.calls.append('from Python')", { g: greeter })
      assert.deepEqual([greeter.name, greeter.calls], ['carl', ['from Python']])
      greeter.calls.push('from JavaScript')
      greeter.loud = 'DAN'
      assert.deepEqual(await run('result = [g.name, len(g.calls)]', { g: greeter }), ['dan', 2])
      assert.equal('name' in greeter, true)
      assert.equal('nothing' in greeter, false)
      delete greeter.extra
      assert.equal(await run("result = hasattr(g, 'extra')", { g: greeter }), false)
      await run("g.greet = lambda whom: 'patched'", { g: greeter })
      assert.equal(greeter.greet('Bob'), 'patched')
      // The lambda knows the names, and so the instance: a circle through both sides.
      await run('del g.greet', { g: greeter })
      assert.equal(greeter.greet('Bob'), 'carl greets Bob!'.replace('carl', greeter.name))
    })

    check('private fields stay, also when only Python holds the instance', async () => {
      const hold = py.eval('type("Held", (list,), {})()')
      const append = py.eval('lambda held, make: held.append(make())')
      append(hold, () => new Greeter('Ada'))
      for (let i = 0; i < 5; i++) {
        globalThis.gc?.()
        await pause(1)
      }
      assert.equal(await run('result = held[0].secret()', { held: hold }), 42)
      assert.equal(await run('held.clear()', { held: hold }), null)
    })

    check('identity is kept both ways', async () => {
      const greeter = new Greeter('Ada')
      assert.equal(await run('result = g', { g: greeter }), greeter)
      assert.deepEqual(
        await run('result = [g is h, f(g)]', { g: greeter, h: greeter, f: (x: unknown) => x === greeter }),
        [true, true],
      )
      assert.equal(await run('result = C', { C: Greeter }), Greeter)
      assert.equal(await run('result = type(g)', { g: greeter }), Greeter)
      assert.equal(greeter.constructor, Greeter)
    })

    check('instanceof and isinstance', async () => {
      const louder = new Louder('Lou')
      assert.deepEqual(
        [louder instanceof Louder, louder instanceof Greeter, louder instanceof Base],
        [true, true, true],
      )
      assert.deepEqual(
        [new Greeter() instanceof Louder, {} instanceof Greeter, new Base() instanceof Greeter],
        [false, false, false],
      )
      const code =
        'result = [isinstance(l, L), isinstance(l, G), isinstance(l, B), issubclass(L, G), [c.__name__ for c in L.__mro__]]'
      assert.deepEqual(await run(code, { l: louder, L: Louder, G: Greeter, B: Base }), [
        true,
        true,
        true,
        true,
        ['Louder', 'Greeter', 'Base', 'object'],
      ])
    })

    check('a further class overrides and inherits', async () => {
      const louder = new Louder('Lou')
      assert.equal(await run("result = l.run_it('Max')", { l: louder }), 'LOU GREETS MAX!')
      assert.deepEqual([louder.volume, louder.calls, louder.secret(), louder.loud], [2, [['Max']], 42, 'LOU'])
    })

    check('methods with underscores are those of the class', async () => {
      const greeter = new Greeter('Ada')
      const code = `
result = [len(g), g['key'], g(1, 2), g == 'equal', g == 'other', hash(g), repr(g), list(g), 'in' in g, 'out' in g]
with g as same: raise KeyError('suppressed')
result.append(same is g)`
      assert.deepEqual(await run(code, { g: greeter }), [
        0,
        ['key'],
        3,
        true,
        false,
        5,
        '<greeter Ada>',
        ['i', 't'],
        true,
        false,
        true,
      ])
      assert.equal(String(greeter), '<greeter Ada>')
    })

    check('Python makes instances by the JavaScript constructor', async () => {
      const made = (await run("result = [G('Pat'), G.make('Quin')]", { G: Greeter })) as InstanceType<
        typeof Greeter
      >[]
      assert.deepEqual(
        made.map((greeter) => [greeter.name, greeter.secret(), greeter instanceof Greeter]),
        [
          ['Pat', 42, true],
          ['Quin', 42, true],
        ],
      )
      assert.ok(Greeter.make('Rob') instanceof Greeter)
      assert.equal(Greeter.make('Rob').secret(), 42)
    })

    check('static members are attributes of the class', async () => {
      const code = 'result = [G.planet, G.twice(2), G.__tag__, g.planet, G.kind]'
      assert.deepEqual(await run(code, { G: Greeter, g: new Greeter() }), [
        'earth',
        10,
        'plain',
        'earth',
        'base',
      ])
      Greeter.planet = 'mars'
      assert.equal(await run('result = G.planet', { G: Greeter }), 'mars')
      await run('G.planet = "venus"\nG.from_python = 5\nassert G.planet == "venus" and G.from_python == 5', {
        G: Greeter,
      })
      assert.deepEqual([Greeter.planet, (Greeter as PyValue).from_python], ['venus', 5])
      Greeter.planet = 'earth'
      assert.equal(Greeter.kind, 'base')
    })

    check('abstract classes', async () => {
      assert.equal(new Square().describe(), 'area 9')
      assert.throws(() => new Careless(), { pytype: 'TypeError', message: /abstract/ })
    })

    check('overrides run while Python initialises, before the fields are there', async () => {
      const early = new Early()
      assert.deepEqual([early.early, early.seen], ['set in __init__', 'field'])
    })

    check('exceptions are raised by JavaScript and caught on both sides', async () => {
      const fail = () => {
        throw new Failure('broken')
      }
      const caught =
        'try: f()\nexcept ValueError as e: result = [type(e).__name__, str(e), e.code, isinstance(e, F)]'
      assert.deepEqual(await run(caught, { f: fail, F: Failure }), ['Failure', 'broken', 7, true])
      await assert.rejects(run('f()', { f: fail }), (error) => {
        assert.ok(error instanceof PythonError && error instanceof Failure)
        assert.equal((error as PythonError).value.code, 7)
        return true
      })
    })

    check('what an override throws is raised, and arrives as itself', async () => {
      const error = new RangeError('mine')
      const greeter = new Greeter()
      await run('g.greet = f', {
        g: greeter,
        f: () => {
          throw error
        },
      })
      await assert.rejects(run("g.run_it('x')", { g: greeter }), (thrown) => thrown === error)
    })

    check('instances are collected when nobody holds them', async () => {
      const before = counts()
      const gone = (() => new WeakRef(new Greeter('Gone')))()
      for (let i = 0; i < 30; i++) {
        await pause(1)
        globalThis.gc?.()
      }
      assert.equal(gone.deref(), undefined)
      assert.ok(counts().python <= before.python + 1)
    })

    check('a released instance says so', async () => {
      const greeter = new Greeter('Ada')
      py.gc(greeter)
      assert.throws(() => greeter.name, { name: 'TypeError', message: /released/ })
      assert.throws(() => greeter.greet('x'), { name: 'TypeError', message: /released/ })
      assert.throws(
        () => {
          greeter.name = 'x'
        },
        { name: 'TypeError', message: /released/ },
      )
    })

    check('what cannot be is refused', async () => {
      const bool: PyValue = py.import('builtins').bool
      const refused = (make: () => unknown, message: RegExp) =>
        assert.throws(make, { pytype: 'TypeError', message })
      refused(() => new (class extends bool {})(), /not an acceptable base type/)
      refused(
        () =>
          new (class extends Base {
            __del__() {}
          })(),
        /cannot define __del__/,
      )
      refused(
        () =>
          new (class extends Base {
            __new__() {}
          })(),
        /cannot define __new__/,
      )
      await assert.rejects(run('class P(G): pass', { G: Greeter }), {
        pytype: 'TypeError',
        message: /cannot extend/,
      })
      assert.throws(() => Object.defineProperty(new Greeter(), 'x', { get: () => 1 }), TypeError)
    })
  }

  class Task extends (py.import('threading').Thread as PyClass) {
    done: unknown = undefined
    #steps = 3
    run() {
      this.done = `${this.name} took ${this.#steps} steps`
    }
  }
  assert.ok(new Task())

  test('a class of Python threads', async () => {
    const task = new Task(kwargs({ name: 'worker' }))
    task.start()
    while (task.is_alive()) await pause(2)
    assert.equal(task.done, 'worker took 3 steps')
    task.join()
  })
})
