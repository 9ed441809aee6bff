/** What looks like a plain object and is none: the language's namespaces, modules, `arguments`. */
import assert from 'node:assert/strict'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  const kind = py.eval('lambda x: type(x).__name__')
  const same = py.eval('lambda x: x')

  test('Math, JSON and their like are live objects, not empty dicts', () => {
    for (const namespace of [Math, JSON, Intl, Reflect, Atomics]) {
      assert.equal(kind(namespace), 'JsObject')
      assert.equal(same(namespace), namespace)
      assert.equal(py.eval`[${[namespace]}[0], ${{ n: namespace }}['n']]`[0], namespace)
    }
    assert.equal(py.eval`${Math}.sqrt(${Math}.abs(-16)) + ${JSON}.parse('[1]')[0]`, 5)
    assert.equal(kind(py.ref(Math)), 'JsObject')
    assert.equal(kind(py.ref({})), 'JsDict')
  })

  test('a plain object with a tag of its own is a dict, when there is something in it', () => {
    assert.deepEqual(same({ [Symbol.toStringTag]: 'Mine', a: 1 }), { a: 1 })
    assert.deepEqual([same({}), same(Object.create(null))], [{}, {}])
    assert.equal(kind(Object.assign(Object.create(null), { a: 1 })), 'dict')
  })

  test('the namespace of a module is live', async () => {
    const path = await import('node:path')
    assert.equal(kind(path), 'JsObject')
    assert.equal(py.eval`${path}.join('a', 'b')`, path.join('a', 'b'))
    assert.equal(same(path), path)
  })

  test('arguments are a list', () => {
    const pass = function (this: unknown) {
      // biome-ignore lint/complexity/noArguments: that is what is passed
      return arguments
    } as (...args: unknown[]) => IArguments
    assert.deepEqual(same(pass(1, 'a', [2])), [1, 'a', [2]])
    assert.deepEqual(same(pass()), [])
    const passed = pass(1)
    assert.equal(py.eval`${[passed, passed]}[0] is ${passed}`, true)
    const [one, two] = same([passed, passed])
    assert.equal(one, two)
    const cyclic = pass(null)
    cyclic[0] = cyclic
    const list = same(cyclic)
    assert.equal(list[0], list)
  })

  test('proxies pass as what they stand before', () => {
    assert.deepEqual(same(new Proxy({ a: 1 }, {})), { a: 1 })
    assert.deepEqual(same(new Proxy([1], {})), [1])
    const map = new Proxy(new Map(), {})
    assert.equal(same(map), map)
    const mine = new Error('mine')
    const fail = () => {
      throw mine
    }
    for (const trap of ['ownKeys', 'getPrototypeOf', 'get'] as const) {
      const hostile = new Proxy({ a: 1 }, { [trap]: fail })
      assert.throws(
        () => same(hostile),
        (error) => error === mine,
        trap,
      )
    }
    assert.throws(
      () => same(new Proxy({}, { getOwnPropertyDescriptor: fail })),
      (error) => error === mine,
    )
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    assert.throws(() => same(proxy), TypeError)
  })
})
