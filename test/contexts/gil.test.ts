/** Whose GIL a context runs under, and what follows from it. */
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { clib, Python } from 'python-ts'
import { quiet, runScript } from '../support/child'
import { test } from '../support/leaks'

const py = new Python()
const [major, minor] = py.eval<number[]>('__import__("sys").version_info[:2]') as [number, number]
const hasOwn = major > 3 || minor >= 12
const NO_OWN =
  `A context with a GIL of its own needs CPython 3.12 or later, and this is ${major}.${minor}: ` +
  "gil: 'shared' makes one that takes turns."

type Gil = 'own' | 'shared'
const KINDS: readonly Gil[] = hasOwn ? ['own', 'shared'] : ['shared']

test('a context says whose GIL it has', () => {
  const asked = [true, {}, { gil: undefined }, { gil: 'shared' }, ...(hasOwn ? [{ gil: 'own' }] : [])]
  const best = hasOwn ? 'own' : 'shared'
  const expected = [best, best, best, 'shared', ...(hasOwn ? ['own'] : [])]
  const contexts = asked.map((context) => new Python({ context } as { context: true }))
  assert.deepEqual(
    contexts.map(({ context }) => context.gil),
    expected,
  )
  assert.deepEqual(
    clib.contexts.map(({ gil }) => gil),
    expected,
  )
  for (const context of contexts) context.delete()
})

test('a GIL of its own, where CPython has none to give, is an error that says so', () => {
  const ask = () => new Python({ context: { gil: 'own' } })
  if (hasOwn) assert.equal(ask().delete(), true)
  else assert.throws(ask, { name: 'Error', message: NO_OWN })
  assert.equal(clib.contexts.length, 0)
})

for (const gil of KINDS) {
  test(`a context (${gil}) has its own modules, globals, path and references`, () => {
    const own = new Python({ context: { gil } })
    own.exec('import json, sys\nsys.mark = json.mark = name = "theirs"\nsys.path.insert(0, "/theirs")')
    py.exec('import json, sys')
    const names = 'hasattr(sys, "mark"), hasattr(json, "mark"), "name" in globals(), "/theirs" in sys.path'
    assert.deepEqual(py.eval(`[${names}]`), [false, false, false, false])
    assert.deepEqual(own.eval(`[${names}]`), [true, true, true, true])
    const before = clib.references.length
    const kept = own.eval('object()')
    assert.deepEqual([own.clear(), clib.references.length], [1, before])
    assert.throws(() => kept.x, { name: 'TypeError', message: /was released/ })
    own.delete()
  })

  test(`threads, executors and processes in a context (${gil})`, () => {
    const own = new Python({ context: { gil } })
    own.exec(`
import subprocess, sys, threading
from concurrent.futures import ThreadPoolExecutor
seen = []
for daemon in (False, True):
    thread = threading.Thread(target=seen.append, args=(daemon,), daemon=daemon)
    thread.start(); thread.join()
with ThreadPoolExecutor(2) as executor: seen += executor.map(abs, [-1, -2])
seen.append(subprocess.run([sys.executable, '-c', 'print(7)'], capture_output=True, text=True).stdout)`)
    assert.deepEqual(own.eval('seen'), [false, true, 1, 2, '7\n'])
    assert.equal(own.delete(), true)
  })
}

/** Each needs a process of its own: what a module does to the process stays. */
const passes = (title: string, script: string) =>
  test(title, async () =>
    assert.deepEqual(
      await runScript(script, { env: { PYTHONWARNINGS: 'ignore' }, timeout: 60_000 }),
      quiet(),
    ),
  )

passes(
  'the shared kind loads NumPy, and the own kind refuses it',
  `const py = new Python()
   if (${hasOwn}) {
     const own = new Python({ context: { gil: 'own' } })
     assert.throws(() => own.import('_testnothing'), { name: 'ModuleNotFoundError' })
     assert.throws(() => own.import('numpy'), { name: 'ImportError' })
     own.delete()
   }
   const shared = new Python({ context: { gil: 'shared' } })
   assert.equal(shared.import('numpy').arange(5).sum(), 10)
   assert.deepEqual(shared.eval('__import__("numpy").ones([2, 2]).tolist()'), [[1, 1], [1, 1]])
   assert.equal(shared.delete(), true)
   assert.equal(py.eval('1 + 1'), 2)`,
)

passes(
  'extension modules that are no good for contexts harm none of those that follow',
  `const py = new Python()
   const modules = ['datetime', 'zoneinfo', 'ctypes', 'readline', 'curses', 'sqlite3', 'ssl', 'asyncio']
   for (let round = 0; round < 6; round++) {
     const own = new Python({ context: round % 3 < 2 ? true : { gil: 'shared' } })
     for (const name of modules) try { own.import(name) } catch {}
     assert.equal(own.eval('__import__("datetime").date(2020, 2, 29).isoformat()'), '2020-02-29')
     assert.equal(own.eval('lambda d: d.year')(new Date(0)), 1970)
     assert.equal(own.delete(), true)
   }
   for (const name of modules) try { py.import(name) } catch {}
   assert.ok(py.eval('__import__("datetime").datetime.now()') instanceof Date)`,
)

test('the frames of all threads cannot be asked for beside a context with its own GIL', () => {
  const code =
    '[len(getattr(sys, name)()) > 0 for name in ("_current_frames", "_current_exceptions") if hasattr(sys, name)]'
  const ask = (where: Python): unknown => where.eval(code, { sys: where.import('sys') })
  const before = ask(py)
  const contexts = KINDS.map((gil) => new Python({ context: { gil } }))
  for (const where of [py, ...contexts]) {
    if (hasOwn) assert.throws(() => ask(where), { name: 'RuntimeError', message: /frames of all threads/ })
    else assert.deepEqual(ask(where), before)
  }
  for (const context of contexts) context.delete()
  assert.deepEqual(ask(py), before)
})

test('contexts that share a GIL take turns, also while one of them never rests', async () => {
  const one = new Python({ context: { gil: 'shared' } })
  const other = new Python({ context: { gil: 'shared' } })
  const endless = assert.rejects(one.exec_async('while True: pass'), { name: 'KeyboardInterrupt' })
  while (!one.eval('len(__import__("sys")._current_frames()) > 1')) await setImmediate()
  assert.equal(other.eval('1 + 1'), 2)
  assert.equal(await other.eval_async('2 + 2'), 4)
  assert.equal(py.eval('3 + 3'), 6)
  one.interrupt()
  await endless
  other.delete()
  one.delete()
})
