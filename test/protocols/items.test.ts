/** Items, slices and operators. */
import assert from 'node:assert/strict'
import { type BinaryOperator, callOptions, Python, type UnaryOperator } from 'python-ts'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  py.exec(`
class Log:
    """Says what is done to it."""
    def __getitem__(self, key): return repr(key)
    def __matmul__(self, other): return ('@', other)
    def __rsub__(self, other): return ('r-', other)
    def __iadd__(self, other): self.added = other; return self
    def __isub__(self, other): return ('new', other)
    def __len__(self): raise OSError('no len')
    def __bool__(self): raise OSError('no bool')
    def __contains__(self, item): return 'yes' if item == 1 else ''
    def __hash__(self): return 2 ** 60
    def __eq__(self, other): return ['eq']
class Int(int): pass
`)
  const log = py.eval('Log()')
  py.op(log, '+=', 0)

  const KEYS: [key: () => unknown, repr: string][] = [
    [() => 1, '1'],
    [() => -1, '-1'],
    [() => 1.5, '1.5'],
    [() => 2n ** 70n, String(2n ** 70n)],
    [() => 'a', "'a'"],
    [() => null, 'None'],
    [() => true, 'True'],
    [() => [1, 2], '[1, 2]'],
    [() => py.tuple([1, 'a']), "(1, 'a')"],
    [() => py.tuple(), '()'],
    [() => py.ellipsis, 'Ellipsis'],
    [() => py.slice(1, 5), 'slice(1, 5, None)'],
    [() => py.slice(null, undefined, -1), 'slice(None, None, -1)'],
    [() => py.slice('a', 'c'), "slice('a', 'c', None)"],
    [() => py.slice('1:5'), 'slice(1, 5, None)'],
    [() => py.slice(' : '), 'slice(None, None, None)'],
    [() => py.slice('::-1'), 'slice(None, None, -1)'],
    [() => py.slice('-3:'), 'slice(-3, None, None)'],
    [() => py.slice('7'), '7'],
    [() => py.slice('99999999999999999999:'), 'slice(99999999999999999999, None, None)'],
    [() => py.slice('1:5, ::2'), '(slice(1, 5, None), slice(None, None, 2))'],
    [() => py.slice('..., 0, None'), '(Ellipsis, 0, None)'],
    [() => py.tuple([py.slice('1:'), 'x', py.ellipsis]), "(slice(1, None, None), 'x', Ellipsis)"],
  ]

  test('any key', async () => {
    for (const [key, repr] of KEYS) {
      assert.equal(py.getitem(log, key()), repr)
      assert.equal(await py.getitem_async(log, key()), repr)
    }
  })

  test('a key is the same with a message and without', () => {
    for (const key of [
      0,
      -0,
      1.5,
      Number.NaN,
      2 ** 53,
      -(2 ** 60),
      2n ** 64n,
      '',
      'é😀',
      '\ud800',
      true,
      null,
      undefined,
    ]) {
      const text = py.eval`repr(${key})`
      assert.equal(py.getitem(log, key), text)
      assert.equal(py.op(log, '==', 1)[0], 'eq')
    }
    assert.throws(() => py.getitem(log, Symbol.iterator), { message: 'A Symbol cannot be passed to Python.' })
  })

  test('items of every kind, by index and by name', () => {
    const values = [1, 'a', null, [1], 2n ** 70n, log, Buffer.from('x'), true]
    const [list, dict] = [py.list(values), py.dict(Object.fromEntries(values.map((v, i) => [`k${i}`, v])))]
    for (const [i, value] of values.entries()) {
      assert.deepEqual(py.getitem(list, i), value)
      assert.deepEqual(py.getitem(list, i - values.length), value)
      assert.deepEqual(py.getitem(dict, `k${i}`), value)
    }
    assert.equal(py.getitem(list, 5), log)
    assert.throws(() => py.getitem(list, 99), { pytype: 'IndexError' })
    assert.throws(() => py.getitem(list, 'a'), { pytype: 'TypeError' })
    assert.throws(() => py.getitem(list, 0.5), { pytype: 'TypeError' })
    assert.throws(() => py.getitem(py.type(1), 0), { pytype: 'TypeError' })
    assert.equal(py.repr(py.getitem(py.type([]), py.type(1))), 'list[int]')
  })

  test('an item that calls back for other items', () => {
    const inner = py.list([1, 2])
    const outer = py.eval('type("Outer", (), {"__getitem__": lambda self, key: self.f(key)})()')
    outer.f = (key: number) => py.getitem(inner, key) * 10
    assert.deepEqual([py.getitem(outer, 0), py.getitem(outer, 1)], [10, 20])
    outer.f = (key: string) => {
      py.gc(outer)
      return [key]
    }
    assert.deepEqual(py.getitem(outer, 'k'), ['k'])
    assert.throws(() => py.getitem(outer, 0), { message: /released/ })
  })

  test('what is no subscript', () => {
    for (const text of ['', '1:2:3:4', 'a', '1.5', '1:b', '1,', '....', "'a'", '1 2']) {
      assert.throws(() => py.slice(text), { name: 'SyntaxError', message: /is no index, no slice/ }, text)
    }
    assert.throws(() => py.slice(5 as never), { name: 'TypeError' })
  })

  test('items are set and deleted where the object stays', () => {
    const dict = py.dict({ a: 1 })
    py.setitem(dict, py.tuple([1, 2]), [3])
    py.delitem(dict, 'a')
    assert.equal(py.repr(dict), '{(1, 2): [3]}')
    assert.throws(() => py.getitem(dict, 'a'), { pytype: 'KeyError' })
    assert.throws(() => py.delitem(dict, 'a'), { pytype: 'KeyError' })
    assert.throws(() => py.setitem({ a: 1 }, 'a', 2), {
      message: 'setitem() takes a live Python object, not an object.',
    })
    assert.throws(() => py.delitem([1], 0), {
      message: 'delitem() takes a live Python object, not an array.',
    })
    assert.equal(py.getitem([1, 2], 1), 2)
  })

  test('len, in, bool, hash, id, is, type', () => {
    assert.equal(py.len([1, 2]), 2)
    assert.throws(() => py.len(log), { pytype: 'OSError' })
    assert.throws(() => py.len(5), { pytype: 'TypeError' })
    assert.deepEqual([py.contains(log, 1), py.contains(log, 2), py.contains('abc', 'b')], [true, false, true])
    assert.deepEqual([py.op(1, 'in', [1]), py.op(1, 'not in', [1])], [true, false])
    assert.throws(() => py.bool(log), { pytype: 'OSError' })
    assert.deepEqual([py.bool(0), py.bool(''), py.bool([0]), py.bool(py.list())], [false, false, true, false])
    assert.equal(py.hash(log), 2n ** 60n)
    assert.throws(() => py.hash([1]), { pytype: 'TypeError' })
    assert.equal(py.id(log), py.id(log))
    assert.throws(() => py.id(1), TypeError)
    assert.deepEqual(
      [py.is(log, log), py.is(log, py.eval('Log()')), py.is(null, undefined)],
      [true, false, true],
    )
    assert.equal(py.type(log), py.eval('Log'))
    assert.equal(py.type(5).__name__, 'int')
    assert.deepEqual([py.str(log).slice(0, 1), py.repr('a'), py.str([1, null])], ['<', "'a'", '[1, None]'])
  })

  test('isinstance and issubclass, of one class or any of many', () => {
    const { int, str } = { int: py.type(1), str: py.type('') }
    assert.deepEqual(
      [py.isinstance(py.eval('Log'), py.type(int)), py.isinstance(1, str), py.isinstance(1, [str, int])],
      [true, false, true],
    )
    assert.deepEqual(
      [py.issubclass(py.eval('Int'), int), py.issubclass(str, [int, py.eval('Int')])],
      [true, false],
    )
    assert.throws(() => py.isinstance(1, 5), { pytype: 'TypeError' })
    assert.throws(() => py.issubclass(1, int), { pytype: 'TypeError' })
  })

  const OPERATORS: [unknown, BinaryOperator, unknown, result: unknown][] = [
    [7, '+', 2, 9],
    [7, '-', 2, 5],
    [7, '*', 2, 14],
    [7, '/', 2, 3.5],
    [-7, '//', 2, -4],
    [-7, '%', 3, 2],
    [2, '**', 70, 2n ** 70n],
    [6, '&', 3, 2],
    [6, '|', 3, 7],
    [6, '^', 3, 5],
    [1, '<<', 3, 8],
    [8, '>>', 3, 1],
    [1, '==', 1.0, true],
    [1, '!=', 1, false],
    [1, '<', 2, true],
    [2, '<=', 2, true],
    [1, '>', 2, false],
    ['b', '>=', 'a', true],
    [null, 'is', null, true],
    [null, 'is not', null, false],
    [[1], '+=', [2], [1, 2]],
    [7, '-=', 2, 5],
    [7, '*=', 2, 14],
    [7, '/=', 2, 3.5],
    [7, '//=', 2, 3],
    [7, '%=', 4, 3],
    [7, '**=', 2, 49],
    [6, '&=', 3, 2],
    [6, '|=', 3, 7],
    [6, '^=', 3, 5],
    [1, '<<=', 3, 8],
    [8, '>>=', 3, 1],
  ]
  const UNARY: [UnaryOperator, unknown, result: unknown][] = [
    ['-', 5, -5],
    ['+', true, 1],
    ['~', 5, -6],
    ['not', [], true],
  ]

  test('every operator', async () => {
    for (const [left, operator, right, result] of OPERATORS) {
      assert.deepEqual(py.op(left, operator, right), result, operator)
      assert.deepEqual(await py.op_async(left, operator, right), result, operator)
    }
    for (const [operator, operand, result] of UNARY) {
      assert.deepEqual(py.op(operator, operand), result)
      assert.deepEqual(await py.op_async(operator, operand), result)
    }
    assert.deepEqual(py.op(log, '@', 5), ['@', 5])
    assert.deepEqual(py.op(5, '-', log), ['r-', 5])
    assert.deepEqual(py.op(log, '==', 1), ['eq'])
    assert.throws(() => py.op(log, '//=', log), { pytype: 'TypeError' })
    assert.throws(() => py.op(1, '+', 'a'), { pytype: 'TypeError' })
    assert.throws(() => py.op(1, '/', 0), { pytype: 'ZeroDivisionError' })
  })

  test('in place: the object itself, or what stands for it', () => {
    assert.equal(py.op(log, '+=', 7), log)
    assert.equal(log.added, 7)
    assert.deepEqual(py.op(log, '-=', 7), ['new', 7])
    const list = py.list([1])
    assert.equal(py.op(list, '+=', [2]), list)
    assert.equal(py.op(list, '*=', 2), list)
    assert.deepEqual([...list], [1, 2, 1, 2])
  })

  test('the twins of the other functions', async () => {
    const dict = py.dict({ a: 1 })
    await py.setitem_async(dict, py.tuple([1, 2]), [3])
    await py.delitem_async(dict, 'a')
    assert.equal(await py.repr_async(dict), '{(1, 2): [3]}')
    assert.deepEqual(
      [await py.len_async(dict), await py.contains_async(dict, 'a'), await py.contains_async([1], 1)],
      [1, false, true],
    )
    assert.deepEqual([await py.str_async(5), await py.bool_async([])], ['5', false])
    assert.equal(await py.hash_async(log), 2n ** 60n)
    assert.ok((await py.dir_async(log)).includes('added'))
    assert.equal(await py.op_async(log, '+=', 8), log)
    assert.equal(await py.getattr_async(log, 'added'), 8)
    assert.equal(await py.getattr_async(log, 'none', 'fallback'), 'fallback')
    assert.equal(await py.getattr_async(log, '__matmul__'), log.__matmul__)
    assert.deepEqual(await (await py.getattr_async(log, '__matmul__'))(1), ['@', 1])
  })

  test('what is wrong with a twin rejects', async () => {
    const errors: [promise: () => Promise<unknown>, error: object][] = [
      [() => py.getitem_async(py.dict(), 'a'), { pytype: 'KeyError' }],
      [() => py.delitem_async(py.dict(), 'a'), { pytype: 'KeyError' }],
      [() => py.len_async(log), { pytype: 'OSError' }],
      [() => py.bool_async(log), { pytype: 'OSError' }],
      [() => py.op_async(1, '/', 0), { pytype: 'ZeroDivisionError' }],
      [() => py.op_async(1, '===' as never, 0), { name: 'TypeError', message: /^op\(\) knows/ }],
      [
        () => py.setitem_async([1], 0, 1),
        { message: 'setitem_async() takes a live Python object, not an array.' },
      ],
      [() => py.dir_async(1), { message: 'dir_async() takes a live Python object, not a number.' }],
      [
        () => py.getattr_async(1, 'a'),
        { message: 'getattr_async() takes a live Python object, not a number.' },
      ],
      [() => py.getattr_async(log, 1 as never), { message: /the name of an attribute as a string/ }],
      [() => py.len_async(Symbol()), { message: 'A Symbol cannot be passed to Python.' }],
      [() => py.len_async([], { timeout: -1 }), { name: 'RangeError' }],
      [() => py.len_async([], { late: 1 } as never), { name: 'TypeError' }],
      [() => py.len_async([], { signal: AbortSignal.abort(new Error('mine')) }), { message: 'mine' }],
    ]
    for (const [promise, error] of errors) await assert.rejects(promise, error)
    const { len_async } = py
    await assert.rejects(len_async([1]), TypeError)
  })

  test('a twin within limits', async () => {
    py.exec('class Endless:\n  def __contains__(self, item):\n    while True: pass\n  __add__ = __contains__')
    const endless = py.eval('Endless()')
    const limits = { timeout: 20 }
    await assert.rejects(py.contains_async(endless, 1, limits), { name: 'TimeoutError' })
    await assert.rejects(py.op_async(endless, '+', 1, callOptions(limits)), { name: 'TimeoutError' })
    assert.equal(await py.contains_async([1], 1, { timeout: 30_000 }), true)
  })

  test('operators that are none', () => {
    for (const operator of ['and', '===', '', '__proto__', 'toString', undefined, Symbol('+')]) {
      assert.throws(() => py.op(1, operator as never, 2), { name: 'TypeError', message: /^op\(\) knows/ })
      assert.throws(() => py.op(operator as never, 2), { name: 'TypeError', message: /^op\(\) knows/ })
    }
  })

  test('after release, and in another context', () => {
    const list = py.list([1])
    py.gc(list)
    for (const use of [() => py.getitem(list, 0), () => py.len(list), () => py.op(list, '+', [1])])
      assert.throws(use, { name: 'TypeError', message: /released/ })
    const context = new Python({ context: true })
    assert.throws(() => context.getitem(log, 0), { name: 'TypeError', message: /another Python context/ })
    context.delete()
    assert.throws(() => context.len([1]), { message: /deleted/ })
    assert.throws(() => context.float(1), { message: /deleted/ })
  })

  test('a method taken from its Python', () => {
    const { len } = py
    assert.throws(() => len([1]), TypeError)
  })
})
