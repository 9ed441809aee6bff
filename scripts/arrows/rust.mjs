/** What a Rust file uses of its own crate. */
import { withoutComments } from './source.mjs'

const PATH = /\b(crate|super)((?:\s*::\s*super)*)\s*::\s*(?:(\w+)|\{([^;]*?)\}\s*;)/g

/** `{ line, target }` for each top-level module named as `crate::x`, `crate::{x, y::z}` or `super::x` (from below it). */
export function crateUses(text, path) {
  const code = withoutComments(text)
  const depth = modulePath(path).length
  return [...code.matchAll(PATH)]
    .filter(([, start, more]) => start === 'crate' || depth === 1 + count(more, 'super'))
    .flatMap(({ index, 3: name, 4: group }) => {
      const line = code.slice(0, index).split('\n').length
      return (name ? [name] : topNames(group)).map((target) => ({ line, target }))
    })
}

/** `refs/table.rs` → ['refs', 'table']; `refs/mod.rs` → ['refs']. */
function modulePath(path) {
  return path
    .replace(/\.rs$/, '')
    .split(/[\\/]/)
    .filter((name) => name !== 'mod')
}

/** The first name of each member of a use group, whatever is nested in it. */
function topNames(group) {
  let flat = group
  while (/\{[^{}]*\}/.test(flat)) flat = flat.replace(/\{[^{}]*\}/g, '')
  return flat
    .split(',')
    .map((member) => member.trim().match(/^\w+/)?.[0])
    .filter(Boolean)
}

const count = (text, word) => text.split(word).length - 1
