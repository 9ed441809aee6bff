import type { SyntaxPosition } from '../errors'
import { Ext, TAG_BITS, TAG_MASK, Tag } from './tags'

const FAILURES: ReadonlySet<number> = new Set([Ext.RAISED, Ext.THROWN, Ext.RELEASED, Ext.FOREIGN, Ext.MISUSE])

/** Whether a word says that something was thrown. */
export function isFailure(head: number): boolean {
  return (head & TAG_MASK) === Tag.EXT && FAILURES.has(head >>> TAG_BITS)
}

/** Where a SyntaxError is, as it comes from Python. */
export type Place = [string | null, number | null, number | null, string | null, number | null, number | null]

/** The same by names. */
export function positionOf([filename, lineno, offset, text, end_lineno, end_offset]: Place): SyntaxPosition {
  return { filename, lineno, offset, text, end_lineno, end_offset }
}
