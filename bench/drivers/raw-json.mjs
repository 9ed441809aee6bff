/** JSON there and back in JavaScript alone, without Python: what a protocol that sends text would spend at least, on one side. */
import { echoes } from '../rows.mjs'

export const title = 'JSON in JavaScript'

export const open = () => undefined

const echo =
  (_, { input }) =>
  () =>
    JSON.parse(JSON.stringify(input))

/** JSON has no bytes. */
const { bytes, ...texts } = echoes(echo)
export const operations = texts
