/** python-ts through its public API. */
import { createRequire } from 'node:module'
import { READ, WRITES } from '../rows.mjs'

export const title = 'python-ts'

export function open({ plugins }) {
  const { Python } = createRequire(import.meta.url)('../..')
  const py = new Python()
  py.add_syspath(plugins)
  const dummy = () => py.import('Dummy').Dummy()
  const echo = ({ input }) => {
    const object = dummy()
    return () => object.echo(input)
  }
  return {
    import() {
      py.import('Dummy')
      return () => py.import('Dummy')
    },
    method() {
      const object = dummy()
      return () => object.dummy()
    },
    add() {
      const object = dummy()
      return () => object.add(2, 3)
    },
    attribute() {
      const object = dummy()
      return () => object.number
    },
    excel() {
      const xls = py.import('Excel').Excel()
      xls.new_workbook()
      xls.write_cell(READ.row, READ.col, READ.value)
      const [one, two] = WRITES
      return () => {
        const value = xls.read_cell(READ.row, READ.col)
        xls.write_cell(one.row, one.col, one.value)
        xls.write_cell(two.row, two.col, two.value)
        return value
      }
    },
    list: echo,
    dict: echo,
    document: echo,
    ascii: echo,
    cjk: echo,
    bytes: echo,
    start: () => () => dummy().dummy(),
  }
}
