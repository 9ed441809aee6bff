/** What is measured: every row is an operation with the one value that it must give. */
import {
  ascii,
  bytes,
  cjk,
  fractions,
  LAST_DOUBLE,
  lists,
  numbers,
  orders,
  pairs,
  records,
  small,
} from './inputs.mjs'

/** The result must be the very object that the first run gave. */
export const SAME = Symbol('the same object every time')

/** The result must be an object, whichever. */
export const LIVE = Symbol('a live object')

/** So many items, callbacks or requests are one run of the rows that say so; their time is for one of them. */
export const BATCH = 1000

/**
 * `batch`: one run does so many; `isAsync`: the operation returns a promise; `once`: one run in a new process; `goals`: how many times
 * the speed of another driver is wanted (`peers` is the fastest of them); `own`: the operation answers the nanoseconds itself; `limit`: so many are wanted at most;
 * `ahead`: so many runs before anything is timed, however slow they are.
 */
const groups = {
  'Calls and attributes': [
    { name: 'import', title: 'import of a loaded module', expected: SAME, goals: { peers: 1.5 } },
    { name: 'method', title: 'method without arguments', expected: 'dummy', goals: { floor: 0.8 } },
    { name: 'add', title: '`add(2, 3)`', expected: 5, goals: { floor: 0.75 } },
    { name: 'attribute', title: 'int attribute', expected: 7, goals: { floor: 0.7 } },
    ...[0, 1, 2, 3, 4, 5, 6].map(arity),
    { name: 'keywords', title: 'one argument, two keyword arguments', expected: 6 },
    { name: 'make', title: 'a new live object as result', expected: LIVE },
    { name: 'same', title: 'the same live object as result', expected: SAME },
    { name: 'pass', title: 'a live object as argument', expected: null },
    { name: 'items', title: 'an item of a generator', expected: total(BATCH), batch: BATCH },
    { name: 'getitem', title: 'an item of a live list', expected: total(BATCH), batch: BATCH },
    { name: 'elements', title: 'an item of a live list, iterated', expected: total(BATCH), batch: BATCH },
    {
      name: 'callback',
      title: 'JavaScript callback from Python',
      expected: total(BATCH),
      batch: BATCH,
      goals: { floor: 0.7 },
    },
    { name: 'fail', title: 'a Python exception, caught', expected: 'caught' },
    {
      name: 'excel',
      title: 'Excel cells: read, write, write',
      expected: 1234.5,
      goals: { 'node-calls-python': 2.5 },
    },
  ],
  'Values there and back': [
    echo('list', 'list of 1,000 ints', numbers, { 'raw-json': 1 }),
    { name: 'new-ints', title: 'list of 1,000 ints, other ones each time', inputs: lists, expected: 0 },
    echo('floats', 'list of 1,000 floats', fractions),
    echo('dict', 'dict of 100 keys', pairs, { floor: 4.5 }),
    echo('small', 'a small document, 100 bytes', small),
    echo('document', 'nested 10 kB document', orders, { 'raw-json': 1 }),
    echo('records', '200 records of one shape', records),
    echo('ascii', 'str of 1 kB ASCII', ascii, { floor: 0.85 }),
    echo('cjk', 'str of 1 kB CJK', cjk, { peers: 4 }),
    // V8 collects after 32 of them: the first ones meet memory that the process has never had.
    { ...echo('bytes', 'bytes of 1 MB', bytes, { floor: 1 }), ahead: 128 },
  ],
  'Arrays: 8 MB of float64': [
    last('array', 'there and back: `ndarray()` and `buffer()`'),
    last('array-there', '`ndarray()`: a typed array to NumPy'),
    last('array-back', '`buffer()`: NumPy to a typed array'),
    last('array-copied', '`buffer()` with `copy`'),
    last('array-shared', '`shared()`: shared memory to Python'),
    last('array-argument', 'by value: a typed array as argument'),
    last('array-result', 'by value: `tobytes()` as result'),
  ],
  Asynchronous: [
    {
      name: 'async-one',
      title: 'one after the other',
      expected: 'dummy',
      isAsync: true,
      goals: { floor: 1, node: 1 },
    },
    {
      name: 'async-many',
      title: '1,000 in flight',
      expected: 'dummy',
      isAsync: true,
      batch: BATCH,
      goals: { 'node-calls-python': 10 },
    },
    { ...echo('async-document', 'nested 10 kB document, there and back', orders), isAsync: true },
    {
      name: 'delay',
      title: 'how late the event loop is (p99) while four calls compute',
      isAsync: true,
      own: true,
      limit: 5e6,
    },
    {
      name: 'cancel',
      title: 'a cancelled `while True: pass`, until its worker answers again (the slowest of 20)',
      isAsync: true,
      own: true,
      limit: 100e6,
    },
    {
      name: 'pool',
      title: '`pool.map` of a function that does nothing, one item',
      expected: BATCH - 1,
      isAsync: true,
      batch: BATCH,
    },
    { name: 'async-coroutine', title: 'a coroutine that sleeps for 0 s', expected: 'dummy', isAsync: true },
  ],
  'The process': [
    {
      name: 'start',
      title: 'start of the process to the first result',
      expected: 'dummy',
      once: true,
      goals: { floor: 1 / 1.1 },
    },
  ],
}

export const rows = Object.entries(groups).flatMap(([group, members]) =>
  members.map((row) => ({ group, batch: 1, ahead: 0, goals: {}, ...row })),
)

export const rowNamed = (name) => rows.find((row) => row.name === name)

/** Cells of the excel row: READ is set once, the others are written every time. */
export const READ = { row: 0, col: 0, value: 1234.5 }
export const WRITES = [
  { row: 1, col: 0, value: 'Überweisung' },
  { row: 1, col: 1, value: 2.5 },
]

/** The excel row, for a driver that has the two methods as functions. */
export function excelCells(read, write) {
  write(READ.row, READ.col, READ.value)
  const [one, two] = WRITES
  return () => {
    const value = read(READ.row, READ.col)
    write(one.row, one.col, one.value)
    write(two.row, two.col, two.value)
    return value
  }
}

/** The rows of values there and back that every driver knows, all by the same operation. */
export const echoes = (echo) => ({
  ...Object.fromEntries(
    ['list', 'floats', 'dict', 'small', 'document', 'records', 'ascii', 'cjk', 'bytes'].map((name) => [
      name,
      echo,
    ]),
  ),
  'new-ints': inTurns(echo),
})

/** The inputs one after the other; how far the last item that comes back is from the one that was sent. */
export function inTurns(echo) {
  return (bridge, row) => {
    const inputs = row.inputs()
    const operations = inputs.map((input) => echo(bridge, { input }))
    let turn = 0
    return () => {
      const index = turn++ % inputs.length
      return operations[index]().at(-1) - inputs[index].at(-1)
    }
  }
}

/** What the callback rows pass to Python: 0 + 1 + … */
export const identity = (number) => number

/** `echo` rows go to Python by value and come back by value: `Dummy().echo(input)`. */
function echo(name, title, input, goals = {}) {
  return { name, title, input, expected: input, goals }
}

/** The last number of `doubles()` is the result. */
function last(name, title) {
  return { name, title, expected: LAST_DOUBLE }
}

/** The method returns its last argument. */
function arity(count) {
  const args = Array.from({ length: count }, (_, index) => index + 1)
  return { name: `arity${count}`, title: `${count} int arguments`, args, expected: args.at(-1) ?? 7 }
}

function total(count) {
  return (count * (count - 1)) / 2
}
