/** python-ts through its public API. What single rows need is loaded by them: the start of the process is a row, too. */
import { createRequire } from 'node:module'
import { arrayOperations } from '../arrays.mjs'
import { BATCH, echoes, identity, READ, WRITES } from '../rows.mjs'
import { inFlight } from './node.mjs'

export const title = 'python-ts'

const { callOptions, kwargs, Python, PythonPool } = createRequire(import.meta.url)('../..')

export function open({ plugins, modules }) {
  const py = new Python()
  py.add_syspath(plugins)
  py.add_syspath(modules)
  return py
}

/** What the growth curves make more and more of. */
export const holder = (py) => ({ py, rows: () => rows(py), another: () => new Python({ context: true }) })

const dummy = (py) => py.import('Dummy').Dummy()
const rows = (py) => py.import('bench_rows').Rows()

const echo = (py, { input }) => {
  const object = dummy(py)
  return () => object.echo(input)
}

export const operations = {
  import(py) {
    py.import('Dummy')
    return () => py.import('Dummy')
  },
  method(py) {
    const object = dummy(py)
    return () => object.dummy()
  },
  add(py) {
    const object = dummy(py)
    return () => object.add(2, 3)
  },
  attribute(py) {
    const object = dummy(py)
    return () => object.number
  },
  ...arities(),
  keywords(py) {
    const object = rows(py)
    return () => object.keywords(1, kwargs({ b: 2, c: 3 }))
  },
  make(py) {
    const object = rows(py)
    return () => object.make()
  },
  same(py) {
    const object = rows(py)
    return () => object.same()
  },
  pass(py) {
    const object = rows(py)
    const thing = object.make()
    return () => object.ignore(thing)
  },
  items(py) {
    const object = rows(py)
    return () => {
      let total = 0
      for (const item of object.items(BATCH)) total += item
      return total
    }
  },
  getitem(py) {
    const list = py.list(Array.from({ length: BATCH }, (_, index) => index))
    return () => {
      let total = 0
      for (let index = 0; index < BATCH; index++) total += py.getitem(list, index)
      return total
    }
  },
  elements(py) {
    const list = py.list(Array.from({ length: BATCH }, (_, index) => index))
    return () => {
      let total = 0
      for (const item of list) total += item
      return total
    }
  },
  callback(py) {
    const object = rows(py)
    return () => object.call_back(identity, BATCH)
  },
  fail(py) {
    const object = rows(py)
    return () => caught(object)
  },
  excel(py) {
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
  ...echoes(echo),
  ...arrayOperations,
  pool(py) {
    const pool = new PythonPool({ size: 2, gil: gilOf(py), init: 'def same(x): return x' })
    const items = Array.from({ length: BATCH }, (_, index) => index)
    return async () => (await pool.map('same', items)).at(-1)
  },
  'async-one'(py) {
    const object = dummy(py)
    return () => object.dummy_async()
  },
  'async-many'(py) {
    const object = dummy(py)
    return inFlight(BATCH, () => object.dummy_async())
  },
  'async-document'(py, { input }) {
    const object = dummy(py)
    return () => object.echo_async(input)
  },
  'async-coroutine'(py) {
    const object = rows(py)
    return () => object.coroutine_async()
  },
  async delay(py) {
    const { delayOf } = await import('../delay.mjs')
    const { busy_async } = py.import('bench_rows')
    const object = dummy(py)
    return delayOf(busy_async, () => object.dummy_async())
  },
  async cancel() {
    const { cancelOf } = await import('../cancel.mjs')
    const py = new Python({ context: true, threads: 1 })
    py.exec(SPIN)
    const { spin_async, next_async, taken } = py.import('__main__')
    return cancelOf(
      (signal) => spin_async(callOptions({ signal })),
      () => taken(),
      () => next_async(),
    )
  },
  start: (py) => () => dummy(py).dummy(),
}

const SPIN = `
spinning = False
def spin():
    global spinning
    spinning = True
    while True: pass
def taken():
    global spinning
    was, spinning = spinning, False
    return was
def next(): return 7
`

/** Before CPython 3.12 all contexts share one GIL. */
function gilOf(py) {
  return py.eval('__import__("sys").version_info >= (3, 12)') ? 'own' : 'shared'
}

function caught(object) {
  try {
    return object.fail()
  } catch {
    return 'caught'
  }
}

/** The method of so many arguments, called with literals, as a program does. */
function arities() {
  const calls = [
    (object) => () => object.arity0(),
    (object) => () => object.arity1(1),
    (object) => () => object.arity2(1, 2),
    (object) => () => object.arity3(1, 2, 3),
    (object) => () => object.arity4(1, 2, 3, 4),
    (object) => () => object.arity5(1, 2, 3, 4, 5),
    (object) => () => object.arity6(1, 2, 3, 4, 5, 6),
  ]
  return Object.fromEntries(calls.map((call, count) => [`arity${count}`, (py) => call(rows(py))]))
}
