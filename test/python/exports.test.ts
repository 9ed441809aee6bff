/** What the library exports: names, and classes that are not for everyone to make. */
import assert from 'node:assert/strict'
import * as library from 'python-ts'
import { test } from '../support/leaks'

test('exported classes and functions have their names', () => {
  for (const [name, value] of Object.entries(library))
    if (typeof value === 'function') assert.equal(value.name, name)
})

test('what only the library makes refuses to be made', () => {
  const { CallOptions, PyBuffer, PythonError } = library
  const refused: [Class: unknown, args: unknown[], name: string, message: RegExp][] = [
    [PyBuffer, [[]], 'TypeError', /^A PyBuffer is made by py\.buffer\(\), and not by new\.$/],
    [PythonError, [], 'TypeError', /^A PythonError is made of a Python exception/],
    [PythonError, ['text'], 'TypeError', /^A PythonError is made of a Python exception/],
    [CallOptions, [], 'TypeError', /^The options of an asynchronous call are a plain object/],
    [CallOptions, [{ signal: 5 }], 'TypeError', /must be an AbortSignal\.$/],
    [CallOptions, [{ timeout: -1 }], 'RangeError', /must be between 0 and/],
  ]
  for (const [Class, args, name, message] of refused) {
    assert.throws(() => Reflect.construct(Class as never, args), { name, message })
  }
})
