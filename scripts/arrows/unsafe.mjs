/** Where unsafe code is, and whether it says why it is sound. */
import { withoutComments } from './source.mjs'

/** Only here may unsafe code be written. */
const PLACE = /^native\/\w+\/src\/sys(\/|\.rs$)/
const LINES_ABOVE = 8

export function unsafeFaults(file, text) {
  const lines = text.split('\n')
  return withoutComments(text)
    .split('\n')
    .flatMap((code, index) => {
      if (!/\bunsafe\b/.test(code)) return []
      if (!PLACE.test(file)) return [`${file}:${index + 1}: unsafe code outside native/*/src/sys`]
      return needsNote(code) && !hasNote(lines, index) ? [`${file}:${index + 1}: no SAFETY note above`] : []
    })
}

/** Blocks and impls promise something; an unsafe fn, or the type of one, hands the promise on to its caller. */
const needsNote = (code) => /\bunsafe\s*(\{|impl\b)/.test(code)

const hasNote = (lines, index) =>
  lines.slice(Math.max(0, index - LINES_ABOVE), index + 1).some((line) => line.includes('SAFETY:'))
