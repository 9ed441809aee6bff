/** The floor: raw Node-API and raw C-API, bench/floor/floor.c. */
import { createRequire } from 'node:module'
import { BATCH, echoes, excelCells, identity } from '../rows.mjs'
import { inFlight } from './node.mjs'

export const title = 'floor'

export function open({ plugins, modules, executable, library, loader, floor }) {
  const require = createRequire(import.meta.url)
  require(loader).open(library)
  const native = require(floor)
  native.start(executable, [plugins, modules])
  return native
}

const dummy = (native) => native.instance('Dummy', 'Dummy')
const rows = (native) => native.instance('bench_rows', 'Rows')

const echo = (native, { input }) => {
  const call = native.method(dummy(native), 'echo')
  return () => call(input)
}

export const operations = {
  import(native) {
    const importModule = native.importer('Dummy', {})
    return () => importModule('Dummy')
  },
  method: (native) => native.method(dummy(native), 'dummy'),
  add(native) {
    const add = native.method(dummy(native), 'add')
    return () => add(2, 3)
  },
  attribute: (native) => native.attribute(dummy(native), 'number'),
  ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6].map((count) => [`arity${count}`, arity(count)])),
  keywords(native) {
    const call = native.keywords(rows(native), 'keywords')
    return () => call(1, { b: 2, c: 3 })
  },
  make: (native) => native.method(rows(native), 'make'),
  pass(native) {
    const [ignore, thing] = [native.method(rows(native), 'ignore'), native.method(rows(native), 'make')()]
    return () => ignore(thing)
  },
  items(native) {
    const [items, next] = [native.method(rows(native), 'items'), native.next]
    return () => {
      const iterator = items(BATCH)
      let total = 0
      for (let item = next(iterator); item !== undefined; item = next(iterator)) total += item
      return total
    }
  },
  callback(native) {
    const apply = native.method(rows(native), 'call_back')
    return () => apply(identity, BATCH)
  },
  excel(native) {
    const xls = native.instance('Excel', 'Excel')
    native.method(xls, 'new_workbook')()
    return excelCells(native.method(xls, 'read_cell'), native.method(xls, 'write_cell'))
  },
  ...echoes(echo),
  'async-one': (native) => native.async(dummy(native), 'dummy'),
  'async-many': (native) => inFlight(BATCH, native.async(dummy(native), 'dummy')),
  start: (native) => native.method(dummy(native), 'dummy'),
}

/** The operation calls the function with literal arguments, as a program does. */
function arity(count) {
  return (native) => {
    const f = native.method(rows(native), `arity${count}`)
    return callWith(count, f)
  }
}

export function callWith(count, f) {
  return [
    () => f(),
    () => f(1),
    () => f(1, 2),
    () => f(1, 2, 3),
    () => f(1, 2, 3, 4),
    () => f(1, 2, 3, 4, 5),
    () => f(1, 2, 3, 4, 5, 6),
  ][count]
}
