/** `py.ref()`: what would go by value is live in Python. */
import assert from 'node:assert/strict'
import { everywhere } from '../support/places'
import { ways } from './ways'

everywhere(__filename, (py, test) => {
  for (const [way, run] of ways(py)) {
    const check = (title: string, body: () => Promise<void>) => test(`${title}${way}`, body)

    check('an array is a list', async () => {
      const a: unknown[] = [1, 'two', null]
      const code = `
from collections import abc
assert isinstance(a, abc.MutableSequence) and not isinstance(a, list) and type(a).__name__ == 'JsArray'
a.append(4); a.insert(0, 'zero'); a[-1] = 5; a += [6, 7]
assert a[1:3] == [1, 'two'] and a[::-1][0] == 7 and a[-1] == 7 and len(a) == 7 and bool(a), list(a)
del a[0]; del a[0:1]; a[0:1] = ['x', 'y']
assert a.pop() == 7 and a.index('y') == 1 and 'y' in a and None in a and 'nothing' not in a
assert a == ['x', 'y', None, 5, 6] and ['x', 'y', None, 5, 6] == a and a != [] and a + [1] == list(a) + [1] and [0] + a == [0] + list(a)
a[1:4:2] = ['Y', 'V']
assert a == ['x', 'Y', None, 'V', 6]
a.remove(None); a.reverse()
del a[::2]
assert a == ['V', 'x'], list(a)
for wrong in (lambda: a[2], lambda: a[-3], lambda: a.__setitem__(2, 0), lambda: a.__delitem__(5), lambda: a.pop(9)):
    try: wrong(); raise AssertionError('no error')
    except IndexError: pass
for wrong in (lambda: a['0'], lambda: a[1.0], lambda: hash(a)):
    try: wrong(); raise AssertionError('no error')
    except TypeError: pass
try: a[::2] = [1, 2, 3]; raise AssertionError('no error')
except ValueError: pass
a[:] = [3, 10, 2, -1]
a.sort(); assert a == [-1, 2, 3, 10]
a.sort(key=lambda n: -n); assert a.copy() == [10, 3, 2, -1] and type(a.copy()) is list
match a:
    case [first, *rest]: result = [first, rest, a.length]
a.push('by JavaScript')
`
      assert.deepEqual(await run(code, { a: py.ref(a) }), [10, [3, 2, -1], 4])
      assert.deepEqual(a, [10, 3, 2, -1, 'by JavaScript'])
      await run('a.clear()\nassert not a and list(a) == []', { a: py.ref(a) })
      assert.equal(a.length, 0)
    })

    check('holes are None, and a changed array is seen at once', async () => {
      // biome-ignore lint/suspicious/noSparseArray: the hole is the point
      const a = [1, , 3]
      assert.deepEqual(await run('result = [a[1], list(a), len(a)]', { a: py.ref(a) }), [
        null,
        [1, null, 3],
        3,
      ])
      const grow = () => void a.push(4)
      assert.deepEqual(await run('grow()\nresult = [len(a), a[-1]]', { a: py.ref(a), grow }), [4, 4])
    })

    check('a plain object is a dict, its properties are attributes', async () => {
      const o: Record<string, unknown> = { a: 1, copy: 'own', __proto__: null }
      const code = `
from collections import abc
assert isinstance(o, abc.MutableMapping) and not isinstance(o, dict)
assert o['a'] == o.a == 1 and o.copy == 'own' and len(o) == 2 and 'a' in o and 'b' not in o and 5 not in o and None not in o
assert list(o) == ['a', 'copy'] == list(o.keys()) and list(o.values()) == [1, 'own'] and dict(o) == {'a': 1, 'copy': 'own'} == o
o['b'] = [2]; o.c = 3; o.update(d=4); o.setdefault('e', 5)
assert o.pop('a') == 1 and o.pop('nothing', 'default') == 'default' and {**o}['d'] == 4
del o['d']; del o.c
for wrong in (lambda: o['nothing'], lambda: o.__delitem__('nothing'), lambda: o['toString']):
    try: wrong(); raise AssertionError('no error')
    except KeyError: pass
o['__proto__'] = 'data'
match o:
    case {'e': e}: result = [e, sorted(o)]
`
      assert.deepEqual(await run(code, { o: py.ref(o) }), [5, ['__proto__', 'b', 'copy', 'e']])
      assert.deepEqual(Object.entries(o).sort(), [
        ['__proto__', 'data'],
        ['b', [2]],
        ['copy', 'own'],
        ['e', 5],
      ])
      const plain = {}
      await run(
        "o['__proto__'] = 1\no['constructor'] = 2\nassert len(o) == 2 and o.pop('__proto__') == 1\no.clear()",
        { o: py.ref(plain) },
      )
      assert.deepEqual([Object.keys(plain), Object.getPrototypeOf(plain)], [[], Object.prototype])
    })

    check('a Map is a dict with any keys', async () => {
      const key = { k: 1 }
      const map = new Map<unknown, unknown>([
        ['a', 1],
        [key, 'object'],
        [2, 'int'],
      ])
      const code = `
from collections import abc
assert isinstance(m, abc.MutableMapping) and len(m) == 3 and bool(m)
keys = list(m)
assert m['a'] == 1 and m[2] == 'int' and m[keys[1]] == 'object' and keys[1].k == 1 and m.get('z', 0) == 0 and m.size == 3
m['b'] = 2; m.update({'c': 3}); del m['a']
assert 'b' in m and 'a' not in m and (1, 2) not in m
assert [v for k, v in m.items() if k == 'c'] == [3] and m.pop('c') == 3
try: m[(1, 2)] = 3; raise AssertionError('no error')
except TypeError as e: assert 'tuple' in str(e)
try: m['zz']; raise AssertionError('no error')
except KeyError: pass
`
      await run(code, { m: py.ref(map) })
      assert.deepEqual(
        [...map],
        [
          [key, 'object'],
          [2, 'int'],
          ['b', 2],
        ],
      )
      await run('m.clear()\nassert not m', { m: py.ref(map) })
      assert.equal(map.size, 0)
    })

    check('a Set is a set', async () => {
      const set = new Set<unknown>([1, 2])
      const code = `
from collections import abc
assert isinstance(s, abc.MutableSet) and s == {1, 2} and {1, 2} == s and s | {3} == {1, 2, 3} and s & {2, 9} == {2}
assert type(s - {1}) is set and s <= {1, 2, 3} and s.isdisjoint({7}) and 1 in s and len(s) == 2
s.add('x'); s.discard(1); s.discard('nothing'); s |= {5}
try: s.remove('nothing'); raise AssertionError('no error')
except KeyError: pass
try: s.add((1,)); raise AssertionError('no error')
except TypeError: pass
`
      await run(code, { s: py.ref(set) })
      assert.deepEqual([...set], [2, 'x', 5])
    })

    check('a typed array is a sequence of fixed length', async () => {
      const numbers = new Float32Array([1, 2, 3])
      const code = `
from collections import abc
t[0] = 1.5; t[-1] = 9
assert isinstance(t, abc.Sequence) and list(t) == [1.5, 2, 9] and t[1:] == [2, 9] and len(t) == 3 and 9 in t
for wrong in (lambda: t[3], lambda: t.__setitem__(3, 1)):
    try: wrong(); raise AssertionError('no error')
    except IndexError: pass
try: del t[0]; raise AssertionError('no error')
except TypeError: pass
`
      await run(code, { t: py.ref(numbers) })
      assert.deepEqual([...numbers], [1.5, 2, 9])
    })

    check('a Date is an object', async () => {
      const date = new Date(0)
      const code = 'd.setFullYear(2000)\nresult = [d.getTime() > 0, d.getFullYear(), int(d) == d.getTime()]'
      assert.deepEqual(await run(code, { d: py.ref(date) }), [true, 2000, true])
      assert.equal(date.getFullYear(), 2000)
    })

    check('what is read from it is live too, by attribute, item and iteration', async () => {
      class Holder {
        list: unknown[] = []
      }
      const state = { users: [{ tags: ['a'] }], map: new Map([['k', [1]]]), holder: new Holder() }
      const code = `
s.users[0].tags.append('b')
for user in s['users']: user['seen'] = True
for key in s.map: s.map[key].append(2)
s.holder.list.append('in an instance')
result = [s.users is s['users'], s.users[0] is s.users[0]]`
      assert.deepEqual(await run(code, { s: py.ref(state) }), [true, true])
      assert.deepEqual(state.users, [{ tags: ['a', 'b'], seen: true }] as unknown)
      assert.deepEqual([state.map.get('k'), state.holder.list], [[1, 2], ['in an instance']])
    })

    check('identity is kept, and it comes home as itself', async () => {
      const array = [1]
      const both = await run('result = [a, a is b, a is c]', {
        a: py.ref(array),
        b: py.ref(array),
        c: array,
      })
      const [home, isSame, isCopy] = both as unknown[]
      assert.deepEqual([home === array, isSame, isCopy], [true, true, false])
      assert.equal(await run('result = f()', { f: () => py.ref(array) }), array)
      const identity = Object.assign(() => 1, { data: array })
      assert.equal(await run('result = f', { f: py.ref(identity) }), identity)
    })
  }

  test('what is no object of JavaScript is refused', () => {
    // @ts-expect-error: not an object
    assert.throws(() => py.ref(1), { name: 'TypeError', message: 'ref() takes an object, not number.' })
    // @ts-expect-error: not an object
    assert.throws(() => py.ref(null), { name: 'TypeError', message: 'ref() takes an object, not null.' })
    assert.throws(() => py.ref(py.import('os')), { name: 'TypeError', message: /not a live Python object/ })
    const ref = py.ref([])
    assert.equal(py.ref(ref), ref)
  })

  test('a PythonError and a boxed number stay what they are', () => {
    const error = (() => {
      try {
        return py.eval('1 / 0')
      } catch (thrown) {
        return thrown as object
      }
    })()
    assert.equal(py.eval('lambda e: type(e).__name__')(py.ref(error)), 'ZeroDivisionError')
    assert.equal(py.eval('lambda n: n + 1')(py.ref(Object(4))), 5)
  })
})
