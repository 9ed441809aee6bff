/** Contexts that cannot be made: an error, and Python goes on. Their greatest number takes minutes, and is in `npm run stress`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Python } from 'python-ts'
import { runScript } from '../support/child'

const [major, minor] = new Python().eval<number[]>('__import__("sys").version_info[:2]') as [number, number]
const reason =
  process.platform === 'win32'
    ? 'there is no such limit on Windows'
    : major === 3 && minor < 12 && 'CPython ends the process itself before 3.12'

for (const gil of ['own', 'shared']) {
  test(`a context that CPython cannot make is an error that says why: ${gil} GIL`, {
    skip: reason,
  }, async () => {
    const { code, stdout } = await runScript(`
      const py = new Python()
      py.exec('import resource\\ndef limit(files): resource.setrlimit(resource.RLIMIT_NOFILE, (files, before[1]))\\nbefore = resource.getrlimit(resource.RLIMIT_NOFILE)')
      const main = py.import('__main__')
      for (let i = 0; i < 3; i++) {
        main.limit(3)
        const error = thrown(() => new Python({ context: { gil: '${gil}' } }))
        main.limit(main.before[0])
        assert.equal(error.name, 'Error')
        assert.match(error.message, /^Python could not start a new context: .+\\.$/)
        assert.equal(py.eval('1 + 1'), 2)
      }
      const context = new Python({ context: { gil: '${gil}' } })
      console.log(context.eval('1 + 1'), clib.contexts.length)
      context.delete()`)
    // CPython reports on stderr what it was at.
    assert.deepEqual([code, stdout], [0, '2 1\n'])
  })
}
