/** What is measured: every row is an operation with the one value that it must give. */

/** The result must be the very object that the first run gave. */
export const SAME = Symbol('the same object every time')

const numbers = Array.from({ length: 1000 }, (_, index) => index * 37 - 5000)
const pairs = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key ${index}`, index]))
const cjk = '数据处理自动化表格'.repeat(38).slice(0, 341)

/** `echo` rows go to Python by value and come back by value: `Dummy().echo(input)`. */
export const rows = [
  { name: 'import', title: 'import of a loaded module', expected: SAME },
  { name: 'method', title: 'method without arguments', expected: 'dummy' },
  { name: 'add', title: '`add(2, 3)`', expected: 5 },
  { name: 'attribute', title: 'int attribute', expected: 7 },
  { name: 'excel', title: 'Excel cells: read, write, write', expected: 1234.5 },
  echo('list', 'list of 1,000 ints, there and back', numbers),
  echo('dict', 'dict of 100 keys, there and back', pairs),
  echo('document', 'nested 10 kB document, there and back', document()),
  echo('ascii', 'str of 1 kB ASCII, there and back', 'python-ts '.repeat(103).slice(0, 1024)),
  echo('cjk', 'str of 1 kB CJK, there and back', cjk),
  echo('bytes', 'bytes of 1 MB, there and back', Buffer.alloc(1 << 20, 'python-ts')),
  { name: 'start', title: 'start of the process to the first result', expected: 'dummy', once: true },
]

export const rowNamed = (name) => rows.find((row) => row.name === name)

/** Cells of the excel row: READ is set once, the others are written every time. */
export const READ = { row: 0, col: 0, value: 1234.5 }
export const WRITES = [
  { row: 1, col: 0, value: 'Überweisung' },
  { row: 1, col: 1, value: 2.5 },
]

function echo(name, title, input) {
  return { name, title, input, expected: input }
}

/** Orders as an application would send them: about 10 kB as JSON. */
function document() {
  const order = (number) => ({
    id: number,
    customer: { name: `Customer ${number}`, city: '北京', vip: number % 3 === 0, note: null },
    lines: Array.from({ length: 4 }, (_, line) => ({
      sku: `SKU-${number}-${line}`,
      count: line + 1,
      price: 9.99 * (line + 1),
    })),
    tags: ['new', 'paid', `group-${number % 5}`],
  })
  return { version: 1, orders: Array.from({ length: 33 }, (_, number) => order(number)) }
}
