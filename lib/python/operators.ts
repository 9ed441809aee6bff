import { linkOf } from '../codec/cell'

/** Python's binary operators, and what the operator module calls them. */
const BINARY = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'truediv',
  '//': 'floordiv',
  '%': 'mod',
  '**': 'pow',
  '@': 'matmul',
  '&': 'and_',
  '|': 'or_',
  '^': 'xor',
  '<<': 'lshift',
  '>>': 'rshift',
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  is: 'is_',
  'is not': 'is_not',
  in: 'is_in',
  'not in': 'is_not_in',
} as const

/** Those that change their first operand, where it can be changed. */
const IN_PLACE = {
  '+=': 'iadd',
  '-=': 'isub',
  '*=': 'imul',
  '/=': 'itruediv',
  '//=': 'ifloordiv',
  '%=': 'imod',
  '**=': 'ipow',
  '@=': 'imatmul',
  '&=': 'iand',
  '|=': 'ior',
  '^=': 'ixor',
  '<<=': 'ilshift',
  '>>=': 'irshift',
} as const

const BETWEEN = { ...BINARY, ...IN_PLACE }

const UNARY = { '-': 'neg', '+': 'pos', '~': 'invert', not: 'not_' } as const

export type BinaryOperator = keyof typeof BINARY | keyof typeof IN_PLACE
export type UnaryOperator = keyof typeof UNARY

/** The function of protocols.py for an operator between two operands, and its first argument, if it has one before them. */
export function binary(operator: unknown, left: unknown): [name: string, operation?: string] {
  const name = find(BETWEEN, operator, 'between two operands')
  const isInPlace = Object.hasOwn(IN_PLACE, operator as string)
  return isInPlace && linkOf(left) !== undefined ? ['in_place', name] : [name]
}

/** The function of protocols.py for an operator before its only operand. */
export function unary(operator: unknown): string {
  return find(UNARY, operator, 'before one operand')
}

function find(table: Readonly<Record<string, string>>, operator: unknown, place: string): string {
  if (typeof operator === 'string' && Object.hasOwn(table, operator)) return table[operator] as string
  const known = Object.keys(table).join(' ')
  throw new TypeError(`op() knows these operators ${place}, not ${String(operator)}: ${known}`)
}
