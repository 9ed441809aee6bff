/** Finds the Pythons of this machine and says which can run inside Node. */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { inRoot } from './paths.mjs'
import { SetupError } from './process.mjs'

const PROBE = inRoot('scripts', 'setup', 'probe.py')
const windows = process.platform === 'win32'

/** Newer ones are used when there is no other: the plugins' packages may have no wheels for them yet. */
const NEWEST_TESTED = [3, 13]

const NO_LIBRARY =
  'python-ts needs a CPython ≥ 3.10 with a shared libpython, and none was found.\n' +
  '  Debian, Ubuntu: apt install python3 python3-venv libpython3-dev\n' +
  '  Fedora:         dnf install python3 python3-libs\n' +
  '  macOS:          brew install python\n' +
  '  Windows:        winget install Python.Python.3.13\n' +
  '  uv:             uv python install 3.13\n' +
  '  pyenv:          PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install 3.13'

/** What the interpreter says of itself, or undefined where it does not run. */
export function probe(executable) {
  try {
    const options = { encoding: 'utf8', timeout: 30_000, stdio: ['ignore', 'pipe', 'ignore'] }
    return JSON.parse(execFileSync(executable, ['-I', PROBE], options))
  } catch {
    return undefined
  }
}

/** Every usable CPython with a shared libpython, one for each version: the best for daily work first. */
export function findPythons() {
  return unique(probeAll().filter(({ usable, library }) => usable && library))
}

/** The Python to work with: `PYTHON` in the environment, otherwise the best one found. */
export function choosePython() {
  const asked = process.env.PYTHON
  if (asked) return demand(asked)
  const found = probeAll()
  const best = unique(found.filter(({ usable, library }) => usable && library))[0]
  if (best) return best
  const seen = found.map(
    ({ executable, version, library }) => `  ${executable}: ${version}, ${library ?? 'no shared libpython'}`,
  )
  throw new SetupError(
    [NO_LIBRARY, ...(seen.length ? ['Found:', ...seen] : ['No Python at all was found.'])].join('\n'),
  )
}

function demand(executable) {
  const found = probe(executable)
  if (!found) throw new SetupError(`PYTHON=${executable} does not run as a Python.`)
  if (!found.usable)
    throw new SetupError(
      `PYTHON=${executable} is ${found.version}: python-ts needs a final CPython ≥ 3.10 with a GIL.`,
    )
  if (!found.library) throw new SetupError(`PYTHON=${executable} has no shared libpython.\n${NO_LIBRARY}`)
  return found
}

function probeAll() {
  return candidates()
    .map(probe)
    .filter((found) => found && !found.venv)
}

function unique(pythons) {
  const seen = new Map()
  for (const python of pythons) if (!seen.has(python.version)) seen.set(python.version, python)
  return [...seen.values()].sort((a, b) => rank(b) - rank(a))
}

/** Tested versions by number, then newer ones, the nearest first. */
function rank({ version }) {
  const [major, minor, micro] = version.split('.').map(Number)
  const number = major * 1e6 + minor * 1e3 + micro
  const tested = major === NEWEST_TESTED[0] && minor <= NEWEST_TESTED[1]
  return tested ? number : -number
}

function candidates() {
  const onPath = ['python3', 'python', ...[13, 12, 11, 10, 14, 15].map((minor) => `python3.${minor}`)]
  return [
    ...installed(pyenvVersions()),
    ...installed(uvVersions()),
    ...(windows ? launcher() : system()),
    ...onPath,
  ]
}

const pyenvVersions = () => process.env.PYENV_ROOT ?? join(homedir(), '.pyenv')

function uvVersions() {
  if (process.env.UV_PYTHON_INSTALL_DIR) return process.env.UV_PYTHON_INSTALL_DIR
  if (windows) return join(process.env.APPDATA ?? homedir(), 'uv', 'python')
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'uv', 'python')
}

/** The interpreters in the folders of pyenv (`versions/3.12.1`) or uv (`cpython-3.12.1-…`). */
function installed(folder) {
  const roots = [folder, join(folder, 'versions')]
  return roots.flatMap((root) =>
    names(root).map((name) => join(root, name, windows ? 'python.exe' : 'bin/python3')),
  )
}

function system() {
  const folders = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']
  return folders.flatMap((folder) =>
    names(folder)
      .filter((name) => /^python3\.\d+$/.test(name))
      .map((name) => join(folder, name)),
  )
}

/** The Pythons that the Windows launcher knows: ` -V:3.12 *  C:\…\python.exe`. */
function launcher() {
  try {
    const list = execFileSync('py', ['-0p'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return list.match(/[A-Za-z]:\\.*\.exe/g) ?? []
  } catch {
    return []
  }
}

function names(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
