/** stdin of a Python, in all places: ways to read it, promises of lines, streams that fail. */
import assert from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import { Python } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (_py, test) => {
  const answers = (...lines: (string | null)[]) => {
    return () => lines.shift() ?? null
  }

  test('all of the input, by every way to read it', () => {
    const reads: [code: string, expected: unknown][] = [
      ['sys.stdin.read()', 'a\nb\n'],
      ['sys.stdin.readlines()', ['a\n', 'b\n']],
      ['[line for line in sys.stdin]', ['a\n', 'b\n']],
      ['sys.stdin.buffer.read()', Buffer.from('a\r\nb\n')],
      ['[sys.stdin.read(1), sys.stdin.readline(), input(), sys.stdin.readline()]', ['a', '\n', 'b', '']],
    ]
    for (const [code, expected] of reads) {
      const py = new Python({ context: true, stdin: answers('a\r\n', 'b') })
      py.exec('import sys')
      assert.deepEqual(py.eval(code), expected)
      py.delete()
    }
  })

  test('a promise of a line is waited for in Python threads', async () => {
    const lines = ['one', 'two']
    const py = new Python({ context: true, stdin: async () => lines.shift() ?? null })
    assert.deepEqual(await py.eval_async('[input(), input()]'), ['one', 'two'])
    await assert.rejects(py.eval_async('input()'), { name: 'EOFError' })
    assert.match(
      thrown(() => py.eval('input()')).message,
      /^stdin gave a promise, which cannot settle while its thread waits for it: read it in another Python thread/,
    )
    py.delete()
    const mine = new RangeError('no paper')
    const failing = new Python({ context: true, stdin: () => Promise.reject(mine) })
    assert.equal(await failing.eval_async('input()').catch((error) => error), mine)
    failing.delete()
  })

  test('a stream that fails is an error in Python, and not the end of the input', async () => {
    const mine = new Error('the disk is on fire')
    const failing = new PassThrough()
    const py = new Python({ context: true, stdin: failing })
    failing.write('first\n')
    assert.equal(await py.eval_async('input()'), 'first')
    const second = py.eval_async('input()').catch((error) => error)
    failing.destroy(mine)
    assert.equal(await second, mine)
    await assert.rejects(py.eval_async('input()'), { name: 'EOFError' })
    py.delete()
  })

  test('a stream that is cut short, and one of other things than text', async () => {
    const cut = new PassThrough()
    const py = new Python({ context: true, stdin: cut })
    cut.destroy()
    assert.equal((await py.eval_async('input()').catch((error) => error)).code, 'ERR_STREAM_PREMATURE_CLOSE')
    py.delete()
    const odd = new Python({ context: true, stdin: Readable.from([{ line: 1 }]) })
    await assert.rejects(odd.eval_async('input()'), {
      name: 'TypeError',
      message: 'stdin is a stream of strings or bytes, and gave a chunk of the type object.',
    })
    odd.delete()
  })

  test('characters and lines that are cut between the chunks of a stream', async () => {
    const bytes = Buffer.from('é\n😀 long\nrest')
    const py = new Python({
      context: true,
      stdin: Readable.from([...bytes].map((byte) => Uint8Array.of(byte))),
    })
    assert.deepEqual(await py.eval_async('[input(), input(), input()]'), ['é', '😀 long', 'rest'])
    py.delete()
  })
})
