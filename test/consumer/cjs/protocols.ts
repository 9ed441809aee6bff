/** Items, operators, context managers and conversion, as a strict consumer writes them. */

import { type BinaryOperator, Python } from 'python-ts'

const py = new Python()
const list = py.list([1, 2])
export const items: number[] = [...list]
export const item: string = py.getitem<string>(list, py.slice('1:2'))
export const sum: number = py.eval`${list}[0] + ${1}`
py.exec`${list}[0] = ${'a'}`
const operator: BinaryOperator = '@='
py.op(list, operator, list)
export const isNot: boolean = py.op('not', list)
// @ts-expect-error: and has the && of JavaScript
py.op(list, 'and', list)
// @ts-expect-error: a key is needed
py.getitem(list)
// @ts-expect-error: the options have names of their own
py.toJS(list, { deep: 1 })
// @ts-expect-error: one of three
py.toJS(list, { dicts: 'none' })
export const rows: { a: number }[] = py.toJS<{ a: number }[]>(list, { depth: 2, dicts: 'object' })
export const now: string | undefined = py.with(list, (value: string) => value)
export const later: Promise<string | undefined> = py.with(list, async (value: string) => value)
export const live: number = py.len(py.live.eval`[1]`)
export const big: number | bigint = py.int('1')

export function read(): string {
  using file = py.enter<{ read(): string }>(list)
  return file.value.read()
}

class Big {
  constructor(readonly digits: string) {}
}
export const remove: () => boolean = py.registerConverter({
  python: 'decimal.Decimal',
  toJS: (decimal) => new Big(String(decimal)),
  js: Big,
  toPython: (big) => big.digits,
})
// @ts-expect-error: a converter has functions
py.registerConverter({ python: 'decimal.Decimal', toJS: 1 })
export const awaited: Promise<number> = py.eval_async`${1} + 1`
export const entered: Promise<string | undefined> = py.with_async(list, async (value: string) => value)

export async function session(): Promise<string> {
  await using file = await py.enter_async<{ read(): string }>(list)
  return file.value.read()
}

export const elsewhere: [Promise<number>, Promise<boolean>, Promise<string[]>] = [
  py.len_async(list, { timeout: 10 }),
  py.contains_async(list, 1),
  py.dir_async(list),
]
export const product: Promise<number> = py.op_async<number>(list, '@', list)
export const rowsLater: Promise<{ a: number }[]> = py.toJS_async<{ a: number }[]>(list, { depth: 1 })
export const liveLater: Promise<string> = py.live.eval_async<string>('1')
// @ts-expect-error: no operator of Python's
py.op_async(list, '===', list)
