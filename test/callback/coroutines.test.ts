/** JavaScript objects in coroutines that JavaScript awaits. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { everywhere } from '../support/places'

everywhere(__filename, (py, test) => {
  test('coroutines that JavaScript awaits iterate, enter and await JavaScript objects', async () => {
    class Source {
      async *[Symbol.asyncIterator]() {
        yield 1
        await pause(1)
        yield 2
      }
      async [Symbol.asyncDispose]() {
        await pause(1)
      }
      async work() {
        await pause(1)
        return 'done'
      }
    }
    py.exec(`
async def use(source):
    seen = [x async for x in source]
    async with source as s: seen.append(s is source)
    return seen + [await source.work()]`)
    assert.deepEqual(await py.eval('use')(new Source()), [1, 2, true, 'done'])
  })
})
