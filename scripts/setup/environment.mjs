/** Virtual environments with the plugins' requirements. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { defaultEnvironment, pythonOf, requirements, root } from './paths.mjs'
import { run, SetupError, say } from './process.mjs'
import { choosePython, probe } from './python.mjs'

const STAMP = '.python-ts-requirements'

/** `.venv` in the project: what discovery finds when nothing else is asked for. */
export function prepareDefaultEnvironment() {
  prepareEnvironment(defaultEnvironment, choosePython)
}

/** Makes the environment where it is missing, and installs the requirements where they changed. */
export function prepareEnvironment(folder, choose, file = requirements) {
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex')
  const stamp = join(folder, STAMP)
  const python = pythonOf(folder)
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  if (!existsSync(python)) create(folder, choose())
  else checkExisting(folder, python)
  say(`installing ${relative(root, file)} into ${relative(root, folder)}`)
  run(python, ['-m', 'pip', 'install', '--disable-pip-version-check', '--prefer-binary', '-q', '-r', file])
  writeFileSync(stamp, hash)
}

function create(folder, { executable, version }) {
  say(`making ${relative(root, folder)} with CPython ${version}`)
  try {
    run(executable, ['-m', 'venv', '--clear', folder])
  } catch (error) {
    if (!/ensurepip/.test(error.message)) throw error
    throw new SetupError(
      `${executable} cannot make a virtual environment.\nOn Debian and Ubuntu: apt install python3-venv`,
    )
  }
}

/** An environment that someone else made is used as it is, never replaced. */
function checkExisting(folder, python) {
  const found = probe(python)
  if (found?.usable && found.library) return
  const why = found
    ? `is of Python ${found.version} (${found.library ?? 'without a shared libpython'})`
    : 'does not run'
  throw new SetupError(
    `${folder} ${why}: python-ts needs CPython ≥ 3.10 with a shared libpython.\nRemove that folder and try again.`,
  )
}
