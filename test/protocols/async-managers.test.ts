/** Async context managers: py.with_async, py.enter_async and `await using`. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { Python, type WithinManager } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  const SOURCE = `
import asyncio, contextlib
log = []
class Manager:
    def __init__(self, answer=False, fail=None): self.answer, self.fail = answer, fail
    async def __aenter__(self):
        await asyncio.sleep(0)
        log.append('enter')
        return 5
    async def __aexit__(self, kind, value, traceback):
        await asyncio.sleep(0)
        log.append((kind and kind.__name__, str(value), traceback is not None))
        if self.fail: raise self.fail
        return self.answer
class FailsToEnter(Manager):
    async def __aenter__(self): raise OSError('no entry')
class Half:
    async def __aenter__(self): log.append('entered')
@contextlib.asynccontextmanager
async def managed(value):
    try:
        yield value
    except LookupError as error:
        log.append(f'suppressed {error!r}')
    finally:
        log.append('exit')
def fail(): raise ValueError('in Python')
`
  py.exec(SOURCE)
  const DONE = [null, 'None', false]
  const take = (from: Python = py) => {
    const entries = from.eval('list(log)')
    from.exec('log.clear()')
    return entries
  }

  /** The loop thread and what it needs are there before anything is counted. */
  test('the loop starts', { mayLeak: 'what starts with the loop stays' }, async () => {
    assert.equal(await py.with_async(py.eval('Manager()'), (value: number) => value + 1), 6)
    assert.deepEqual(take(), ['enter', DONE])
  })

  test('the body is waited for, and its result is the result', async () => {
    const body = async (value: number) => {
      await null
      assert.deepEqual(take(), ['enter'])
      return [value]
    }
    assert.deepEqual(await py.with_async(py.eval('Manager()'), body), [5])
    assert.deepEqual(take(), [DONE])
  })

  test('__aexit__ sees what was thrown, which goes on', async () => {
    const failing = py.with_async(py.eval('Manager()'), () => py.eval('fail()'))
    await assert.rejects(failing, { pytype: 'ValueError', message: 'in Python' })
    assert.deepEqual(take(), ['enter', ['ValueError', 'in Python', true]])
    for (const reason of [new RangeError('mine'), 'text', { a: 1 }]) {
      const rejected = py.with_async(py.eval('Manager()'), () => Promise.reject(reason))
      await assert.rejects(rejected, (error) => error === reason)
      assert.equal(take()[1][0], 'JsError')
    }
  })

  test('a true answer suppresses, as Python takes it', async () => {
    const run = (code: string) => py.with_async(py.eval(code), () => Promise.reject(new Error('mine')))
    assert.equal(await run('Manager(answer=True)'), undefined)
    assert.equal(await run('Manager(answer=[0])'), undefined)
    for (const code of ['Manager(answer=[])', 'Manager(answer=0)', 'Manager(answer=None)'])
      await assert.rejects(run(code), /mine/)
    const lookup = py.with_async(py.eval('managed(1)'), () => py.eval("{}['k']"))
    assert.equal(await lookup, undefined)
    assert.deepEqual(take().slice(-2), ["suppressed KeyError('k')", 'exit'])
  })

  test('what __aenter__ and __aexit__ raise', async () => {
    const never = () => assert.fail('the body ran')
    await assert.rejects(py.with_async(py.eval('FailsToEnter()'), never), { pytype: 'OSError' })
    await assert.rejects(
      py.with_async(py.eval("Manager(fail=KeyError('exit'))"), () => 1),
      { pytype: 'KeyError' },
    )
    await assert.rejects(py.with_async(py.eval('Half()'), never), {
      pytype: 'TypeError',
      message: /__aexit__/,
    })
    await assert.rejects(py.with_async(py.eval('object()'), never), {
      pytype: 'TypeError',
      message: /__aenter__/,
    })
    take()
  })

  test('await using', async () => {
    {
      await using entered = await py.enter_async(py.eval('Manager()'))
      assert.equal(entered.value, 5)
      assert.deepEqual(take(), ['enter'])
    }
    assert.deepEqual(take(), [DONE])
    const entered = await py.enter_async(py.eval('Manager()'))
    await entered[Symbol.asyncDispose]()
    await entered[Symbol.asyncDispose]()
    assert.deepEqual(take(), ['enter', DONE])
  })

  test('py.with waits for a coroutine of Python’s', async () => {
    py.exec('async def late(): return log.append("late") or 7')
    assert.equal(await py.with(py.eval('contextlib.nullcontext()'), () => py.eval('late()')), 7)
    assert.deepEqual(take(), ['late'])
  })

  /** asyncio.timeout() and TaskGroup are of CPython 3.11 and later. */
  py.exec(`
import contextvars
variable = contextvars.ContextVar('variable', default='none')
class Timeout:
    def __init__(self, delay): self.delay, self.is_over = delay, False
    async def __aenter__(self):
        self.task = asyncio.current_task()
        self.timer = asyncio.get_running_loop().call_later(self.delay, self.end)
        return self
    def end(self):
        self.is_over = True
        self.task.cancel()
    async def __aexit__(self, kind, value, traceback):
        self.timer.cancel()
        if self.is_over and kind is asyncio.CancelledError: raise asyncio.TimeoutError() from value
class Variable:
    async def __aenter__(self):
        self.token, self.task = variable.set('mine'), asyncio.current_task()
    async def __aexit__(self, kind, value, traceback):
        log.append([variable.get(), asyncio.current_task() is self.task])
        variable.reset(self.token)
class Stubborn(Manager):
    async def __aexit__(self, kind, value, traceback):
        log.append(kind.__name__)
        return True
def cancel(task): task.get_loop().call_soon_threadsafe(task.cancel)
class Cancels(Manager):
    async def __aenter__(self): return asyncio.current_task()
async def timeout(delay): return getattr(asyncio, 'timeout', Timeout)(delay)
async def Timeout_(delay): return Timeout(delay)
async def nap(): await asyncio.sleep(0)
async def fails(): raise KeyError('in a task')
`)

  test('it is one task, in one context of variables', async () => {
    await py.with_async(py.eval('Variable()'), () => Promise.resolve())
    const entered = await py.enter_async(py.eval('Variable()'))
    await entered[Symbol.asyncDispose]()
    assert.deepEqual(take(), [
      ['mine', true],
      ['mine', true],
    ])
    assert.equal(py.eval('variable.get()'), 'none')
  })

  for (const manager of ['timeout', 'Timeout_']) {
    test(`${manager}() ends the wait for the body, and aborts its signal`, async () => {
      let reason: Promise<unknown> | undefined
      const body = (_: unknown, { signal }: WithinManager) => {
        reason = new Promise((done) => signal.addEventListener('abort', () => done(signal.reason)))
        return new Promise<never>(() => undefined)
      }
      const error = await py
        .with_async(await py.eval(`${manager}(0.01)`), body)
        .catch((thrown: unknown) => thrown)
      assert.equal((error as Error).name, 'TimeoutError')
      assert.equal(await reason, error)
      const quick = await py.with_async(
        await py.eval(`${manager}(30)`),
        async (_, { signal }) => signal.aborted,
      )
      assert.equal(quick, false)
      await assert.rejects(
        async () => {
          await using _ = await py.enter_async(await py.eval(`${manager}(0.01)`))
          await pause(50)
        },
        { name: 'TimeoutError' },
      )
    })
  }

  test('what the body does after it was left is nobody’s', async () => {
    let late: (() => void) | undefined
    const body = () => new Promise<never>((_, fail) => (late = () => fail(new Error('late'))))
    await assert.rejects(py.with_async(await py.eval('timeout(0.01)'), body), { name: 'TimeoutError' })
    late?.()
    await pause(1)
  })

  test('a manager that suppresses its cancellation', async () => {
    let within: AbortSignal | undefined
    const body = (_: unknown, { signal }: WithinManager) => {
      within = signal
      return new Promise<never>(() => undefined)
    }
    py.exec('class Ends(Stubborn, Cancels): pass')
    const left = py.with_async(py.eval('Ends()'), (task, more) => {
      py.eval('cancel')(task)
      return body(task, more)
    })
    assert.equal(await left, undefined)
    assert.deepEqual(take(), ['CancelledError'])
    assert.equal(within?.reason.name, 'AbortError')
  })

  test('limits end the wait, and the context is left', async () => {
    for (const isTimed of [true, false]) {
      const controller = new AbortController()
      let within: AbortSignal | undefined
      const body = (_: unknown, { signal }: WithinManager) => {
        within = signal
        if (!isTimed) controller.abort(new RangeError('mine'))
        return new Promise<never>(() => undefined)
      }
      const limits = isTimed ? { timeout: 100 } : { signal: controller.signal }
      const error = await py.with_async(py.eval('Manager()'), body, limits).catch((reason: unknown) => reason)
      assert.equal((error as Error).name, isTimed ? 'TimeoutError' : 'RangeError')
      assert.equal(within?.reason, error)
      while (py.eval('len(log)') < 2) await pause(1)
      assert.deepEqual(take(), ['enter', ['CancelledError', '', true]])
    }
    const never = () => assert.fail('the body ran')
    const aborted = py.with_async(py.eval('Manager()'), never, { signal: AbortSignal.abort('no') })
    assert.equal(await aborted.catch((thrown: unknown) => thrown), 'no')
    const slow = py.eval('Timeout(30)')
    py.exec('async def forever(self): await asyncio.Event().wait()')
    py.exec('class Slow(Manager): __aenter__ = forever')
    await assert.rejects(py.with_async(py.eval('Slow()'), never, { timeout: 5 }), { name: 'TimeoutError' })
    await assert.rejects(py.enter_async(py.eval('Slow()'), { timeout: 5 }), { name: 'TimeoutError' })
    assert.equal(await py.with_async(slow, () => 5, { timeout: 60_000 }), 5)
    await assert.rejects(
      py.with_async(slow, () => 5, { timeout: -1 }),
      { name: 'RangeError' },
    )
    assert.deepEqual(take(), [])
  })

  test('one that is forgotten is left as one that was cancelled', async () => {
    await py.enter_async(py.eval('Manager()'))
    while (py.eval('len(log)') < 2) {
      globalThis.gc?.()
      await pause(1)
    }
    assert.deepEqual(take(), ['enter', ['CancelledError', '', true]])
  })

  test('any exception goes through', async () => {
    for (const code of ['StopIteration(1)', 'KeyboardInterrupt()', 'SystemExit(3)', 'GeneratorExit()']) {
      const error = thrown(() => py.eval(`(_ for _ in ()).throw(${code})`))
      const run = py.with_async(py.eval('Manager()'), () => Promise.reject(error))
      assert.equal(await run.catch((reason: unknown) => reason), error)
      py.eval('lambda error: error.with_traceback(None)')(error)
      assert.equal(take()[1][0], error.name)
    }
  })

  test('a function of Python’s as the body', async () => {
    const increment = py.eval('lambda value: value + 1')
    assert.equal(await py.with_async(py.eval('Manager()'), increment), 6)
    take()
  })

  test('task groups', async () => {
    if (!py.eval("hasattr(asyncio, 'TaskGroup')")) {
      assert.ok(py.eval('__import__("sys").version_info < (3, 11)'))
      return
    }
    const results: unknown[] = []
    const done = py.with_async(py.eval('asyncio.TaskGroup()'), async (group) => {
      const tasks = [1, 2].map(() => group.create_task(py.eval('asyncio.sleep(0.001, "slept")')))
      results.push(...(await Promise.all(tasks)))
      return 'done'
    })
    assert.equal(await done, 'done')
    assert.deepEqual(results, ['slept', 'slept'])
    const failing = py.with_async(py.eval('asyncio.TaskGroup()'), (group) => {
      group.create_task(py.eval('fails()'))
      return new Promise<never>(() => undefined)
    })
    const error = await failing.catch((reason: unknown) => reason)
    assert.equal((error as Error).name, 'ExceptionGroup')
    const mine = new RangeError('mine')
    const group = py.with_async(py.eval('asyncio.TaskGroup()'), () => Promise.reject(mine))
    const { errors } = (await group.catch((reason: unknown) => reason)) as { errors: unknown[] }
    assert.deepEqual(errors, [mine])
  })

  test('wrong arguments reject', async () => {
    await assert.rejects(
      py.with_async({} as never, () => 1),
      { name: 'TypeError' },
    )
    await assert.rejects(py.with_async(py.eval('Manager()'), 5 as never), { name: 'TypeError' })
    await assert.rejects(py.enter_async(5), { name: 'TypeError' })
    const manager = py.eval('Manager()')
    py.gc(manager)
    await assert.rejects(
      py.with_async(manager, () => 1),
      { name: 'TypeError', message: /released/ },
    )
  })

  test('in a context', async () => {
    const context = new Python({ context: true })
    try {
      context.exec(SOURCE)
      assert.equal(await context.with_async(context.eval('Manager()'), (value: number) => value), 5)
      assert.deepEqual(take(context), ['enter', DONE])
    } finally {
      context.delete()
    }
    await assert.rejects(
      context.with_async({} as never, () => 1),
      { message: /deleted/ },
    )
  })
})
