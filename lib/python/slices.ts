/** One part of a subscript as protocols.py takes it: a slice, `...`, or an index. */
export type Part = (number | bigint | null)[] | '...' | number | bigint | null

/**
 * The parts of a subscript written as in Python: `'1:5, ::2, ...'`. Indices are whole numbers; `None` adds an axis.
 *
 * @throws SyntaxError that shows the part which is none.
 */
export function parseSubscript(text: string): Part[] {
  return text.split(',').map((part) => parsePart(part.trim(), text))
}

function parsePart(part: string, text: string): Part {
  if (part === '...') return '...'
  if (part === 'None') return null
  if (!part.includes(':')) return parseIndex(part, text)
  const bounds = part.split(':').map((bound) => (bound.trim() === '' ? null : parseIndex(bound.trim(), text)))
  if (bounds.length > 3) throw notASlice(part, text)
  return bounds
}

function parseIndex(part: string, text: string): number | bigint {
  if (!isIndex(part)) throw notASlice(part, text)
  const number = Number(part)
  return Number.isSafeInteger(number) ? number : BigInt(part)
}

/** A whole number. By hand: V8 may end the process when it compiles a regular expression at the very end of the stack. */
function isIndex(text: string): boolean {
  const digits = text.startsWith('-') || text.startsWith('+') ? text.slice(1) : text
  return digits !== '' && [...digits].every((digit) => digit >= '0' && digit <= '9')
}

function notASlice(part: string, text: string): SyntaxError {
  return new SyntaxError(
    `'${part}' in the subscript '${text}' is no index, no slice such as 1:5 or ::2, no ... and no None.`,
  )
}
