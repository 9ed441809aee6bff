/** Names of JavaScript classes without end: this fills the table of this thread, so it is a file of its own. */
import assert from 'node:assert/strict'
import { Python } from 'python-ts'
import { test } from '../support/leaks'

const py = new Python()
py.exec('def told(o): return [type(o).__name__, o.n, o.twice(), len(type(o).__mro__)]')
const { told } = py.import('__main__')

function classNamed(name: string): new (n: number) => object {
  return Object.defineProperty(
    class {
      constructor(readonly n: number) {}
      twice(): number {
        return 2 * this.n
      }
    },
    'name',
    { value: name },
  )
}

test('the first 4,096 names are types of Python, the others are JsObject', () => {
  const First = classNamed('First')
  const [, , , depth] = told(new First(1))
  assert.deepEqual(told(new First(1)), ['First', 1, 2, depth])
  for (let index = 1; index < 4096; index++) {
    const name = `Class${index}`
    assert.deepEqual(told(new (classNamed(name))(index)), [name, index, 2 * index, depth])
  }
  for (let index = 0; index < 100; index++) {
    const late = new (classNamed(`Late${index}`))(index)
    assert.deepEqual(told(late), ['JsObject', index, 2 * index, depth - 1])
  }
})

test('a name from before is still one, of a new class, too', () => {
  assert.equal(told(new (classNamed('First'))(3))[0], 'First')
  assert.equal(told(new (classNamed('Class4095'))(3))[0], 'Class4095')
})
