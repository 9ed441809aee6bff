/** Objects of one context are refused in another, wherever they hide. */
import assert from 'node:assert/strict'
import { after } from 'node:test'
import { kwargs, Python, PythonError } from 'python-ts'
import { test } from '../support/leaks'

const py = new Python()
const own = new Python({ context: true })
const shared = new Python({ context: { gil: 'shared' } })
after(() => {
  for (const context of [own, shared]) context.delete()
})

const CODE = `
class Own:
    def method(self): return 'called'
    def __hash__(self): return 1
def identity(*args, **kwargs): return [*args, *kwargs.values()]
def call(f, *args): return f(*args)
def message(f, *args):
    try: return f(*args)
    except Exception as error: return f'{type(error).__name__}: {error}'
def consume(iterable): return list(iterable)
def attribute(o): return o.x
def item(o): return o['x']
def fail(): raise LookupError('theirs')
def reraise(f):
    try: f()
    except BaseException as error: return type(error).__name__
class Target: pass
target = Target()
`
for (const context of [py, own, shared]) context.exec(CODE)

const REFUSED = {
  name: 'TypeError',
  message: 'This Own object belongs to another Python context and cannot be used in this one.',
}
const BY_CALLBACK = 'TypeError: JavaScript returned an object of another Python context.'

type Pair = [title: string, from: Python, to: Python]
const PAIRS: readonly Pair[] = [
  ['of the main context in an own one', py, own],
  ['of an own context in the main one', own, py],
  ['of a shared context in the main one', shared, py],
  ['of an own context in a shared one', own, shared],
]

for (const [title, from, to] of PAIRS) {
  const theirs = () => from.eval('Own()')
  const main = () => to.import('__main__')

  test(`refused as an argument: ${title}`, () => {
    const object = theirs()
    const { identity } = main()
    const { method } = object
    const uses: Record<string, () => unknown> = {
      argument: () => identity(object),
      'the last of many': () => identity(1, 2, 3, 4, 5, 6, 7, 8, object),
      wrapper: () => identity(object.__wrapper__),
      method: () => identity(method),
      array: () => identity([object]),
      'deep in arrays': () => identity([[[{ a: [object] }]]]),
      object: () => identity({ a: object }),
      'Map value': () => identity(new Map([['a', object]])),
      'Map key': () => identity(new Map([[object, 1]])),
      Set: () => identity(new Set([object])),
      kwargs: () => identity(kwargs({ a: object })),
      'kwargs deep': () => identity(kwargs({ a: [object] })),
      getter: () =>
        identity({
          get a() {
            return object
          },
        }),
      call: () => to.call(main(), 'identity', [object]),
      'call kwargs': () => to.call(main(), 'identity', [], { a: object }),
      'set an attribute': () => {
        main().target.x = object
      },
      'globals with it': () => to.eval('a', { a: object }),
      dir: () => to.dir(object),
      reload: () => to.reload(object),
      isinstance: () => object instanceof main().Own,
      new: () => new (main().Own)(object),
    }
    for (const [where, use] of Object.entries(uses)) {
      if (where === 'isinstance') assert.throws(use, { name: 'TypeError' }, where)
      else assert.throws(use, REFUSED, where)
    }
    assert.deepEqual(identity(1), [1])
    assert.equal(method(), 'called')
  })

  test(`refused as globals: ${title}`, () => {
    const globals = from.eval('globals().copy', undefined)
    const namespace = from.eval('Target()')
    const use = () => to.eval('1', namespace)
    assert.throws(use, {
      name: 'TypeError',
      message: /^This Target object belongs to another Python context/,
    })
    assert.throws(() => to.exec('1', namespace), { name: 'TypeError', message: /belongs to another/ })
    assert.throws(() => to.exec('1', { f: globals }), { name: 'TypeError', message: /belongs to another/ })
  })

  test(`refused as what JavaScript answers Python: ${title}`, () => {
    const object = theirs()
    const { consume, message, attribute, item } = main()
    assert.equal(
      message(() => object),
      BY_CALLBACK,
    )
    assert.equal(
      message(() => [object]),
      BY_CALLBACK,
    )
    assert.equal(
      message(() => new Map([[object, 1]])),
      BY_CALLBACK,
    )
    assert.equal(
      message(() => object.method),
      BY_CALLBACK,
    )
    class Holder {
      x = object
    }
    assert.equal(message(attribute, new Holder()), BY_CALLBACK)
    class Items {
      *[Symbol.iterator]() {
        yield object
      }
    }
    assert.equal(message(consume, new Items()), BY_CALLBACK)
    assert.match(message(item, new Holder()), /^(TypeError|KeyError)/)
    assert.equal(
      message(() => 1),
      1,
    )
  })

  test(`an exception crosses as a JavaScript error: ${title}`, () => {
    const { call, reraise } = main()
    const { fail } = from.import('__main__')
    const rethrow = () => fail()
    assert.throws(
      () => call(rethrow),
      (error) => {
        assert.ok(error instanceof Error)
        assert.match(error.message, /theirs/)
        return true
      },
    )
    assert.match(reraise(rethrow), /^(JsError|LookupError)$/)
    let caught: unknown
    try {
      fail()
    } catch (error) {
      caught = error
    }
    assert.ok(caught instanceof PythonError)
    const { value } = caught
    const { identity } = main()
    assert.throws(() => identity(value), { name: 'TypeError', message: /^This LookupError object belongs/ })
    assert.throws(() => identity([value]), { name: 'TypeError', message: /^This LookupError object belongs/ })
    // An exception and its frames are a cycle, and the leak check collects in the main context only.
    for (const context of [from, to]) context.exec('import gc; gc.collect()')
  })

  test(`refused by the asynchronous twins: ${title}`, async () => {
    const object = theirs()
    const { identity_async, message_async } = main()
    await assert.rejects(identity_async(object), REFUSED)
    await assert.rejects(identity_async([{ a: object }]), REFUSED)
    await assert.rejects(identity_async(kwargs({ a: object })), REFUSED)
    await assert.rejects(to.eval_async('a', { a: object }), REFUSED)
    await assert.rejects(to.call_async(main(), 'identity', [object]), REFUSED)
    assert.equal(await message_async(() => object), BY_CALLBACK)
    assert.deepEqual(await identity_async(1), [1])
  })

  test(`its own methods go on in its own context: ${title}`, () => {
    const object = theirs()
    const { call } = main()
    assert.equal(
      call(() => object.method()),
      'called',
    )
    assert.equal(to.sameContext(object), false)
    assert.equal(from.sameContext(object), true)
    assert.equal(to.isPyObject(object), true)
  })
}
