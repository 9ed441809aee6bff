/** Circles through both heaps: no collector sees them, and each of these breaks one. Counted for the process, so in one place. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { Python, type PyValue } from 'python-ts'
import { counts, test } from '../support/leaks'

const py = new Python()
py.exec(`
import gc
class Emitter:
    def on(self, listener): self.listener = listener
    def off(self): del self.listener
`)
const { Emitter } = py.import('__main__')

/** An emitter that holds a listener which holds the emitter. */
function circle(): PyValue {
  const emitter = Emitter()
  emitter.on(() => emitter)
  return emitter
}

async function collect(): Promise<void> {
  for (let round = 0; round < 6; round++) {
    globalThis.gc?.()
    py.exec('gc.collect()')
    await pause(1)
  }
}

async function left(make: () => void): Promise<number> {
  await collect()
  const before = counts().javascript
  make()
  await collect()
  return counts().javascript - before
}

const REMEDIES: Record<string, (emitter: PyValue) => unknown> = {
  'the listener is taken away': (emitter) => emitter.off(),
  'the object is released': (emitter) => py.gc(emitter),
  'the object is disposed of': (emitter) => emitter[Symbol.dispose](),
}

for (const [title, breaks] of Object.entries(REMEDIES)) {
  test(`a circle is collected when ${title}`, async () => {
    assert.equal(await left(() => breaks(circle())), 0)
  })
}

test('a circle that nobody breaks stays, until its Python is cleared', async () => {
  const context = new Python({ context: true })
  context.exec('class Box: pass')
  const stays = await left(() => {
    const box = context.import('__main__').Box()
    box.f = () => box
  })
  assert.equal(stays, 1)
  context.clear()
  context.exec('import gc; gc.collect()')
  context.delete()
})

test('a listener that holds the object weakly makes no circle', async () => {
  const stays = await left(() => {
    const emitter = Emitter()
    const weak = new WeakRef<PyValue>(emitter)
    emitter.on(() => weak.deref())
  })
  assert.equal(stays, 0)
})
