/** Which one is chosen when several could be, and what is said of the others. */
import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Answer } from '#dist/discovery/index'
import { chosen, four } from './choice'
import { DIR, elf, find, link, machine, pe, plant, refusal, type Tree, unix, venv } from './trees'

const BASE = '../../../b/bin'

test('runtime_path, then PYTHON_TS_RUNTIME, then the active, the nearby, PATH', () => {
  const root = plant({
    ...four,
    'work/package.json': '{}',
    ...venv('work/.venv', BASE, '/x'),
    ...venv('work/active', BASE, '/x'),
  })
  const cwd = join(root, 'work')
  const env: NodeJS.ProcessEnv = {
    PYTHON_TS_RUNTIME: '../c',
    VIRTUAL_ENV: join(cwd, 'active'),
    CONDA_PREFIX: join(root, 'd'),
    PATH: join(root, 'a/bin'),
  }
  const next = (...without: string[]) => {
    for (const name of without) delete env[name]
    return chosen(root, { cwd, env })
  }
  assert.deepEqual(chosen(root, { cwd, env }, '../a'), ['a', ['runtime_path']])
  assert.deepEqual(next(), ['c', ['PYTHON_TS_RUNTIME']])
  assert.deepEqual(next('PYTHON_TS_RUNTIME'), ['work/active', ['VIRTUAL_ENV']])
  assert.deepEqual(next('VIRTUAL_ENV'), ['work/.venv', ['CONDA_PREFIX', '.venv']])
  assert.deepEqual(chosen(root, { cwd: root, env }), ['a', ['CONDA_PREFIX', 'PATH']])
})

test('an empty variable is not set', () => {
  const root = plant(four)
  const env = { PYTHON_TS_RUNTIME: '', VIRTUAL_ENV: '', CONDA_PREFIX: '', PATH: `:${join(root, 'a/bin')}:` }
  assert.deepEqual(chosen(root, { env }), ['a', ['PATH']])
})

test('an active environment that is gone is passed over; one that cannot be used is an error', () => {
  const root = plant({ ...four, ...venv('env', '/gone/bin', '/gone/bin') })
  const env = { VIRTUAL_ENV: join(root, 'nope'), PATH: join(root, 'a/bin') }
  assert.deepEqual(chosen(root, { env }), ['a', ['VIRTUAL_ENV', 'PATH']])
  const error = refusal(machine(root, { env: { ...env, VIRTUAL_ENV: join(root, 'env') } }))
  assert.equal(error.fault, 'broken-venv')
  assert.match(
    error.message,
    /env is the active virtual environment\. It cannot be used: .*name another Python with runtime_path or PYTHON_TS_RUNTIME\.$/,
  )
})

test("an active conda environment comes before a nearby one, conda's base after it", () => {
  const root = plant({
    ...four,
    'd/conda-meta/history': '',
    '.venv/pyvenv.cfg': 'home = x',
    ...venv('.venv', '../../b/bin', '/x'),
  })
  const env = { CONDA_PREFIX: join(root, 'd'), CONDA_DEFAULT_ENV: 'work', PATH: join(root, 'a/bin') }
  assert.deepEqual(chosen(root, { env }), ['d', ['CONDA_PREFIX']])
  assert.deepEqual(chosen(root, { env: { ...env, CONDA_DEFAULT_ENV: 'base' } }), ['.venv', ['.venv']])
  assert.deepEqual(chosen(root, { cwd: '/', env: { ...env, CONDA_DEFAULT_ENV: 'base' } }), [
    'd',
    ['CONDA_PREFIX'],
  ])
})

test('a conda environment without a Python is passed over', () => {
  const root = plant({ ...four, 'tools/conda-meta/history': '' })
  const env = { CONDA_PREFIX: join(root, 'tools'), PATH: join(root, 'a/bin') }
  assert.deepEqual(chosen(root, { env }), ['a', ['CONDA_PREFIX', 'PATH']])
})

test('.venv before venv, the nearest first, up to the folder of the project and no further', () => {
  const nearbyIn = (...folders: string[]) =>
    Object.assign(
      {},
      ...folders.map((folder) => venv(folder, `${'../'.repeat(folder.split('/').length)}../b/bin`, '/x')),
    ) as Tree
  const project = (file: Tree, ...folders: string[]) => {
    const root = plant({ ...four, ...nearbyIn(...folders), ...file, 'p/q/r/x': '' })
    return chosen(root, { cwd: join(root, 'p/q/r'), env: { PATH: join(root, 'a/bin') } })[0]
  }
  assert.equal(project({}, 'p/.venv', 'p/venv'), 'p/.venv')
  assert.equal(project({}, 'p/.venv', 'p/q/venv'), 'p/q/venv')
  assert.equal(project({}, 'venv'), 'venv')
  assert.equal(project({ 'p/package.json': '{}' }, 'p/.venv'), 'p/.venv')
  assert.equal(project({ 'p/q/package.json': '{}' }, 'p/.venv'), 'a')
  assert.equal(project({ 'p/q/.git/HEAD': '' }, 'p/.venv'), 'a')
  assert.equal(project({ 'p/q/.git': 'gitdir: elsewhere' }, 'p/.venv'), 'a')
})

test('a folder named venv that is none is passed over', () => {
  const root = plant({ ...four, 'venv/readme.md': '' })
  assert.deepEqual(chosen(root, { env: { PATH: join(root, 'a/bin') } }), ['a', ['venv', 'PATH']])
})

test('on PATH, python3 anywhere before python; the unsuitable are passed over; one file under two folders is one', () => {
  const root = plant({
    ...four,
    ...unix('old', '3.9'),
    'usr/bin/python3': link('../../old/bin/python3.9'),
    bin: link('usr/bin'),
    'only/python': link('../c/bin/python3'),
  })
  const PATH = ['only', 'usr/bin', 'bin', 'nowhere', 'old/bin', 'a/bin', 'b/bin'].join(':')
  assert.deepEqual(chosen(root, { env: { PATH } }), ['a', ['PATH', 'PATH', 'PATH']])
  assert.deepEqual(chosen(root, { env: { PATH: 'only:usr/bin' } }), ['c', ['PATH', 'PATH']])
})

test('a python without a shared libpython is asked once and passed over', () => {
  const root = plant({ ...four, ...unix('static', '3.12', null) })
  const asked: string[] = []
  const ask = (executable: string): Answer => {
    asked.push(executable)
    return {
      implementation: 'cpython',
      major: 3,
      minor: 12,
      freeThreaded: false,
      executable,
      prefix: join(root, 'static'),
      libraries: [join(root, 'nope.so')],
    }
  }
  const env = { PATH: 'static/bin:a/bin' }
  assert.deepEqual(chosen(root, { env, ask }), ['a', ['PATH', 'PATH']])
  assert.deepEqual(asked, [join(root, 'static/bin/python3')])
})

test('what the layout does not tell, the python tells', () => {
  const root = plant({
    'x/bin/python3': elf(),
    'x/lib/python3.11/os.py': '',
    'x/lib/python3.12/os.py': '',
    'odd/libpython3.12.so.1.0': elf(),
  })
  const ask = (executable: string): Answer => ({
    implementation: 'cpython',
    major: 3,
    minor: 12,
    freeThreaded: false,
    executable,
    prefix: join(root, 'x'),
    libraries: [join(root, 'nope'), join(root, 'odd/libpython3.12.so.1.0')],
  })
  const { runtime } = find(machine(root, { ask }), 'x')
  assert.equal(runtime.library, join(root, 'odd/libpython3.12.so.1.0'))
  assert.equal(runtime.executable, join(root, 'x/bin/python3'))
  assert.equal(runtime.version, '3.12')
  const other = (answer: Partial<Answer>) =>
    refusal(machine(root, { ask: (path) => ({ ...ask(path), ...answer }) }), 'x').fault
  assert.equal(other({ minor: 9 }), 'too-old')
  assert.equal(other({ freeThreaded: true }), 'free-threaded')
  assert.equal(other({ implementation: 'pypy' }), 'not-cpython')
  assert.equal(other({ libraries: [] }), 'no-shared-library')
})

test('shims of asdf (scripts) and mise (links to its binary) are asked which python they start', () => {
  const root = plant({
    ...four,
    ...venv('env', '../../b/bin', '/x'),
    'asdf/shims/python3': '#!/bin/sh\nexec asdf',
    'mise/shims/python3': link('../mise'),
    'mise/mise': elf(),
  })
  const answer = (executable: string) => (): Answer => ({
    implementation: 'cpython',
    major: 3,
    minor: 11,
    freeThreaded: false,
    executable: join(root, executable),
    prefix: '/x',
    libraries: [],
  })
  for (const PATH of ['asdf/shims', 'mise/shims']) {
    const { runtime } = find(machine(root, { env: { PATH }, ask: answer('a/bin/python3.11') }))
    assert.equal(runtime.executable, join(root, 'a/bin/python3.11'))
    assert.equal(runtime.prefix, join(root, 'a'))
    assert.equal(
      find(machine(root, { env: { PATH }, ask: answer('env/bin/python') })).runtime.venv,
      join(root, 'env'),
    )
    const circular = refusal(machine(root, { env: { PATH }, ask: answer(`${PATH}/python3`) }))
    assert.match(circular.message, /is a wrapper that does not tell which Python it starts/)
  }
})

test('on Windows, python.exe of Path without the stub of the Store; then where the installers put it', () => {
  const local = 'home/AppData/Local'
  const root = plant({
    [`${local}/Microsoft/WindowsApps/python.exe`]: '',
    'py/python.exe': pe(),
    'py/python312.dll': pe(),
    [`${local}/Programs/Python/Python39/python.exe`]: pe(),
    [`${local}/Programs/Python/Python310/python.exe`]: pe(),
    [`${local}/Programs/Python/Python310/python310.dll`]: pe(),
    [`${local}/Programs/Python/Python311/nothing`]: '',
  })
  const platform = 'win32'
  const LOCALAPPDATA = join(root, local)
  assert.deepEqual(chosen(root, { platform, env: { Path: `${local}/Microsoft/WindowsApps:"py"` } }), [
    'py',
    ['PATH'],
  ])
  assert.deepEqual(
    chosen(root, { platform, env: { Path: `${local}/Microsoft/WindowsApps`, LOCALAPPDATA } }),
    [`${local}/Programs/Python/Python310`, ['usual places', 'usual places']],
  )
})

test("the usual places and uv's store come last", () => {
  const root = plant({
    ...unix('home/.local/share/uv/python/cpython-3.12.9-linux-x86_64-gnu', '3.12'),
    ...unix('home/.local/share/uv/python/cpython-3.12.10-linux-x86_64-gnu', '3.12'),
    ...unix('home/.local/share/uv/python/cpython-3.14.0+freethreaded-linux-x86_64-gnu', '3.14t'),
    ...unix('place'),
  })
  assert.equal(chosen(root, {})[0], 'home/.local/share/uv/python/cpython-3.12.10-linux-x86_64-gnu')
  assert.equal(chosen(root, { places: [join(root, 'place/bin/python3')] })[0], 'place')
})

test("a uv project without its environment takes uv's Python of the pin", () => {
  const store = 'home/.local/share/uv/python'
  const root = plant({
    ...four,
    ...unix(`${store}/cpython-3.11.9-linux-x86_64-gnu`),
    ...unix(`${store}/cpython-3.12.9-linux-x86_64-gnu`, '3.12'),
    'p/uv.lock': '',
    'p/.python-version': '3.11\r\n',
    'p/src/x': '',
  })
  const env = { PATH: join(root, 'a/bin') }
  assert.deepEqual(chosen(root, { cwd: join(root, 'p/src'), env }), [
    `${store}/cpython-3.11.9-linux-x86_64-gnu`,
    ['uv'],
  ])
  assert.deepEqual(chosen(root, { cwd: root, env }), ['a', ['PATH']])
})

test('folders that cannot be read are passed over', () => {
  const root = plant({ ...four, 'locked/python3': link('../b/bin/python3'), 'empty/x': DIR })
  chmodSync(join(root, 'locked'), 0)
  try {
    // The superuser reads it all the same.
    const expected = process.getuid?.() === 0 ? 'b' : 'a'
    assert.equal(chosen(root, { env: { PATH: 'locked:empty:a/bin' } })[0], expected)
  } finally {
    chmodSync(join(root, 'locked'), 0o700)
  }
})
