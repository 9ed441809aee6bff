/** JavaScript alone: one copy of the same memory, into new memory, whose pages the system has to give first. */
import { doubles } from '../inputs.mjs'

export const title = 'one copy in JavaScript'

export const open = () => undefined

export const operations = {
  array: () => () => doubles().slice().at(-1),
}
