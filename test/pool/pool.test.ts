/** PythonPool: calls and maps over contexts. */
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import {
  callOptions,
  clib,
  kwargs,
  PoolItemError,
  type PoolOptions,
  Python,
  PythonError,
  PythonPool,
} from 'python-ts'
import { test } from '../support/leaks'

const py = new Python()
const [major, minor] = py.eval<number[]>('__import__("sys").version_info[:2]') as [number, number]
const hasOwn = major > 3 || minor >= 12
/** Before CPython 3.12 there is one GIL, and all else is the same. */
const gil = hasOwn ? 'own' : 'shared'
const init = `
import time
def double(n): return n * 2
def odd(n):
    if n % 2 == 0: raise ValueError(f'{n} is even')
    return n
def total(*args, start=0): return sum(args, start)
def endless(_=None):
    while True: pass
def sleep(n): time.sleep(n)
is_asleep = False
def hold(begin):
    global is_asleep
    is_asleep = True
    try: time.sleep(0.3 if begin() == 1 else 0.5)
    finally: is_asleep = False
def asleep(_): return is_asleep
def paths():
    import sys
    return sys.path
`

async function withPool(options: PoolOptions, body: (pool: PythonPool) => Promise<void>): Promise<void> {
  const pool = new PythonPool({ size: 2, gil, init, ...options })
  try {
    await body(pool)
  } finally {
    await pool.close()
    // One that was replaced ends when its call has come back.
    while (clib.contexts.length > 0) await setTimeout(5)
  }
}

test('without a kind it takes a GIL of its own for each context, or says that there is none', async () => {
  if (hasOwn) await new PythonPool().close()
  else assert.throws(() => new PythonPool(), { name: 'Error', message: /needs CPython 3\.12 or later/ })
})

test('calls functions of modules, of init, and built-in ones', () =>
  withPool({ modules: ['json'] }, async (pool) => {
    assert.equal(await pool.call('math.factorial', 5), 120)
    assert.equal(await pool.call('os.path.basename', '/a/b'), 'b')
    assert.equal(await pool.call('double', 4), 8)
    assert.equal(await pool.call('len', [1, 2]), 2)
    assert.equal(await pool.call('total', 1, 2, kwargs({ start: 10 })), 13)
    assert.deepEqual(await pool.call('json.loads', '{"a": [1]}'), { a: [1] })
    assert.equal(await pool.call('datetime.date.fromisoformat', '2020-02-29').then(String), '2020-02-29')
  }))

test('errors are those of the call, and the context goes on', () =>
  withPool({ size: 1 }, async (pool) => {
    await assert.rejects(
      pool.call('odd', 2),
      (error) => error instanceof PythonError && error.message === '2 is even',
    )
    await assert.rejects(pool.call('nothing'), {
      name: 'TypeError',
      message:
        "No context of this PythonPool has a function 'nothing': name it 'module.nothing', or define it by init.",
    })
    await assert.rejects(pool.call('no_such_module.f'), { name: 'ModuleNotFoundError' })
    await assert.rejects(pool.call('math.no_such'), { name: 'AttributeError' })
    await assert.rejects(pool.call('double', Symbol('x')), { name: 'TypeError' })
    for (const name of ['math.pi', 'os.path', '__name__']) {
      const message = `'${name}' is nothing that a PythonPool can call.`
      await assert.rejects(pool.call(name), { name: 'TypeError', message })
    }
    assert.equal(await pool.call('odd', 3), 3)
  }))

test('more calls than contexts wait for their turn', () =>
  withPool({}, async (pool) => {
    const calls = Array.from({ length: 50 }, (_, n) => pool.call('double', n))
    assert.deepEqual(
      await Promise.all(calls),
      Array.from({ length: 50 }, (_, n) => n * 2),
    )
    assert.equal(clib.contexts.length, 2)
  }))

test('a map keeps the order, whatever iterable it is given', () =>
  withPool({}, async (pool) => {
    function* some() {
      yield* [3, 1, 2]
    }
    async function* others() {
      yield* [3, 1, 2]
    }
    for (const items of [[3, 1, 2], new Set([3, 1, 2]), some(), others(), py.eval('[3, 1, 2]')]) {
      assert.deepEqual(await pool.map('double', items), [6, 2, 4])
    }
    assert.deepEqual(await pool.map('double', []), [])
    assert.deepEqual(await pool.map('total', [[1], [2]].keys()), [0, 1])
  }))

test('items are taken when there is room for them', () =>
  withPool({}, async (pool) => {
    for (const concurrency of [1, 2, 5]) {
      let taken = 0
      let done = 0
      let most = 0
      const items = function* () {
        for (; taken < 20; most = Math.max(most, taken - done)) yield taken++
      }
      const onProgress = () => {
        done += 1
      }
      await pool.map('double', items(), { concurrency, onProgress })
      assert.deepEqual([taken, done], [20, 20])
      assert.ok(most <= concurrency + 1, `${most} in work, and ${concurrency} allowed`)
    }
  }))

test('progress is told after each item, with the total where it is known', () =>
  withPool({}, async (pool) => {
    const seen: unknown[] = []
    const onProgress = (done: number, total: number | undefined) => seen.push([done, total])
    await pool.map('double', [1, 2, 3], { onProgress })
    await pool.map('double', [1, 2][Symbol.iterator](), { onProgress })
    assert.deepEqual(seen, [
      [1, 3],
      [2, 3],
      [3, 3],
      [1, undefined],
      [2, undefined],
    ])
    const fails = () => {
      throw new RangeError('mine')
    }
    await assert.rejects(pool.map('double', [1, 2], { onProgress: fails }), {
      name: 'RangeError',
      message: 'mine',
    })
  }))

test('a failing item is reported with its index, and ends the map', () =>
  withPool({}, async (pool) => {
    let isClosed = false
    function* items() {
      try {
        for (let n = 1; ; n += 2) yield n === 9 ? 10 : n
      } finally {
        isClosed = true
      }
    }
    await assert.rejects(pool.map('odd', items()), (error) => {
      assert.ok(error instanceof PoolItemError)
      assert.deepEqual(
        [error.name, error.index, error.message],
        ['PoolItemError', 4, 'Item 4 failed: 10 is even'],
      )
      assert.ok(error.cause instanceof PythonError && error.cause.name === 'ValueError')
      return true
    })
    while (!isClosed) await new Promise(setImmediate)
    assert.deepEqual(await pool.map('odd', [1, 3]), [1, 3])
  }))

test('an iterable that throws ends the map with its error', () =>
  withPool({}, async (pool) => {
    function* items() {
      yield 1
      throw new RangeError('no more')
    }
    await assert.rejects(pool.map('double', items()), { name: 'RangeError', message: 'no more' })
  }))

test('a signal ends a map with its reason, interrupts what runs, and the pool goes on', () =>
  withPool({}, async (pool) => {
    const reason = new Error('enough')
    await assert.rejects(pool.map('double', [1], { signal: AbortSignal.abort(reason) }), reason)
    const controller = new AbortController()
    let taken = 0
    function* items() {
      for (;;) {
        taken += 1
        if (taken === 2) void setTimeout(20).then(() => controller.abort(reason))
        yield taken
      }
    }
    await assert.rejects(pool.map('endless', items(), { signal: controller.signal }), reason)
    assert.equal(taken, 2)
    assert.deepEqual(await pool.map('double', [1, 2, 3]), [2, 4, 6])
  }))

test('a call has limits like any asynchronous call', () =>
  withPool({ size: 1 }, async (pool) => {
    await assert.rejects(pool.call('endless', callOptions({ timeout: 20 })), { name: 'TimeoutError' })
    const signal = AbortSignal.abort(new RangeError('mine'))
    await assert.rejects(pool.call('double', 1, callOptions({ signal })), {
      name: 'RangeError',
      message: 'mine',
    })
    assert.equal(await pool.call('double', 1), 2)
  }))

test('an interrupt never hits the next call of its context', () =>
  withPool({ size: 1, init: `${init}\ndef spend(n): return sum(range(n * 1000))` }, async (pool) => {
    for (let n = 0; n < 100; n++) {
      const controller = new AbortController()
      const calls: Promise<unknown>[] = [pool.map('spend', [n, n, n, n], { signal: controller.signal })]
      calls.push(pool.call('spend', n, callOptions({ signal: controller.signal })))
      void setTimeout(n % 5).then(() => controller.abort())
      await Promise.allSettled(calls)
      assert.equal(await pool.call('double', n), n * 2)
      assert.deepEqual(await pool.map('double', [n]), [n * 2])
    }
    assert.equal(clib.contexts.length, 1)
  }))

test('a context whose call was given up has no other call before that one is over', () =>
  withPool({ size: 1 }, async (pool) => {
    await assert.rejects(pool.call('sleep', 2, callOptions({ timeout: 20 })), { name: 'TimeoutError' })
    assert.equal(await pool.call('double', 1), 2)
    // Another context has taken its place; it ends when the sleep does.
    assert.equal(clib.contexts.length, 2)
  }))

test('each of the contexts whose calls one signal gave up waits for its own', () =>
  withPool({}, async (pool) => {
    const controller = new AbortController()
    let begun = 0
    const begin = () => {
      begun += 1
      if (begun === 2) setImmediate(() => controller.abort())
      return begun
    }
    const map = pool.map('hold', [begin, begin], { signal: controller.signal })
    await assert.rejects(map, { name: 'AbortError' })
    assert.deepEqual(await pool.map('asleep', [1, 2, 3, 4]), [false, false, false, false])
    assert.equal(clib.contexts.length, 2)
  }))

test('a context whose call cannot be interrupted is replaced', () =>
  withPool({ size: 1 }, async (pool) => {
    const signal = AbortSignal.timeout(20)
    await assert.rejects(pool.map('sleep', [2], { signal }), { name: 'TimeoutError' })
    assert.equal(await pool.call('double', 1), 2)
  }))

test('a context that ended is replaced', () => {
  const given: Python[] = []
  const keep = (each: Python) => {
    given.push(each)
    each.exec(init)
  }
  return withPool({ size: 1, init: keep }, async (pool) => {
    assert.equal(await pool.call('double', 1), 2)
    given[0]?.delete()
    assert.equal(await pool.call('double', 2), 4)
    assert.equal(given.length, 2)
  })
})

test('init and modules that fail reject the call that needed them', () =>
  withPool({ size: 1, init: 'raise KeyError("init")' }, async (pool) => {
    await assert.rejects(pool.call('len', []), { name: 'KeyError' })
    await assert.rejects(pool.call('len', []), { name: 'KeyError' })
  }))

test('folders are put on the path of each context', () =>
  withPool({ syspath: ['plugins'], modules: ['Dummy'] }, async (pool) => {
    const path = await pool.call<string[]>('paths')
    assert.match(path[0] ?? '', /plugins$/)
  }))

test('callbacks run on this thread', () =>
  withPool({}, async (pool) => {
    const calls: number[] = []
    await pool.call('functools.reduce', (a: number, b: number) => calls.push(a, b), [1, 2])
    assert.deepEqual(calls, [1, 2])
  }))

test('closing waits for what was taken, and nothing is taken afterwards', async () => {
  const pool = new PythonPool({ size: 1, gil, init })
  const calls = [pool.call('double', 1), pool.call('double', 2)]
  const closed = pool.close()
  assert.equal(pool.close(), closed)
  const message = 'This PythonPool was closed; create a new one.'
  await assert.rejects(pool.call('double', 3), { name: 'Error', message })
  await assert.rejects(pool.map('double', [3]), { name: 'Error', message })
  assert.deepEqual(await Promise.all(calls), [2, 4])
  await closed
  assert.equal(clib.contexts.length, 0)
})

test('closing waits for a map that was taken', async () => {
  for (const size of [1, 2]) {
    const pool = new PythonPool({ size, gil, init })
    const map = pool.map('double', Array(20).keys())
    let isOver = false
    const closed = pool.close().then(() => assert.ok(isOver))
    assert.equal((await map).length, 20)
    isOver = true
    await closed
    assert.equal(clib.contexts.length, 0)
  }
})

const REFUSED: [options: unknown, message: string][] = [
  [5, 'The options of PythonPool must be a plain object.'],
  [{ size: 0 }, 'The option size of PythonPool must be a positive integer.'],
  [{ size: 1.5 }, 'The option size of PythonPool must be a positive integer.'],
  [{ modules: 'json' }, 'The option modules of PythonPool must be an array of strings.'],
  [{ syspath: [1] }, 'The option syspath of PythonPool must be an array of strings.'],
  [{ init: 1 }, 'The option init of PythonPool must be Python code or a function.'],
  [{ gil: 'both' }, "The option gil of PythonPool must be 'own' or 'shared'."],
  [{ runtime_path: '' }, 'The option runtime_path of PythonPool must be a path.'],
  [
    { threads: 1 },
    "PythonPool has no option 'threads'; its options are size, modules, syspath, init, gil, runtime_path.",
  ],
]

test('wrong options are refused', () =>
  withPool({}, async (pool) => {
    for (const [options, message] of REFUSED) {
      assert.throws(() => new PythonPool(options as PoolOptions), { name: 'TypeError', message })
    }
    const maps: [unknown[], string][] = [
      [['double', 5], 'map() takes the items as an iterable.'],
      [['double', 'text'], 'map() takes the items as an iterable.'],
      [[5, []], 'map() takes the name of a function as a string, not a number.'],
      [['double', [], { concurrency: 0 }], 'The option concurrency of map() must be a positive integer.'],
      [['double', [], { signal: {} }], 'The option signal of map() must be an AbortSignal.'],
      [['double', [], { onProgress: 1 }], 'The option onProgress of map() must be a function.'],
      [['double', [], null], 'The options of map() must be a plain object.'],
    ]
    for (const [args, message] of maps) {
      await assert.rejects(pool.map(...(args as Parameters<PythonPool['map']>)), {
        name: 'TypeError',
        message,
      })
    }
  }))
