/** The floor: raw Node-API and raw C-API, bench/floor/floor.c. */
import { createRequire } from 'node:module'
import { READ, WRITES } from '../rows.mjs'

export const title = 'floor'

export function open({ plugins, executable, library, loader, floor }) {
  const require = createRequire(import.meta.url)
  require(loader).open(library)
  const native = require(floor)
  native.start(executable, plugins)
  const method = (name) => native.method(native.instance('Dummy', 'Dummy'), name)
  const echo = ({ input }) => {
    const call = method('echo')
    return () => call(input)
  }
  return {
    import() {
      const importModule = native.importer('Dummy', {})
      return () => importModule('Dummy')
    },
    method: () => method('dummy'),
    add() {
      const add = method('add')
      return () => add(2, 3)
    },
    attribute: () => native.attribute(native.instance('Dummy', 'Dummy'), 'number'),
    excel() {
      const xls = native.instance('Excel', 'Excel')
      native.method(xls, 'new_workbook')()
      const read = native.method(xls, 'read_cell')
      const write = native.method(xls, 'write_cell')
      write(READ.row, READ.col, READ.value)
      const [one, two] = WRITES
      return () => {
        const value = read(READ.row, READ.col)
        write(one.row, one.col, one.value)
        write(two.row, two.col, two.value)
        return value
      }
    },
    list: echo,
    dict: echo,
    document: echo,
    ascii: echo,
    cjk: echo,
    bytes: echo,
    start: () => method('dummy'),
  }
}
