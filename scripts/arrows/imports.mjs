/** The relative imports of a TypeScript file. */
import { posix } from 'node:path'

const IMPORT = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*'(\.[^']*)'/g

/** `{ line, target }` for each; the target is relative to the folder that `path` is relative to. */
export function relativeImports(text, path) {
  return [...text.matchAll(IMPORT)].map(({ index, 1: name }) => ({
    line: text.slice(0, index).split('\n').length,
    target: posix.join(posix.dirname(path.replaceAll('\\', '/')), name),
  }))
}
