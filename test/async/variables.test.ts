/** Context variables: each asynchronous call has a context of its own, as each task of asyncio has. */
import assert from 'node:assert/strict'
import { Python } from 'python-ts'
import { test } from '../support/leaks'

const SETUP = `
import asyncio, contextvars, decimal
variable = contextvars.ContextVar('variable', default='none')
def exchange(value):
    before = variable.get()
    variable.set(value)
    return before
async def exchange_late(value):
    before = exchange(value)
    await asyncio.sleep(0)
    return [before, variable.get()]
def set_and_make(value):
    variable.set(value)
    return exchange_late('inner')
def precision(value):
    before = decimal.getcontext().prec
    decimal.getcontext().prec = value
    return before
def fail(value):
    variable.set(value)
    raise KeyError(value)
async def through(f):
    variable.set('outer')
    return [await f(), variable.get()]
def iterate():
    for i in range(3):
        yield exchange(i)
`

for (const [where, options] of [
  ['the main interpreter', { threads: 1 }],
  ['a context', { context: true, threads: 1 }],
] as const) {
  test(`in ${where}: what a call sets, no other call sees`, async () => {
    const py = new Python(options)
    py.exec(SETUP)
    const main = py.import('__main__')
    for (const value of [1, 2, 3]) {
      assert.equal(await main.exchange_async(value), 'none')
      assert.equal(await py.eval_async(`exchange(${value})`), 'none')
      assert.equal(await main.precision_async(value), 28)
      assert.deepEqual(await main.exchange_late_async(value), ['none', value])
      await assert.rejects(main.fail_async(value), { name: 'KeyError' })
    }
    if ('context' in options) py.delete()
  })
}

test('a coroutine has a copy of the context of the call that made it', async () => {
  const py = new Python()
  py.exec(SETUP)
  const main = py.import('__main__')
  assert.deepEqual(await main.set_and_make_async('made'), ['made', 'inner'])
  assert.deepEqual(await main.through_async(async () => main.exchange_async('other')), ['none', 'outer'])
})

test('synchronous calls have the one of their thread', () => {
  const py = new Python()
  py.exec(SETUP)
  const main = py.import('__main__')
  assert.deepEqual([main.exchange(1), main.exchange(2), main.exchange('none')], ['none', 1, 2])
})

test('each step of an iterator on worker threads is a call', async () => {
  const py = new Python({ threads: 1 })
  py.exec(SETUP)
  const values: unknown[] = []
  for await (const value of py.import('__main__').iterate()) values.push(value)
  assert.deepEqual(values, ['none', 'none', 'none'])
})
