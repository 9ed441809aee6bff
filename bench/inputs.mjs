/**
 * The values that the data rows send to Python and get back. The start of a process is a row, too: what takes a while is made when it is asked for.
 */

export const numbers = Array.from({ length: 1000 }, (_, index) => index * 37 - 5000)
/** Ints of up to 27 bits that hardly come again before all lists have had their turn: more than any cache of small size holds. */
export const lists = once(() =>
  Array.from({ length: 50 }, (_, list) =>
    Array.from({ length: 1000 }, (_, index) => ((list * 1000 + index) * 2_654_435) % (1 << 27)),
  ),
)
export const fractions = numbers.map((number) => number / 7 + 0.25)
export const pairs = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key ${index}`, index]))
export const ascii = 'python-ts '.repeat(103).slice(0, 1024)
export const cjk = '数据处理自动化表格'.repeat(38).slice(0, 341)
export const doubles = once(() => Float64Array.from({ length: 1 << 20 }, (_, index) => index / 3))
export const LAST_DOUBLE = ((1 << 20) - 1) / 3
export const bytes = Buffer.alloc(1 << 20, 'python-ts')

/** A message as services send them: about 100 bytes as JSON. */
export const small = {
  id: 4711,
  type: 'order.paid',
  amount: 19.99,
  tags: ['new', 'web'],
  ok: true,
  note: null,
}

/** 200 records of one shape, as a query gives them. */
export const records = Array.from({ length: 200 }, (_, index) => ({
  id: index,
  name: `Customer ${index}`,
  city: '上海',
  balance: index * 12.5 - 300.25,
  active: index % 3 !== 0,
}))

/** Orders as an application would send them: about 10 kB as JSON. */
export const orders = { version: 1, orders: Array.from({ length: 33 }, (_, number) => order(number)) }

function once(make) {
  let made
  return () => (made ??= make())
}

/** One object inside the other, so many times. */
export function nested(depth) {
  let value = { leaf: true }
  for (let level = 1; level < depth; level++) value = { inner: value }
  return value
}

function order(number) {
  return {
    id: number,
    customer: { name: `Customer ${number}`, city: '北京', vip: number % 3 === 0, note: null },
    lines: Array.from({ length: 4 }, (_, line) => ({
      sku: `SKU-${number}-${line}`,
      count: line + 1,
      price: 9.99 * (line + 1),
    })),
    tags: ['new', 'paid', `group-${number % 5}`],
  }
}
