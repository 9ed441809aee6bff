/** Cycles and shared references keep their shape, in both directions. */
import assert from 'node:assert/strict'
import type { Kwargs } from 'python-ts'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  py.exec(`
import collections, gc

def graph():
    shared = ['shared']
    top = {'a': shared, 'b': (shared, shared), 'map': {1: shared}}
    top['self'] = top
    top['list'] = [top, [top]]
    return top

def selfish_list():
    a = []
    a.append(a)
    return a

def ring(size):
    first = last = {}
    for i in range(size):
        last['next'] = last = {'i': i}
    last['next'] = first
    return first

def through_tuple():
    a = []
    a.append((a, {'a': a}))
    return a

def is_same(*values): return all(v is values[0] for v in values)

def is_graph(top):
    shared = top['a']
    return (top['self'] is top and top['list'][0] is top and top['list'][1][0] is top
        and top['b'][0] is shared and top['b'][1] is shared and top['map'][1] is shared and shared == ['shared'])
`)

  const identity = () => py.eval('lambda x: x')

  test('Python → JavaScript: list and dict, mixed', () => {
    const top = py.eval('graph()')
    const shared = top.a
    assert.deepEqual(shared, ['shared'])
    assert.equal(top.self, top)
    assert.equal(top.list[0], top)
    assert.equal(top.list[1][0], top)
    assert.deepEqual(
      [top.b[0] === shared, top.b[1] === shared, top.map.get(1) === shared],
      [true, true, true],
    )
  })

  test('JavaScript → Python: list and dict, mixed', () => {
    const shared = ['shared']
    const top: Record<string, unknown> = { a: shared, b: [shared, shared], map: new Map([[1, shared]]) }
    top.self = top
    top.list = [top, [top]]
    const { is_graph } = py.import('__main__')
    assert.equal(is_graph(top), true)
    assert.equal(
      py.eval('lambda f: is_graph(f())')(() => top),
      true,
    )
  })

  test('containers that hold themselves', () => {
    const list = py.eval('selfish_list()')
    assert.equal(list[0], list)
    assert.equal(list.length, 1)
    const tied = py.eval('through_tuple()')
    assert.equal(tied[0][0], tied)
    assert.equal(tied[0][1].a, tied)
    const dict: { d?: unknown } = {}
    dict.d = dict
    const array: unknown[] = []
    array.push(array)
    assert.equal(py.eval("lambda d: d['d'] is d and list(d) == ['d']")(dict), true)
    assert.equal(py.eval('lambda a: a[0] is a and len(a) == 1')(array), true)
  })

  test('rings longer than any nesting are too deep, short ones are not', () => {
    const first = py.eval('ring(1000)')
    let last = first
    for (let i = 0; i < 1001; i++) last = last.next
    assert.equal(last, first)
    assert.throws(() => py.eval('ring(100_000)'), RangeError)
  })

  test('one call is one conversion', () => {
    const array = [1]
    const date = new Date(0)
    const bytes = new Uint8Array(2)
    const map = new Map([['k', array]])
    const { is_same } = py.import('__main__')
    assert.equal(is_same(array, array, array, array), true)
    for (const value of [array, date, bytes, map, new Set([1]), Buffer.from('x')]) {
      assert.equal(is_same(value, value), true)
      assert.equal(py.eval('lambda a, b: a[0] is b')([value], value), true)
    }
    assert.equal(py.eval('lambda m, a: m["k"] is a')(map, array), true)
    assert.equal(py.eval('lambda a, b: a == b and a is not b')([1], [1]), true)
    assert.equal(py.call(py.import('__main__'), 'is_same', [array, array]), true)
  })

  test('two calls are two', () => {
    const box = py.eval("type('Box', (), {})()")
    const array = [1]
    box.a = array
    box.b = array
    assert.equal(py.eval('lambda box: box.a == box.b and box.a is not box.b')(box), true)
    py.exec('kept = [1]')
    assert.notEqual(py.eval('kept'), py.eval('kept'))
  })

  test('results share likewise, whatever else holds the value', () => {
    py.exec('a = [1]\nb = {"a": a}\nd = b"x"')
    const cases = ['(a, a)', '[a, (a,), {"k": a}][::2]', '(b, b)', '(d, d)']
    for (const code of cases) {
      const [first, second] = py.eval(code) as unknown[]
      assert.ok(first === second || (second as { k: unknown }).k === first, code)
    }
    const [inner, outer] = py.eval('(a, b)')
    assert.equal(outer.a, inner)
    const [one, other] = py.eval('([1], [1])') as unknown[]
    assert.notEqual(one, other)
  })

  test('equal values that take turns at one address are told apart', () => {
    const rows: unknown[][] = py.eval('[[[i], [i]] for i in range(1000)]')
    rows.forEach(([a, b], i) => {
      assert.deepEqual([a, b], [[i], [i]])
      assert.notEqual(a, b)
    })
    assert.equal(new Set(rows.flat()).size, 2000)
  })

  test('arguments of one callback share', () => {
    py.exec('def twice(f):\n  a = [1]\n  return f(a, a, x=a)')
    const seen: unknown[] = []
    py.eval('twice')((a: unknown, b: unknown, { values }: Kwargs) => {
      seen.push(a === b, a === values.x)
    })
    assert.deepEqual(seen, [true, true])
  })

  test('through Map and Set, keys and values', () => {
    const map = new Map<unknown, unknown>()
    const inner = { map }
    map.set(1, map).set(2, inner)
    assert.equal(py.eval("lambda m: m[1] is m and m[2]['map'] is m")(map), true)
    const back = py.eval("(lambda m: m.update({1: m, 2: {'map': m}}) or m)({})") as typeof map
    assert.equal(back.get(1), back)
    assert.equal((back.get(2) as typeof inner).map, back)
    const [key, holder] = py.eval('(lambda k: ((k), {k: [k]}))((1, 2))') as [
      number[],
      Map<number[], number[][]>,
    ]
    assert.equal([...holder.keys()][0], key)
    assert.equal(holder.get(key)?.[0], key)
    const [item, set] = py.eval('(lambda k: (k, {k}))((1, 2))') as [number[], Set<number[]>]
    assert.ok(set.has(item))
  })

  test('a Buffer, a Date and a function may be keys that are shared', () => {
    const bytes = Buffer.from('x')
    const date = new Date(0)
    const func = () => 1
    const code = 'lambda m, *k: all(any(k1 is k2 for k2 in m) and m[k1] is k1 for k1 in k)'
    assert.equal(
      py.eval(code)(
        new Map<unknown, unknown>([bytes, date, func].map((key) => [key, key])),
        bytes,
        date,
        func,
      ),
      true,
    )
  })

  test('a container as its own Map key or Set item is a TypeError of Python', () => {
    const map = new Map<unknown, unknown>()
    map.set(map, 1)
    const set = new Set<unknown>()
    set.add(set)
    for (const value of [map, set])
      assert.throws(() => identity()(value), { pytype: 'TypeError', message: /unhashable/ })
    assert.equal(py.eval('1 + 1'), 2)
  })

  test('live objects are one in both directions', () => {
    const [a, b, inside] = py.eval('(lambda o: (o, o, {"k": [o]}))(collections.Counter())')
    assert.equal(a, b)
    assert.equal(inside.k[0], a)
    assert.equal(py.eval('is_same')(a, b, inside.k[0], a.__wrapper__), true)
  })

  test('what Python keeps of a cycle is collected', () => {
    py.exec('gc.collect(); before = len(gc.get_objects())')
    const same = identity()
    for (let i = 0; i < 1000; i++) {
      const cycle: unknown[] = []
      cycle.push({ cycle })
      same(cycle)
    }
    py.exec('gc.collect(); after = len(gc.get_objects())')
    assert.ok(py.eval('after - before') < 100)
  })
})
