/** The compiled test files and how they are run. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
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
 * Runs test files by `execute`, which is given Node's arguments and answers with an exit code. In CI, files that fail are run once
 * more, one at a time: a shared machine that stood still for seconds is no fault of the code. Those that pass then are named.
 *
 * @returns the exit code, and the files that failed only once
 */
export function runSuite(files, execute) {
  const status = execute(testArguments(files, availableParallelism()))
  const failing = failingFiles()
  if (status === 0 || !process.env.CI || failing.length === 0) return { status, unsteady: [] }
  const again = execute(testArguments(failing, 1))
  return { status: again, unsteady: again === 0 ? failing : [] }
}

/** What to say of the files that failed only once. */
export function unsteadyLine(files) {
  return `UNSTEADY: failed once, passed when run again: ${files.join(', ')}`
}

const FAILING = inRoot('build', 'failing-files.txt')
const REPORTER = pathToFileURL(inRoot('scripts', 'setup', 'failing-files.mjs')).href

/** gc() is there for the leak checks, in each file's own process; many files mostly wait for children. */
function testArguments(files, concurrency) {
  mkdirSync(dirname(FAILING), { recursive: true })
  rmSync(FAILING, { force: true })
  return [
    '--expose-gc',
    '--test',
    `--test-concurrency=${concurrency}`,
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${REPORTER}`,
    `--test-reporter-destination=${FAILING}`,
    ...files,
  ]
}

function failingFiles() {
  const lines = readFileSync(FAILING, 'utf8').split('\n').filter(Boolean)
  return lines.map((file) => relative(root, file))
}
