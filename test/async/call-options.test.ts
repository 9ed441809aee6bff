/** The limits of every twin there is: refused, aborted before, aborted at work, too long. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { type CallLimits, callOptions, kwargs } from 'python-ts'
import { everywhereAndShared } from '../support/places'

everywhereAndShared(__filename, (py, test) => {
  py.exec(`
import asyncio, sys
begun = 0
def spin(*args, **kwargs):
    global begun
    begun += 1
    while True: pass
async def doze(*args, **kwargs):
    global begun
    begun += 1
    await asyncio.Event().wait()
class Endless:
    def method(self): spin()
    def __call__(self, *args): spin()
    def __getattr__(self, name):
        if name == 'slow': spin()
        raise AttributeError(name)
    __getitem__ = __setitem__ = __delitem__ = __len__ = __contains__ = __bool__ = __str__ = __repr__ = __dir__ = spin
    __hash__ = __add__ = __neg__ = spin
class Enters:
    async def __aenter__(self): return 1
    __aexit__ = lambda *args: asyncio.sleep(0)
class NeverEnters(Enters):
    __aenter__ = doze
class Finder:
    def find_spec(self, name, path, target=None):
        if name == 'endless_module': spin()
def gen(): yield spin()
async def agen(): yield await doze()
def add(a): return a + 1
sys.meta_path = [finder for finder in sys.meta_path if type(finder).__name__ != 'Finder'] + [Finder()]
`)
  const main = py.import('__main__')
  // Python has imported what templates need: who shares an import that is interrupted gets half a module.
  py.exec`${main}.add(${1})`
  const endless = py.eval('Endless()')
  const nested = py.live.eval('[[0] for _ in range(1_000_000)]')

  type Twin = (limits: CallLimits) => Promise<unknown>
  const marked = (limits: CallLimits) => callOptions(limits)
  const iterated = async (iterable: AsyncIterable<unknown>) => {
    for await (const _ of iterable) assert.fail('there is an item')
  }
  const never = () => new Promise<never>(() => undefined)

  const TWINS: Record<string, Twin> = {
    'a method': async (limits) => endless.method_async(marked(limits)),
    'a function, with keywords': async (limits) => main.spin_async(1, kwargs({ a: 2 }), marked(limits)),
    'a coroutine function': async (limits) => main.doze_async(marked(limits)),
    'py.async()': async (limits) => py.async(main.spin)(marked(limits)),
    'py.async() of an object': async (limits) => py.async(endless)([1], marked(limits)),
    call_async: (limits) => py.call_async(main, 'spin', [], {}, limits),
    exec_async: (limits) => py.exec_async('spin()', undefined, limits),
    'exec_async as a tag': async (limits) => py.exec_async(marked(limits))`spin(${1})`,
    eval_async: (limits) => py.eval_async('spin()', undefined, limits),
    'eval_async as a tag': async (limits) => py.eval_async(marked(limits))`spin(${1})`,
    import_async: (limits) => py.import_async('endless_module', limits),
    getitem_async: (limits) => py.getitem_async(endless, 1, limits),
    setitem_async: (limits) => py.setitem_async(endless, 1, 1, limits),
    delitem_async: (limits) => py.delitem_async(endless, 1, limits),
    len_async: (limits) => py.len_async(endless, limits),
    contains_async: (limits) => py.contains_async(endless, 1, limits),
    op_async: async (limits) => py.op_async(endless, '+', 1, marked(limits)),
    'op_async of one operand': async (limits) => py.op_async('-', endless, marked(limits)),
    hash_async: (limits) => py.hash_async(endless, limits),
    bool_async: (limits) => py.bool_async(endless, limits),
    str_async: (limits) => py.str_async(endless, limits),
    repr_async: (limits) => py.repr_async(endless, limits),
    dir_async: (limits) => py.dir_async(endless, limits),
    getattr_async: (limits) => py.getattr_async(endless, 'slow', undefined, limits),
    toJS_async: (limits) => py.toJS_async(nested, {}, limits),
    'live.eval_async': (limits) => py.live.eval_async('spin()', undefined, limits),
    'live.call_async': (limits) => py.live.call_async(main, 'spin', [], {}, limits),
    'live.apply_async': (limits) => py.live.apply_async(main.spin, [], {}, limits),
    'live.getattr_async': (limits) => py.live.getattr_async(endless, 'slow', undefined, limits),
    'live.getitem_async': (limits) => py.live.getitem_async(endless, 1, limits),
    'live.op_async': async (limits) => py.live.op_async(endless, '+', 1, marked(limits)),
    with_async: (limits) => py.with_async(py.eval('Enters()'), never, limits),
    'with_async, entering': (limits) => py.with_async(py.eval('NeverEnters()'), never, limits),
    enter_async: (limits) => py.enter_async(py.eval('NeverEnters()'), limits),
    'iter_async of an async generator': async (limits) => iterated(py.iter_async(main.agen(), limits)),
    'iter_async of a generator': async (limits) => iterated(py.iter_async(main.gen(), limits)),
  }

  for (const [name, twin] of Object.entries(TWINS)) {
    test(`limits of ${name}`, async () => {
      const before = py.eval('begun')
      await assert.rejects(twin({ timeout: -1 }), { name: 'RangeError', message: /option timeout/ })
      await assert.rejects(twin({ late: 1 } as never), { name: 'TypeError', message: /no option 'late'/ })
      const why = { mine: name }
      assert.equal(await reason(twin({ signal: AbortSignal.abort(why) })), why)
      assert.equal(py.eval('begun'), before)
      const controller = new AbortController()
      const call = reason(twin({ signal: controller.signal, timeout: 60_000 }))
      await pause(1)
      controller.abort(why)
      assert.equal(await call, why)
      const late = await reason(twin({ timeout: 0 }))
      assert.equal(late.name, 'TimeoutError', late.stack)
      assert.equal(await main.add_async(1), 2)
    })
  }

  // biome-ignore lint/suspicious/noExplicitAny: anything can be thrown
  function reason(promise: Promise<unknown>): Promise<any> {
    return promise.then(
      () => assert.fail('it did not reject'),
      (error: unknown) => error,
    )
  }
})
