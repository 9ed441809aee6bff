/** node-calls-python. It has no attributes, so that row is not there. None comes back as undefined, bytes as ArrayBuffer. */
import { join } from 'node:path'
import { delayOf } from '../delay.mjs'
import { bytes, orders, small } from '../inputs.mjs'
import { peerEnvironment } from '../peers/environment.mjs'
import { requirePeer } from '../peers/install.mjs'
import { BATCH, echoes, excelCells, identity, LIVE } from '../rows.mjs'
import { callWith } from './floor.mjs'
import { inFlight } from './node.mjs'

export const title = 'node-calls-python'
export const isPeer = true
export const environment = peerEnvironment

export const expected = {
  import: LIVE,
  bytes: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  small: withoutNull(small),
  document: withoutNull(orders),
  'async-document': withoutNull(orders),
}

export function open({ plugins, modules }) {
  const { interpreter } = requirePeer('node-calls-python')
  interpreter.setSyncJsAndPyInCallback(false)
  const importFrom = (file) => interpreter.importSync(file, false)
  return {
    python: interpreter,
    importDummy: () => importFrom(join(plugins, 'Dummy', '__init__.py')),
    dummy: () => interpreter.createSync(importFrom(join(plugins, 'Dummy', '__init__.py')), 'Dummy'),
    excel: () => interpreter.createSync(importFrom(join(plugins, 'Excel', '__init__.py')), 'Excel'),
    module: () => importFrom(join(modules, 'bench_rows.py')),
    rows: () => interpreter.createSync(importFrom(join(modules, 'bench_rows.py')), 'Rows'),
  }
}

const echo = ({ python, dummy }, { input }) => {
  const object = dummy()
  return () => python.callSync(object, 'echo', input)
}

function arity(count) {
  return ({ python, rows }) => {
    const object = rows()
    return callWith(count, (...args) => python.callSync(object, `arity${count}`, ...args))
  }
}

export const operations = {
  import:
    ({ importDummy }) =>
    () =>
      importDummy(),
  method({ python, dummy }) {
    const object = dummy()
    return () => python.callSync(object, 'dummy')
  },
  add({ python, dummy }) {
    const object = dummy()
    return () => python.callSync(object, 'add', 2, 3)
  },
  ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6].map((count) => [`arity${count}`, arity(count)])),
  keywords({ python, rows }) {
    const object = rows()
    return () => python.callSync(object, 'keywords', 1, { b: 2, c: 3, __kwargs: true })
  },
  callback({ python, rows }) {
    const object = rows()
    return () => python.callSync(object, 'call_back', identity, BATCH)
  },
  fail({ python, rows }) {
    const object = rows()
    return () => {
      try {
        return python.callSync(object, 'fail')
      } catch {
        return 'caught'
      }
    }
  },
  excel({ python, excel }) {
    const xls = excel()
    python.callSync(xls, 'new_workbook')
    return excelCells(
      (row, col) => python.callSync(xls, 'read_cell', row, col),
      (row, col, value) => python.callSync(xls, 'write_cell', row, col, value),
    )
  },
  ...echoes(echo),
  'async-one': once,
  'async-many': (bridge) => inFlight(BATCH, once(bridge)),
  'async-document'({ python, dummy }, { input }) {
    const object = dummy()
    return () => python.call(object, 'echo', input)
  },
  delay({ python, module, dummy }) {
    const [rows, object] = [module(), dummy()]
    const busy = (steps) => python.call(rows, 'busy', steps)
    return delayOf(busy, () => python.call(object, 'dummy'))
  },
  start:
    ({ python, dummy }) =>
    () =>
      python.callSync(dummy(), 'dummy'),
}

/** None comes back as undefined. */
function withoutNull(value) {
  if (value === null) return undefined
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(withoutNull)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutNull(item)]))
}

function once({ python, dummy }) {
  const object = dummy()
  return () => python.call(object, 'dummy')
}
