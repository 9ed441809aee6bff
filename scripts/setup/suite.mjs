/** The compiled test files and how they are run. */
import { availableParallelism } from 'node:os'
import { relative } from 'node:path'
import { filesBelow, inRoot, root } from './paths.mjs'
import { SetupError } from './process.mjs'

/** The compiled test files whose path holds one of the words; all of them without words. */
export function testFiles(words = []) {
  const files = filesBelow(inRoot('build', 'test'))
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => relative(root, file))
  const chosen = words.length ? files.filter((file) => words.some((word) => file.includes(word))) : files
  if (chosen.length === 0)
    throw new SetupError(`no test file matches ${words.join(', ') || 'build/test/**/*.test.js'}`)
  return chosen
}

/** Node's arguments: gc() is there for the leak checks, in each file's own process; many of those mostly wait for children. */
export const testArguments = (files) => [
  '--expose-gc',
  '--test',
  `--test-concurrency=${availableParallelism()}`,
  '--test-reporter=spec',
  ...files,
]
