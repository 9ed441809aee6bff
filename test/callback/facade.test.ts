/** What Python's own protocols make of JavaScript values. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { runInThisContext as source } from 'node:vm'
import { everywhere } from '../support/places'
import { onThread, ways } from './ways'

everywhere(__filename, (py, test) => {
  class Point {
    constructor(
      public x = 1,
      public y = 2,
    ) {}
    add(n: number, ...more: number[]) {
      return more.reduce((sum, m) => sum + m, this.x + n)
    }
  }
  class Far extends Point {}

  /** Code that sets `result`, the names it is given, and what that must be. */
  const ROWS: Record<string, [code: string, names: Record<string, unknown>, expected: unknown]> = {
    'name, qualified name and text of a function': [
      'result = [f.__name__, f.__qualname__, repr(f), str(f), callable(f)]',
      { f: function hello() {} },
      ['hello', 'hello', '[Function: hello]', '[Function: hello]', true],
    ],
    'a function without a name': [
      'result = f.__name__',
      {
        f: (
          () => () =>
            1
        )(),
      },
      '<anonymous>',
    ],
    'type names': [
      'result = [type(x).__name__ for x in values]',
      { values: [new Point(), Point, () => 1, Promise.resolve(1)] },
      ['Point', 'JsClass', 'JsFunction', 'JsPromise'],
    ],
    'the types of objects have the names of their classes, and derive as these do': [
      `result = [[c.__name__ for c in type(f).__mro__[:3]], isinstance(f, type(p)), isinstance(p, type(f)), type(p) is type(q), type(p).__module__,
  [c.__name__ for c in type(n).__mro__[:2]], type(n).__module__, isinstance(f, F), isinstance(f, P), [type(x).__name__ for x in others]]`,
      {
        f: new Far(),
        p: new Point(),
        q: new Point(),
        n: new (class {})(),
        F: Far,
        P: Point,
        others: [
          /x/,
          new URL('file:///a'),
          Object.create(new Point()),
          new (class $ extends Point {})(),
          Object.create({}),
        ],
      },
      [
        ['Far', 'Point', 'JsObject'],
        true,
        false,
        true,
        'javascript',
        ['JsObject', 'JsAny'],
        'python_ts',
        true,
        true,
        ['RegExp', 'URL', 'Point', 'Point', 'JsObject'],
      ],
    ],
    'functools.wraps and partial': [
      'import functools\n@functools.wraps(f)\ndef g(*a): return f(*a) + 1\nresult = [g.__name__, g(1), functools.partial(f, 2)()]',
      {
        f: function twice(n: number) {
          return 2 * n
        },
      },
      ['twice', 3, 4],
    ],
    'help() tells something': [
      'import pydoc\nresult = [len(pydoc.render_doc(x)) > 20 for x in (f, o, c)]',
      { f: () => 1, o: new Point(), c: Point },
      [true, true, true],
    ],
    'dir() lists what JavaScript has': [
      "result = {'x', 'y', 'add'} <= set(dir(o))",
      { o: new Point() },
      true,
    ],
    'new and a plain call make instances': [
      'result = [C.new(3).x, C(4, 5).y, type(C.new()).__name__]',
      { C: Point },
      [3, 5, 'Point'],
    ],
    'new passes keywords as Kwargs': [
      'result = C.new(1, a=2).all',
      {
        C: class {
          all: unknown
          constructor(n: number, kw: { values: { a: number } }) {
            this.all = [n, kw.values.a]
          }
        },
      },
      [1, 2],
    ],
    'isinstance and issubclass': [
      'result = [isinstance(o, C), isinstance(o, D), isinstance(1, C), issubclass(D, C), issubclass(C, D), issubclass(C, C), issubclass(int, C)]',
      { o: new Point(), C: Point, D: Far },
      [true, false, false, true, false, true, false],
    ],
    'a class cannot be extended by Python': [
      'try:\n  class X(C): pass\nexcept TypeError as e: result = str(e)',
      { C: Point },
      'A Python class cannot extend a JavaScript class.',
    ],
    'hash and equality are identity': [
      'result = [o == o, o == p, o != p, len({o, p, o}), hash(o) == hash(o)]',
      { o: new Point(), p: new Point() },
      [true, false, true, 2, true],
    ],
    'weak references': [
      'import weakref\nr = weakref.ref(o)\nw = weakref.ref(f)\nresult = [r() is o, w() is f, weakref.WeakKeyDictionary({o: 1})[o]]',
      { o: new Point(), f: () => 1 },
      [true, true, 1],
    ],
    'copy and pickle refuse': [
      `import copy, pickle
result = []
for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
    for x in (o, f):
        try: attempt(x)
        except TypeError as e: result.append(str(e))`,
      { o: new Point(), f: () => 1 },
      ['Point', 'JsFunction', 'Point', 'JsFunction', 'Point', 'JsFunction'].map(
        (name) => `A ${name} cannot be copied or pickled: it stands for a value in JavaScript.`,
      ),
    ],
    'the classes make no instances of their own': [
      `result = []
for make in (type(o), type(f), lambda: object.__new__(type(o)), lambda: type(o).__new__(type(o)), lambda: type('X', (type(o),), {})()):
    try: make(); result.append('made')
    except TypeError: result.append('refused')`,
      { o: new Point(), f: () => 1 },
      ['refused', 'refused', 'refused', 'refused', 'refused'],
    ],
    'names with underscores are of Python alone': [
      `try: o.__mark__ = 1
except AttributeError: result = hasattr(o, '__mark__')`,
      { o: new Point() },
      false,
    ],
    'collections.abc knows them': [
      `from collections import abc
result = [[isinstance(x, c) for c in (abc.Iterable, abc.Sized, abc.Callable, abc.Awaitable, abc.AsyncIterable, abc.Hashable)] for x in (o, f, it, p)]`,
      {
        o: new Point(),
        f: () => 1,
        it: new (class {
          size = 1;
          *[Symbol.iterator]() {}
        })(),
        p: Promise.resolve(),
      },
      [
        [false, false, false, false, false, true],
        [false, false, true, false, false, true],
        [true, true, false, false, false, true],
        [false, false, false, true, false, true],
      ],
    ],
    'numbers by valueOf': [
      `result = [int(m), float(m), m + 1, 2 * m, m - m, m / 4, m // 3, m % 4, m ** 2, -m, abs(m), m < 11, m >= m, 5 > m]
for bad in (lambda: m + 'a', lambda: t + 1, lambda: int(t), lambda: o + 1):
    try: bad(); result.append('?')
    except TypeError: pass`,
      {
        m: new (class Money {
          valueOf() {
            return 10
          }
        })(),
        t: new (class Text {
          valueOf() {
            return 'text'
          }
        })(),
        o: new Point(),
      },
      [10, 10, 11, 20, 0, 2.5, 3, 2, 100, -10, 10, true, true, false],
    ],
    'what valueOf throws is raised': [
      'try: o + 1\nexcept Exception as e: result = [type(e).__name__, e.message]',
      {
        o: new (class {
          valueOf() {
            throw new RangeError('worthless')
          }
        })(),
      },
      ['JsError', 'worthless'],
    ],
  }

  const SIGNATURES: [f: unknown, expected: string][] = [
    [(a: number, b: number) => a + b, '(a, b, /)'],
    [(a: number, b = 'x,)', ...c: number[]) => [a, b, c], '(a, b=Ellipsis, /, *c)'],
    [
      function named(this: unknown, first: number) {
        return first
      },
      '(first, /)',
    ],
    [async (one: number) => one, '(one, /)'],
    [new Point().add, '(n, /, *more)'],
    [() => 1, '()'],
    [Math.max, '(*args)'],
    [((a: number) => a).bind(null), '(*args)'],
    [({ a }: { a: number }) => a, '(*args)'],
    [(a = /[)]/) => a, '(*args)'],
    [source('(a, a2 = `)`) => a'), '(*args)'],
    [source('(/* why */ a) => a'), '(*args)'],
    [source('($) => 1'), '(*args)'],
    [source('(function (a, a) { })'), '(*args)'],
    [source('(lambda) => 1'), '(*args)'],
    [source('(...lambda) => 1'), '(*args)'],
    [source('({ async *gen(a = [1, "(", {b: 2}], c) {} }).gen'), '(a=Ellipsis, c=Ellipsis, /)'],
    [source('x => x'), '(x, /)'],
    [Point, '(*args)'],
  ]

  for (const [way, run] of ways(py)) {
    const check = (title: string, body: () => Promise<void>) => test(`${title}${way}`, body)

    for (const [title, [code, names, expected]] of Object.entries(ROWS)) {
      check(title, async () => {
        assert.deepEqual(await run(code, names), expected)
      })
    }

    check('signatures', async () => {
      const fs = SIGNATURES.map(([f]) => f)
      const shown = await run('import inspect\nresult = [str(inspect.signature(f)) for f in fs]', { fs })
      assert.deepEqual(
        shown,
        SIGNATURES.map(([, expected]) => expected),
      )
    })

    check('with calls Symbol.dispose, also after an exception', async () => {
      const log: string[] = []
      class Handle {
        use() {
          log.push('used')
        }
        [Symbol.dispose]() {
          log.push('disposed')
        }
      }
      await run('with h as x:\n  x.use()\n  assert x is h\n', { h: new Handle() })
      await assert.rejects(run('with h: raise KeyError("k")', { h: new Handle() }), {
        pytype: 'KeyError',
      })
      await assert.rejects(run('with h: pass', { h: new Point() }), { name: /TypeError|AttributeError/ })
      assert.deepEqual(log, ['used', 'disposed', 'disposed'])
    })

    check('a weak reference is told when Python drops the object', async () => {
      const gone = await run(
        `import weakref
told = []
class Box: pass
box = Box(); box.o = make()
r = weakref.ref(box.o, lambda r: told.append(r() is None))
del box
result = [r() is None, told]`,
        { make: () => new Point() },
      )
      assert.deepEqual(gone, [true, [true]])
    })

    check('an iterator can be closed', async () => {
      const log: string[] = []
      class Bag {
        *[Symbol.iterator]() {
          try {
            yield 1
            yield 2
          } finally {
            log.push('closed')
          }
        }
      }
      const left = await run('i = iter(o)\nfirst = next(i)\ni.close()\nresult = [first, list(i)]', {
        o: new Bag(),
      })
      assert.deepEqual([left, log], [[1, []], ['closed']])
    })
  }

  const run = onThread(py)

  test('async for, async with, thenables and promises on a loop of a Python thread', async () => {
    const log: string[] = []
    class Source {
      async *[Symbol.asyncIterator]() {
        try {
          yield 1
          await pause(1)
          yield [2]
        } finally {
          log.push('left')
        }
      }
      async [Symbol.asyncDispose]() {
        await pause(1)
        log.push('disposed')
      }
    }
    class Later {
      // biome-ignore lint/suspicious/noThenProperty: a thenable is the point
      then(done: (value: unknown) => void) {
        done(Promise.resolve('late'))
      }
    }
    const code = `
import asyncio
async def main():
    seen = [x async for x in source]
    async with source as s: seen.append(s is source)
    seen.append(await later)
    i = aiter(source) if 'aiter' in dir(__builtins__) else source.__aiter__()
    seen.append(await i.__anext__())
    await i.aclose()
    return seen
result = asyncio.run(main())`
    assert.deepEqual(await run(code, { source: new Source(), later: new Later() }), [1, [2], true, 'late', 1])
    assert.deepEqual(log, ['left', 'disposed', 'left'])
  })

  test('what an async iterator throws is raised', async () => {
    const failing = new (class {
      async *[Symbol.asyncIterator]() {
        yield 1
        throw new RangeError('mid')
      }
    })()
    const code = `
import asyncio
async def main():
    seen = []
    try:
        async for x in o: seen.append(x)
    except Exception as e: seen.append(e.message)
    return seen
result = asyncio.run(main())`
    assert.deepEqual(await run(code, { o: failing }), [1, 'mid'])
  })

  test('the result of a promise is waited for in a thread', async () => {
    const wait = (names: Record<string, unknown>, code = 'result = p.result()') => run(code, names)
    assert.deepEqual(await wait({ p: pause(3, ['done']) }), ['done'])
    assert.equal(await wait({ p: Promise.resolve(5) }), 5)
    await assert.rejects(wait({ p: Promise.reject(new RangeError('no')) }), {
      name: 'RangeError',
    })
    const never = new Promise(() => undefined)
    const timeout = 'try: p.result(0.05)\nexcept TimeoutError as e: result = str(e)'
    assert.equal(await wait({ p: never }, timeout), 'The JavaScript promise was not settled in time.')
    const plain = 'try: p.result()\nexcept Exception as e: result = [type(e).__name__, e.value]'
    assert.deepEqual(await wait({ p: Promise.reject('text') }, plain), ['JsError', 'text'])
  })

  test('waiting for a promise on the JavaScript thread is an error', () => {
    const error = /cannot be waited for on the JavaScript thread/
    assert.throws(() => py.eval('lambda p: p.result()')(Promise.resolve(1)), {
      pytype: 'RuntimeError',
      message: error,
    })
  })
})
