/**
 * `node scripts/run.mjs bench/arrays.mjs`: what 8 MB of numbers cost on their way between the languages, as a multiple of one copy of them in
 * JavaScript (into new memory, whose pages the system has to give first). Every result is checked.
 */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { median } from './measure.mjs'

const { Python } = createRequire(import.meta.url)('..')
const COUNT = 1 << 20
const SAMPLES = 41

const py = new Python()
const np = py.import('numpy')
const source = Float64Array.from({ length: COUNT }, (_, i) => i)
const target = new Float64Array(COUNT)
const sharedSource = new Float64Array(new SharedArrayBuffer(COUNT * 8))
sharedSource.set(source)
const pythons = py.ndarray(source)
py.exec('def last(view): return view[-1]')
const { last } = py.import('__main__')

/** Each gives the last number, as a proof that it was there. */
const rows = {
  'one copy in JavaScript': () => {
    target.set(source)
    return target[COUNT - 1]
  },
  'one copy in JavaScript, into new memory': () => source.slice()[COUNT - 1],
  'ndarray(): a typed array to NumPy': () => using(py.ndarray(source), (array) => array.item(-1)),
  'buffer(): NumPy to a typed array': () => usingBuffer(py.buffer(pythons)),
  'there and back, ndarray() and buffer()': () =>
    using(py.ndarray(source), (array) => usingBuffer(py.buffer(array))),
  'buffer() with copy': () => usingBuffer(py.buffer(pythons, { copy: true })),
  'shared(): shared memory to NumPy': () => using(py.shared(sharedSource), (view) => last(view)),
  'by value: a typed array as argument': () => last(source),
  'by value: tobytes() as result': () => pythons.tobytes().readDoubleLE(8 * (COUNT - 1)),
}

function using(object, use) {
  const result = use(object)
  py.gc(object)
  return result
}

function usingBuffer(buffer) {
  const result = buffer.data[buffer.data.length - 1]
  buffer.release()
  return result
}

const times = Object.fromEntries(Object.keys(rows).map((name) => [name, []]))
// The rows take turns, so that a change in the machine's speed hits them alike.
for (let sample = 0; sample < SAMPLES; sample++) {
  for (const [name, run] of Object.entries(rows)) {
    const start = process.hrtime.bigint()
    const result = run()
    times[name].push(Number(process.hrtime.bigint() - start))
    assert.equal(result, COUNT - 1, name)
  }
}
assert.equal(np.array_equal(pythons, py.shared(sharedSource)), true)

const copy = median(times['one copy in JavaScript, into new memory'])
console.log(`| ${COUNT} float64 (8 MB) | ms | copies' worth |\n|:--|--:|--:|`)
for (const [name, samples] of Object.entries(times)) {
  const time = median(samples)
  console.log(`| ${name} | ${(time / 1e6).toFixed(3)} | ${(time / copy).toFixed(2)} |`)
}
