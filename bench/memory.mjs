/** `node --expose-gc bench/memory.mjs [COUNT]`: what a live object costs on each side, in bytes, and how many are left when they are dropped. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { setImmediate } from 'node:timers/promises'

const require = createRequire(import.meta.url)
const { Python } = require('..')
const bridge = require('../dist/codec/bridge.js')
const count = Number(process.argv[2] ?? 100_000)
assert.ok(globalThis.gc, 'run it with node --expose-gc')

const py = new Python()
py.exec(`
import sys
class Thing:
    __slots__ = ()
    def method(self): return 1
def things(n): return [Thing() for _ in range(n)]
def functions(n): return [lambda: 1 for _ in range(n)]
`)
const { things, functions, sys } = py.import('__main__')

/** How many Python objects JavaScript holds. */
const held = () => bridge.core.references(0)

async function settled(isDone = () => false) {
  for (let i = 0; i < 50 && !isDone(); i++) {
    globalThis.gc()
    await setImmediate()
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return {
    heap: heapUsed,
    external: external + arrayBuffers,
    rss: process.memoryUsage.rss(),
    references: held(),
  }
}

/** Bytes an object, by where they are, while `make` holds `count` of them. */
async function cost(make) {
  make(1000)
  const before = await settled()
  let made = make(count)
  const during = await settled(() => false)
  assert.equal(made.length, count)
  const each = (name) => Math.round((during[name] - before[name]) / count)
  made = undefined
  const after = await settled(() => held() <= before.references)
  return { 'V8 heap': each('heap'), resident: each('rss'), left: after.references - before.references }
}

console.log(
  `${count} objects, Node ${process.versions.node}, CPython ${sys.version.split(' ')[0]}; bytes each`,
)
console.table({
  'plain objects': await cost((n) => things(n)),
  callables: await cost((n) => functions(n)),
  'objects with a method read': await cost((n) => {
    const made = things(n)
    for (const thing of made) thing.method
    return made
  }),
})
