/** The compiled test files and how they are run. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, relative } from 'node:path'
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

/**
 * Runs test files by `execute`, which is given Node's arguments and environment variables, and answers with an exit code. In CI, files
 * that fail are run once more, one at a time: a shared machine that stood still for seconds is no fault of the code. Those that pass
 * then are named.
 *
 * @returns the exit code, and the files that failed only once
 */
export function runSuite(files, execute) {
  const status = execute(testArguments(files, availableParallelism()), freshOutcomes())
  const failing = status === 0 ? [] : failingFiles()
  if (!process.env.CI || failing.length === 0) return { status, unsteady: [] }
  const again = execute(testArguments(failing, 1), freshOutcomes())
  return { status: again, unsteady: again === 0 ? failing : [] }
}

/** What to say of the files that failed only once. */
export function unsteadyLine(files) {
  return `UNSTEADY: failed once, passed when run again: ${files.join(', ')}`
}

const OUTCOMES = inRoot('build', 'test-outcomes.txt')

function freshOutcomes() {
  mkdirSync(dirname(OUTCOMES), { recursive: true })
  rmSync(OUTCOMES, { force: true })
  return { PYTHON_TS_TEST_OUTCOMES: OUTCOMES }
}

/** gc() is there for the leak checks, in each file's own process; many files mostly wait for children. */
const testArguments = (files, concurrency) => [
  '--expose-gc',
  '--require',
  inRoot('scripts', 'setup', 'note-outcome.cjs'),
  '--test',
  `--test-concurrency=${concurrency}`,
  '--test-reporter=spec',
  ...files,
]

function failingFiles() {
  const lines = readFileSync(OUTCOMES, 'utf8').split('\n').filter(Boolean)
  const passed = new Set(lines.filter((line) => line.startsWith('passed ')).map(fileOf))
  return lines.filter((line) => line.startsWith('started ') && !passed.has(fileOf(line))).map(fileOf)
}

const fileOf = (line) => relative(root, line.slice(line.indexOf(' ') + 1))
