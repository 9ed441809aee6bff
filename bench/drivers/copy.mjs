/** JavaScript alone: one copy of the same memory, into new memory, whose pages the system has to give first. */
export const title = 'one copy in JavaScript'

export const open = () => undefined

export const operations = {
  array:
    (_, { input }) =>
    () =>
      input.slice().at(-1),
}
