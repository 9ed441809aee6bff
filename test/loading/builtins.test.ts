/** What the globals of the calling Python code hold instead of the built-in functions is no concern of ours. */
import assert from 'node:assert/strict'
import { Python } from 'python-ts'
import { test } from '../support/leaks'

const py = new Python()

test('calls from a callback do not use the builtins of the frame that called it', () => {
  for (const builtins of [
    '{}',
    "{'len': lambda x: 'hijack', 'eval': None, 'exec': None, '__import__': None}",
  ]) {
    const run = py.eval(`lambda f: eval('f()', {'__builtins__': ${builtins}, 'f': f})`)
    run(() => {
      assert.equal(py.eval('len([1])'), 1)
      assert.equal(py.eval('__import__("json").dumps([1])'), '[1]')
      assert.equal(py.import('math').sqrt(4), 2)
      assert.match(String(py.eval('object()')), /^<object object/)
    })
    assert.deepEqual(
      run(() => new Date(0)),
      new Date(0),
    )
  }
})

test('an ASCII str longer than a JavaScript string can be is a RangeError, not an earlier value', () => {
  py.eval('[1, 2, 3]')
  assert.throws(() => py.eval('"a" * (1 << 29)'), {
    name: 'RangeError',
    message: /^The string has 536870912 characters/,
  })
})

test('the floats at the ends of 64 bits stay floats', () => {
  const type_of = py.eval('lambda x: type(x).__name__')
  for (const float of [-(2 ** 63), 2 ** 63, -(2 ** 64)]) assert.equal(type_of(float), 'float')
})
