/** Async context managers: py.with_async, py.enter_async and `await using`. */
import assert from 'node:assert/strict'
import { Python } from 'python-ts'
import { everywhere } from '../support/places'

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
