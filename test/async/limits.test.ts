/** Signals and time limits: what they end, and what they leave alone. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { type CallLimits, callOptions, kwargs } from 'python-ts'
import { everywhereAndShared } from '../support/places'
import { thrown } from '../support/thrown'

everywhereAndShared(__filename, (py, test) => {
  py.exec(`
import asyncio, threading
started = threading.Event()
ended = []
def forever():
    try:
        started.set()
        while True: pass
    finally: ended.append('finally')
def spin():
    while True: pass
async def doze(): await asyncio.Event().wait()
def wait(gate): return gate.wait(30)
def add(a, b=1): return a + b
def note(x): ended.append(x)
async def sleep_forever():
    try:
        started.set()
        await asyncio.Event().wait()
    finally: ended.append('cancelled')
async def hold_up():
    try:
        started.set()
        while True: pass
    finally: ended.append('held up')
async def aadd(a, b): return a + b
`)
  const main = py.import('__main__')

  /** Until Python has begun the call. */
  async function begun(): Promise<void> {
    while (!main.started.is_set()) await pause(1)
    main.started.clear()
  }

  /** Until Python has left the call. */
  async function ended(): Promise<unknown> {
    while (py.eval('len(ended)') === 0) await pause(1)
    return py.eval('[ended.copy(), ended.clear()][0]')
  }

  // biome-ignore lint/suspicious/noExplicitAny: anything can be thrown
  const reason = (promise: Promise<unknown>): Promise<any> =>
    promise.then(
      () => assert.fail('it did not reject'),
      (error: unknown) => error,
    )

  for (const [what, name, trace] of [
    ['a loop in Python', 'forever', 'finally'],
    ['a task that waits', 'sleep_forever', 'cancelled'],
    ['a task that holds up the loop', 'hold_up', 'held up'],
  ] as const) {
    test(`a signal ends ${what}, and the thread is free for the next`, async () => {
      for (let i = 0; i < 5; i++) {
        const controller = new AbortController()
        const call = main[`${name}_async`](callOptions({ signal: controller.signal }))
        await begun()
        const why = { mine: i }
        controller.abort(why)
        assert.equal(await reason(call), why)
        assert.deepEqual(await ended(), [trace])
        assert.equal(await main.add_async(i), i + 1)
        assert.equal(await main.aadd_async(i, 1), i + 1)
      }
    })
  }

  test('the default reasons', async () => {
    const controller = new AbortController()
    const call = py.call_async(main, 'doze', [], {}, { signal: controller.signal })
    controller.abort()
    assert.equal((await reason(call)).name, 'AbortError')
    const error = await reason(main.spin_async(callOptions({ timeout: 5 })))
    assert.ok(error instanceof DOMException)
    assert.deepEqual([error.name, error.message], ['TimeoutError', 'The Python call took longer than 5 ms.'])
    assert.equal(
      (await reason(main.doze_async(callOptions({ signal: AbortSignal.timeout(5) })))).name,
      'TimeoutError',
    )
  })

  test('a call that waits never starts', async () => {
    // More than there are threads.
    const gates = Array.from({ length: 40 }, () => py.eval('threading.Event()'))
    const busy = gates.map((gate) => main.wait_async(gate))
    const controller = new AbortController()
    const waiting = Array.from({ length: 100 }, () =>
      main.note_async('never', callOptions({ signal: controller.signal })),
    )
    controller.abort('no')
    assert.deepEqual(await Promise.all(waiting.map(reason)), Array(100).fill('no'))
    for (const gate of gates) gate.set()
    assert.deepEqual(await Promise.all(busy), Array(40).fill(true))
    assert.equal(await main.add_async(1), 2)
    assert.equal(py.eval('len(ended)'), 0)
  })

  test('a signal that is aborted already', async () => {
    const why = new Error('mine')
    const signal = AbortSignal.abort(why)
    assert.equal(await reason(main.note_async(1, callOptions({ signal }))), why)
    assert.equal(await reason(py.exec_async('ended.append(1)', undefined, { signal })), why)
    assert.equal(py.eval('len(ended)'), 0)
  })

  test('a signal that is aborted while the arguments are read', async () => {
    const why = new Error('mine')
    for (const name of ['note', 'forever', 'sleep_forever']) {
      const controller = new AbortController()
      const argument = {
        get key() {
          controller.abort(why)
          return 1
        },
      }
      assert.equal(
        await reason(main[`${name}_async`](argument, callOptions({ signal: controller.signal }))),
        why,
      )
    }
    assert.equal(py.eval('len(ended)'), 0)
  })

  test('a signal that is aborted twice, by many calls, after the end, and in the turn of the result', async () => {
    const controller = new AbortController()
    const options = callOptions({ signal: controller.signal })
    assert.equal(await main.add_async(1, options), 2)
    const turn = main.add_async(1, options).then((value: unknown) => {
      controller.abort('in the turn')
      return value
    })
    assert.equal(await turn, 2)
    controller.abort('again')
    assert.equal(await reason(main.add_async(1, options)), 'in the turn')
  })

  test('signals made of others', async () => {
    const controller = new AbortController()
    const any = AbortSignal.any?.([controller.signal, AbortSignal.timeout(60_000)]) ?? controller.signal
    const call = reason(main.forever_async(callOptions({ signal: any })))
    await begun()
    controller.abort('any')
    assert.equal(await call, 'any')
    assert.deepEqual(await ended(), ['finally'])
  })

  test('thousands of calls on one signal warn of nothing', async () => {
    const warnings: string[] = []
    const warned = (warning: Error) => warnings.push(warning.message)
    process.on('warning', warned)
    const controller = new AbortController()
    const options = callOptions({ signal: controller.signal })
    const calls = Array.from({ length: 3000 }, (_, i) => main.add_async(i, options))
    assert.equal((await Promise.all(calls))[2999], 3000)
    await pause(1)
    process.off('warning', warned)
    assert.deepEqual(warnings, [])
  })

  test('a task that does not let itself be cancelled goes on alone', async () => {
    py.exec(`
async def stubborn(done):
    try:
        started.set()
        await asyncio.Event().wait()
    except asyncio.CancelledError: done('stayed')
    return 5
`)
    const controller = new AbortController()
    const alive = setInterval(() => undefined, 1000)
    const done = new Promise((resolve) => {
      const call = main.stubborn_async(resolve, callOptions({ signal: controller.signal }))
      call.catch((why: unknown) => assert.equal(why, 'enough'))
    })
    await begun()
    controller.abort('enough')
    assert.equal(await done, 'stayed')
    clearInterval(alive)
    assert.equal(await main.aadd_async(1, 1), 2)
  })

  test('templates take limits by a tag', async () => {
    assert.equal(await py.eval_async(callOptions({ timeout: 60_000 }))`add(${1}, b=${5})`, 6)
    const list = py.list()
    await py.exec_async(callOptions({}))`${list}.append(${[1]})`
    assert.deepEqual([...list], [[1]])
    assert.equal((await reason(py.eval_async(callOptions({ timeout: 1 }))`spin()`)).name, 'TimeoutError')
    assert.equal((await reason(py.exec_async(callOptions({ timeout: 1 }))`spin()`)).name, 'TimeoutError')
    for (const misused of [
      py.eval_async(callOptions({}))('1' as never),
      (py.eval_async(callOptions({})) as () => Promise<unknown>)(),
    ]) {
      await assert.rejects(misused, {
        name: 'TypeError',
        message: 'eval_async(callOptions()) is the tag of a template: write it in front of one.',
      })
    }
  })

  test('the limits are read once', async () => {
    let reads = 0
    const options = callOptions({
      get timeout() {
        reads += 1
        return 60_000
      },
    })
    assert.equal(await main.add_async(1, options), 2)
    assert.equal(reads, 1)
  })

  test('limits that are kept change nothing', async () => {
    const { signal } = new AbortController()
    const limits = { signal, timeout: 60_000 }
    assert.equal(await main.add_async(1, callOptions(limits)), 2)
    assert.equal(await main.add_async(1, kwargs({ b: 5 }), callOptions(limits)), 6)
    assert.equal(await main.add_async(1, callOptions(limits), kwargs({ b: 5 })), 6)
    assert.equal(await py.eval_async('add(1)', undefined, limits), 2)
    assert.equal(await py.exec_async('add(1)', undefined, limits), undefined)
    assert.equal((await py.import_async('os', limits)).sep, py.import('os').sep)
    assert.equal(await py.call_async(main, 'add', [1], { b: 2 }, limits), 3)
    await assert.rejects(py.eval_async('1 / 0', undefined, limits), { name: 'ZeroDivisionError' })
    assert.equal(await py.async(main.add)(1, callOptions({})), 2)
  })

  test('one signal for many calls', async () => {
    const controller = new AbortController()
    const options = callOptions({ signal: controller.signal })
    const calls = Array.from({ length: 50 }, (_, i) =>
      i === 0 ? main.sleep_forever_async(options) : main.doze_async(options),
    )
    await begun()
    controller.abort('all')
    assert.deepEqual(await Promise.all(calls.map(reason)), Array(50).fill('all'))
    assert.deepEqual(await ended(), ['cancelled'])
  })

  test('interrupt() ends what runs, on the threads and on the loop', async () => {
    const call = reason(main.forever_async())
    await begun()
    const task = reason(main.sleep_forever_async())
    await begun()
    py.interrupt()
    assert.equal((await call).name, 'KeyboardInterrupt')
    assert.equal((await task).name, 'CancelledError')
    assert.equal(await main.add_async(1), 2)
    py.exec('ended.clear()')
  })

  test('an interrupt never hits the next call', async () => {
    for (let i = 0; i < 100; i++) {
      const controller = new AbortController()
      const call = py.eval_async('sum(range(300))', undefined, { signal: controller.signal })
      if (i % 3 === 0) await pause(0)
      controller.abort('over')
      await call.catch((error: unknown) => assert.equal(error, 'over'))
      assert.equal(await main.add_async(i), i + 1)
    }
  })

  const REFUSED: [what: string, limits: unknown, name: string, message: string][] = [
    [
      'no object',
      5,
      'TypeError',
      'The options of an asynchronous call are a plain object with signal and timeout.',
    ],
    [
      'an unknown name',
      { abort: 1 },
      'TypeError',
      "An asynchronous call has no option 'abort'; its options are signal and timeout.",
    ],
    [
      'no signal',
      { signal: {} },
      'TypeError',
      'The option signal of an asynchronous call must be an AbortSignal.',
    ],
    [
      'no number',
      { timeout: '1' },
      'TypeError',
      'The option timeout of an asynchronous call must be a number of milliseconds.',
    ],
    [
      'what only looks like a signal',
      { signal: Object.create(AbortSignal.prototype) },
      'TypeError',
      'The option signal of an asynchronous call must be an AbortSignal.',
    ],
    ...[-1, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY].map(
      (timeout): [string, unknown, string, string] => [
        `${timeout} ms`,
        { timeout },
        'RangeError',
        'The option timeout of an asynchronous call must be between 0 and 2147483647 milliseconds.',
      ],
    ),
  ]

  for (const [what, limits, name, message] of REFUSED) {
    test(`limits refused: ${what}`, async () => {
      assert.throws(() => callOptions(limits as CallLimits), { name, message })
      await assert.rejects(py.eval_async('1', undefined, limits as CallLimits), { name, message })
      await assert.rejects(py.call_async(main, 'add', [1], {}, limits as CallLimits), { name, message })
    })
  }

  test('callOptions() anywhere else', async () => {
    const message = 'callOptions() must be at the end of the arguments of an asynchronous call and come once.'
    const options = callOptions({ timeout: 1000 })
    assert.deepEqual(
      [thrown(() => main.add(1, options)).name, thrown(() => main.add(1, options)).message],
      ['TypeError', message],
    )
    await assert.rejects(main.add_async(options, 1), { name: 'TypeError', message })
    await assert.rejects(main.add_async(1, options, options), { name: 'TypeError', message })
    await assert.rejects(main.add_async([options]), { name: 'TypeError', message })
  })

  test('an awaitable that comes after the abort is left alone, unless it is a coroutine', async () => {
    py.exec(`
class Closable:
    def __await__(self): yield
    def close(self): ended.append('closed')
def abort_and(make, abort):
    abort()
    return make()
`)
    for (const name of ['Closable', 'doze']) {
      const controller = new AbortController()
      const abort = () => controller.abort('enough')
      const call = main.abort_and_async(main[name], abort, callOptions({ signal: controller.signal }))
      assert.equal(await reason(call), 'enough')
      assert.equal(await main.add_async(1), 2)
    }
    assert.equal(py.eval('len(ended)'), 0)
  })

  test('an interrupt does not wait for the finalizers of what JavaScript has released', async () => {
    py.exec(`
is_over, waited = threading.Event(), []
class Waiting:
    def __del__(self): waited.append(is_over.wait(10))
def work():
    try: forever()
    finally: is_over.set()
`)
    const controller = new AbortController()
    const working = reason(main.work_async(callOptions({ signal: controller.signal })))
    await begun()
    void py.eval('Waiting()')
    for (let i = 0; i < 5; i++) await pause(1).then(() => globalThis.gc?.())
    controller.abort('over')
    assert.equal(await working, 'over')
    while (py.eval('len(waited)') === 0) await pause(1).then(() => globalThis.gc?.())
    assert.deepEqual([py.eval('waited'), await ended()], [[true], ['finally']])
  })

  test('an import that is interrupted leaves no lock behind', async () => {
    py.exec(`
import _imp, _frozen_importlib, sys
def hold():
    _imp.acquire_lock()
    lock = _frozen_importlib._get_module_lock('held_by_a_call')
    lock.acquire()
    started.set()
    while True: pass
class Finder:
    def find_spec(self, name, path, target=None):
        while name == 'endless_module': pass
finder = Finder()
sys.meta_path.append(finder)
`)
    const controller = new AbortController()
    const holding = reason(main.hold_async(callOptions({ signal: controller.signal })))
    await begun()
    controller.abort('over')
    assert.equal(await holding, 'over')
    await assert.rejects(py.import_async('held_by_a_call', { timeout: 30_000 }), {
      name: 'ModuleNotFoundError',
    })
    for (let i = 0; i < 20; i++) {
      await assert.rejects(py.import_async('endless_module', { timeout: i % 3 }), { name: 'TimeoutError' })
      await assert.rejects(py.import_async('no_such_module'), { name: 'ModuleNotFoundError' })
    }
    py.exec('sys.meta_path.remove(finder)')
  })
})
