/** JSON there and back in JavaScript alone, without Python: what a protocol that sends text would spend at least, on one side. */
export const title = 'JSON in JavaScript'

export const open = () => undefined

const echo =
  (_, { input }) =>
  () =>
    JSON.parse(JSON.stringify(input))

export const operations = Object.fromEntries(
  ['list', 'floats', 'dict', 'small', 'document', 'records', 'ascii', 'cjk'].map((name) => [name, echo]),
)
