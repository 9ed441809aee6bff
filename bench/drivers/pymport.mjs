/** pymport, by its plain API: its proxified one does more for each call. */
import { delayOf } from '../delay.mjs'
import { peerEnvironment } from '../peers/environment.mjs'
import { requirePeer } from '../peers/install.mjs'
import { BATCH, echoes, excelCells, identity } from '../rows.mjs'
import { callWith } from './floor.mjs'
import { inFlight } from './node.mjs'

export const title = 'pymport'
export const isPeer = true
export const environment = peerEnvironment
export const open = () => requirePeer('pymport').pymport

/** A plain object at the end is keyword arguments: where the value is one, another must follow. */
const NO_KEYWORDS = {}

const dummy = (pymport) => pymport('Dummy').get('Dummy').call()
const rows = (pymport) => pymport('bench_rows').get('Rows').call()

const echo = (pymport, { input }) => {
  const call = dummy(pymport).get('echo')
  return () => call.call(input, NO_KEYWORDS).toJS()
}

function arity(count) {
  return (pymport) => {
    const method = rows(pymport).get(`arity${count}`)
    return callWith(count, (...args) => method.call(...args).toJS())
  }
}

export const operations = {
  import: (pymport) => () => pymport('Dummy'),
  method(pymport) {
    const method = dummy(pymport).get('dummy')
    return () => method.call().toJS()
  },
  add(pymport) {
    const add = dummy(pymport).get('add')
    return () => add.call(2, 3).toJS()
  },
  attribute(pymport) {
    const object = dummy(pymport)
    return () => object.get('number').toJS()
  },
  ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6].map((count) => [`arity${count}`, arity(count)])),
  keywords(pymport) {
    const method = rows(pymport).get('keywords')
    return () => method.call(1, { b: 2, c: 3 }).toJS()
  },
  make(pymport) {
    const make = rows(pymport).get('make')
    return () => make.call()
  },
  same(pymport) {
    const same = rows(pymport).get('same')
    return () => same.call()
  },
  pass(pymport) {
    const object = rows(pymport)
    const [ignore, thing] = [object.get('ignore'), object.get('make').call()]
    return () => ignore.call(thing).toJS()
  },
  callback(pymport) {
    const apply = rows(pymport).get('call_back')
    return () => apply.call((number) => identity(number.toJS()), BATCH).toJS()
  },
  fail(pymport) {
    const fail = rows(pymport).get('fail')
    return () => {
      try {
        return fail.call()
      } catch {
        return 'caught'
      }
    }
  },
  excel(pymport) {
    const xls = pymport('Excel').get('Excel').call()
    xls.get('new_workbook').call()
    const [read, write] = [xls.get('read_cell'), xls.get('write_cell')]
    return excelCells(
      (...cell) => read.call(...cell).toJS(),
      (...cell) => write.call(...cell),
    )
  },
  ...echoes(echo),
  'async-one': (pymport) => once(dummy(pymport).get('dummy')),
  'async-many': (pymport) => inFlight(BATCH, once(dummy(pymport).get('dummy'))),
  'async-document'(pymport, { input }) {
    const call = dummy(pymport).get('echo')
    return async () => (await call.callAsync(input, NO_KEYWORDS)).toJS()
  },
  delay(pymport) {
    const busy = pymport('bench_rows').get('busy')
    return delayOf((steps) => busy.callAsync(steps), once(dummy(pymport).get('dummy')))
  },
  start: (pymport) => () => dummy(pymport).get('dummy').call().toJS(),
}

function once(method) {
  return async () => (await method.callAsync()).toJS()
}
