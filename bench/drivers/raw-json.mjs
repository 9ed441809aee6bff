/** JSON there and back in JavaScript alone, without Python: what a protocol that sends text would spend at least, on one side. */
export const title = 'JSON in JavaScript'

/** The rows that JSON can do; a driver without this list does them all. */
export const rows = ['list', 'dict', 'document', 'ascii', 'cjk']

export function open() {
  const echo =
    ({ input }) =>
    () =>
      JSON.parse(JSON.stringify(input))
  return Object.fromEntries(rows.map((name) => [name, echo]))
}
