/** The Pythons of this machine: what discovery deduces is what each interpreter reports of itself. At least one usable one must be there. */
import assert from 'node:assert/strict'
import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, test } from 'node:test'
import { discoverRuntime, RuntimeNotFoundError } from '#dist/discovery/index'

const windows = process.platform === 'win32'

interface Truth {
  version: string
  minor: number
  prefix: string
  base: string
  executable: string
  library: string | null
}

const QUESTION = `
import json, os, sys, sysconfig
get = sysconfig.get_config_var
if sys.platform == 'win32':
  library = os.path.join(sys.base_prefix, 'python%d%d.dll' % sys.version_info[:2])
else:
  library = os.path.join(get('PYTHONFRAMEWORKPREFIX') or get('LIBDIR'), get('INSTSONAME') or '')
shared = os.path.isfile(library) and not library.endswith('.a')
print(json.dumps({'version': '%d.%d' % sys.version_info[:2], 'minor': sys.version_info[1], 'prefix': sys.prefix, 'base': sys.base_prefix,
  'executable': sys.executable, 'library': os.path.realpath(library) if shared else None}))
`

function truth(executable: string): Truth | undefined {
  try {
    const options: ExecFileSyncOptionsWithStringEncoding = {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }
    return JSON.parse(execFileSync(executable, ['-I', '-c', QUESTION], options)) as Truth
  } catch {
    return undefined
  }
}

/** Every python 3 that the environment leads to: PYTHON_TS_RUNTIME, PATH, pyenv. */
function installed(): string[] {
  const name = windows ? 'python.exe' : 'python3'
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions')
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...(existsSync(versions)
      ? readdirSync(versions).map((version) => join(versions, version, windows ? '' : 'bin'))
      : []),
  ]
  const named = process.env.PYTHON_TS_RUNTIME
  if (named) folders.unshift(join(named, windows ? 'Scripts' : 'bin'), named)
  return [...new Set(folders.map((folder) => join(folder, name)))].filter((path) => existsSync(path))
}

const machine = installed().flatMap((executable) => {
  const told = truth(executable)
  return told === undefined ? [] : [{ executable, told }]
})
const usable = machine.filter(({ told }) => told.minor >= 10 && told.library !== null)

const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'python-ts 蛇 ')))
after(() => rmSync(temporary, { recursive: true, force: true }))

test('there is a usable Python on this machine', () => {
  assert.ok(
    usable.length > 0,
    `no CPython ≥ 3.10 with a shared libpython among: ${machine.map(({ executable }) => executable).join(', ') || 'nothing'}`,
  )
})

for (const { executable, told } of machine) {
  test(`${executable} is what it says of itself`, () => {
    // Nothing but the named path may decide.
    const options = { cwd: temporary, env: { PATH: process.env.PATH } }
    if (told.minor < 10 || told.library === null) {
      assert.throws(
        () => discoverRuntime({ ...options, runtime_path: executable }),
        (error) =>
          error instanceof RuntimeNotFoundError &&
          error.fault === (told.minor < 10 ? 'too-old' : 'no-shared-library'),
      )
      return
    }
    const found = discoverRuntime({ ...options, runtime_path: executable })
    assert.equal(found.library, told.library)
    assert.equal(found.version, told.version)
    assert.equal(found.prefix, realpathSync(told.base))
    const again = discoverRuntime({ ...options, runtime_path: found.library })
    assert.equal(again.library, found.library)
    assert.equal(truth(again.executable)?.library, told.library)
    // A virtual environment's prefix is not its base installation's.
    const folder = discoverRuntime({ ...options, runtime_path: told.prefix })
    assert.equal(folder.library, told.library)
    assert.equal(folder.venv, told.prefix === told.base ? undefined : told.prefix)
  })
}

for (const { executable, told } of unique(usable)) {
  for (const kind of windows ? ['--copies'] : ['--symlinks', '--copies']) {
    test(`a virtual environment of ${told.version} with ${kind}, in each way to it`, () => {
      const project = join(temporary, `project ${told.version}${kind}`)
      const folder = join(project, '.venv')
      mkdirSync(join(project, 'deep', 'er'), { recursive: true })
      execFileSync(executable, ['-m', 'venv', '--without-pip', kind, folder])
      const python = join(folder, ...(windows ? ['Scripts', 'python.exe'] : ['bin', 'python']))
      const outside = { cwd: temporary, env: {} }
      const ways = {
        folder: discoverRuntime({ ...outside, runtime_path: folder }),
        executable: discoverRuntime({ ...outside, runtime_path: python }),
        variable: discoverRuntime({ ...outside, env: { PYTHON_TS_RUNTIME: folder } }),
        active: discoverRuntime({ ...outside, env: { VIRTUAL_ENV: folder } }),
        nearby: discoverRuntime({ cwd: join(project, 'deep', 'er'), env: {} }),
        path: discoverRuntime({ ...outside, env: { PATH: join(folder, windows ? 'Scripts' : 'bin') } }),
      }
      const itself = truth(python)
      assert.equal(itself?.prefix, folder)
      for (const [way, { library, venv, version, prefix, executable: shown }] of Object.entries(ways)) {
        assert.deepEqual(
          { library, venv, version, prefix },
          { library: told.library, venv: folder, version: told.version, prefix: realpathSync(told.base) },
          way,
        )
        assert.equal(truth(shown)?.prefix, folder, way)
      }
    })
  }
}

test('without a word from the user, what is found on PATH runs as it is described', () => {
  const { library, executable, version } = discoverRuntime({
    cwd: temporary,
    env: { PATH: process.env.PATH, PYENV_ROOT: process.env.PYENV_ROOT },
  })
  const told = truth(executable)
  assert.equal(told?.library, library)
  assert.equal(told?.version, version)
})

/** One for each version. */
function unique(pythons: typeof machine): typeof machine {
  return [...new Map(pythons.map((python) => [python.told.version, python])).values()]
}
