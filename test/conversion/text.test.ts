/** Strings of every width around the lengths at which their path changes. */
import assert from 'node:assert/strict'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  py.exec('def echo(x): return x\ndef facts(x): return [len(x), x.isascii()]\ndef many(c, n): return c * n')
  const { echo, facts, many } = py.import('__main__')
  const LENGTHS = [
    0, 1, 2, 62, 63, 64, 65, 126, 127, 128, 129, 255, 256, 257, 1023, 1024, 5000, 70_000, 200_000,
  ]
  const UNITS = [
    'a',
    '\0',
    '\x7f',
    '\x80',
    'é',
    'ÿ',
    'Ā',
    'π',
    '数',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '😀',
    '\ud800',
    '\udc00',
  ]

  for (const unit of UNITS) {
    test(`${JSON.stringify(unit)}, there and back, and made by Python`, () => {
      for (const length of LENGTHS) {
        const text = unit.repeat(length)
        const points = [...text].length
        assert.ok(echo(text) === text, `${length}`)
        assert.deepEqual(facts(text), [points, unit < '\x80' || length === 0])
        assert.ok(many(unit, length) === text, `${length} from Python`)
        assert.ok(echo(`a${text}`) === `a${text}` && echo(`${text}😀`) === `${text}😀`)
      }
    })
  }

  test('a pair split over the end of a buffer is one character', () => {
    for (const length of LENGTHS) {
      const text = `${'a'.repeat(length)}😀${'b'.repeat(length)}`
      assert.ok(echo(text) === text)
      assert.equal(facts(text)[0], 2 * length + 1)
    }
  })

  test('a short string after a long one is itself', () => {
    echo('x'.repeat(200_000))
    assert.equal(echo('short'), 'short')
    assert.equal(echo(''), '')
  })
})
