/** The stack of an error shows the JavaScript code that awaits the call. */
import assert from 'node:assert/strict'
import { callOptions, Python } from 'python-ts'
import { test } from '../support/leaks'

const py = new Python()
py.exec(`
import asyncio
class Thing:
    def fail(self, *args): raise KeyError('k')
async def afail(): raise KeyError('k')
def forever():
    while True: pass
async def agen():
    yield 1
    raise KeyError('k')
def deep():
    value = []
    for _ in range(2000): value = [value]
    return value
thing = Thing()
`)
const main = py.import('__main__')
const { thing } = main

type Call = () => Promise<unknown>

async function whoAwaits(call: Call): Promise<unknown> {
  return await call()
}

async function stackOf(call: Call): Promise<string> {
  try {
    await whoAwaits(call)
  } catch (error) {
    return String((error as Error).stack)
  }
  return assert.fail('nothing was thrown')
}

const ROWS: [what: string, call: Call, head: RegExp][] = [
  ['a method', () => thing.fail_async(), /^KeyError: 'k'\n/],
  ['a method with arguments', () => thing.fail_async('a', [1]), /^KeyError: 'k'\n/],
  ['py.async()', () => py.async(thing.fail)(1), /^KeyError: 'k'\n/],
  ['call_async', () => py.call_async(thing, 'fail'), /^KeyError: 'k'\n/],
  ['eval_async', () => py.eval_async('1 / 0'), /^ZeroDivisionError: division by zero\n/],
  ['a template', () => py.eval_async`${1} / 0`, /^ZeroDivisionError: division by zero\n/],
  ['exec_async', () => py.exec_async('1 / 0'), /^ZeroDivisionError: division by zero\n/],
  ['import_async', () => py.import_async('no.such'), /^ModuleNotFoundError: /],
  ['the twin of a coroutine function', () => main.afail_async(), /^KeyError: 'k'\n/],
  ['a coroutine', async () => await main.afail(), /^KeyError: 'k'\n/],
  [
    'for await',
    async () => {
      for await (const _ of main.agen());
    },
    /^KeyError: 'k'\n/,
  ],
  ['Promise.all', () => Promise.all([thing.fail_async(), 1]), /^KeyError: 'k'\n/],
  ['a value that JavaScript cannot hold', () => main.deep_async(), /^RangeError: /],
  ['a time limit', () => main.forever_async(callOptions({ timeout: 1 })), /^TimeoutError: /],
]

for (const [what, call, head] of ROWS) {
  test(what, async () => {
    const stack = await stackOf(call)
    assert.match(stack, head)
    assert.match(stack, /^ {4}at async whoAwaits \(.*stacks\.test\.js/m)
    if (!head.source.includes('RangeError|TimeoutError')) {
      const [javascript = ''] = stack.split('\n\n')
      if (stack.includes('Traceback')) assert.doesNotMatch(javascript, /dist.codec/)
    }
  })
}

test('what JavaScript threw keeps the stack that it had', async () => {
  const error = new RangeError('mine')
  const { stack } = error
  py.exec('def call(f): return f()\nasync def acall(f): return await f()')
  for (const call of [
    () =>
      main.call_async(() => {
        throw error
      }),
    () => main.acall_async(() => Promise.reject(error)),
  ]) {
    const caught = await whoAwaits(call).catch((reason: unknown) => reason)
    assert.equal(caught, error)
  }
  assert.ok(stack?.startsWith('RangeError: mine\n'))
  const reason = new Error('reason')
  const before = reason.stack
  const aborted = main.forever_async(callOptions({ signal: AbortSignal.abort(reason) }))
  assert.equal(await aborted.catch((error: unknown) => error), reason)
  assert.equal(reason.stack, before)
})

test('nobody awaits: the stack is Python’s alone, and the rejection is Node’s to report', async () => {
  const error = await new Promise<Error>((resolve) => {
    thing.fail_async().catch(resolve)
  })
  assert.match(String(error.stack), /^KeyError: 'k'\n\nTraceback/)
})

test('the limit of stacks holds', async () => {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 1
  try {
    const [javascript = ''] = (await stackOf(() => thing.fail_async())).split('\n\n')
    assert.equal(javascript.split('\n').length, 2)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
})
