/** Node alone: its own asynchronous call of the operating system, which also goes to a thread and back. */
import { stat } from 'node:fs/promises'

export const title = 'Node: `fs.stat`'

export const open = () => undefined

/** The answer is the word that the rows expect, so that it is asserted like theirs. */
const statOnce = async () => ((await stat('.')).isDirectory() ? 'dummy' : 'no folder')

export const operations = {
  'async-one': () => statOnce,
  'async-many': (_, { batch }) => inFlight(batch, statOnce),
}

/** So many at once; the last one's value. */
export function inFlight(count, request) {
  return async () => (await Promise.all(Array.from({ length: count }, request))).at(-1)
}
