/** The environments of pyenv and Poetry. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import type { System } from '#dist/discovery/index'
import { chosen, four } from './choice'
import { find, link, machine, plant, plantInto, type Tree, unix, venv } from './trees'

/** pyenv with these versions and shims, before `a` on PATH. */
function pyenvTree(versions: string[], more: Tree = {}): string {
  const trees = versions.map((version) =>
    unix(`pyenv/versions/${version}`, /^(\d\.\d+)/.exec(version)?.[1] ?? '3.11'),
  )
  return plant({
    ...four,
    ...Object.assign({}, ...trees),
    'pyenv/shims/python3': '#!/bin/sh\nexit 1',
    'pyenv/shims/python': '#!/bin/sh\nexit 1',
    'p/q/x': '',
    ...more,
  })
}

function pyenvChoice(root: string, env: NodeJS.ProcessEnv = {}): string {
  return chosen(root, {
    cwd: join(root, 'p/q'),
    env: { PATH: `${join(root, 'pyenv/shims')}:${join(root, 'a/bin')}`, ...env },
  })[0].replace('pyenv/versions/', '')
}

const VERSIONS = ['3.8.18', '3.10.2', '3.12.1', '3.12.10', '3.12.9', '3.13.0rc1', '3.13-dev']

const pins: [name: string, more: Tree, choice: string, env?: NodeJS.ProcessEnv][] = [
  [
    'PYENV_VERSION before all',
    { 'p/q/.python-version': '3.12.9' },
    '3.10.2',
    { PYENV_VERSION: '3.10.2:3.12.1' },
  ],
  [
    '.python-version of the folder',
    { 'p/q/.python-version': '3.12.9\n', 'p/.python-version': '3.10.2' },
    '3.12.9',
  ],
  ['.python-version of a parent', { '.python-version': '3.10.2', 'pyenv/version': '3.12.1' }, '3.10.2'],
  ["pyenv's own version", { 'pyenv/version': '3.12.1\n' }, '3.12.1'],
  [
    'CRLF, BOM, comments, blank lines and trailing words',
    { 'pyenv/version': '\uFEFF# set by me\r\n\r\n  3.12.1 or so\r\n3.10.2\r\n' },
    '3.12.1',
  ],
  ['a prefix is its latest, by number', { 'pyenv/version': '3.12' }, '3.12.10'],
  ['with the python- of old', { 'pyenv/version': 'python-3.12.9' }, '3.12.9'],
  ['a prefix has no pre-releases', { 'pyenv/version': '3.13\n3.12.1' }, '3.12.1'],
  ['which can be named', { 'pyenv/version': '3.13-dev' }, '3.13-dev'],
  ['what is not installed leaves it to the next', { 'pyenv/version': '3.11.99\n3.10.2' }, '3.10.2'],
  ['what is too old leaves it to the next', { 'pyenv/version': '3.8.18\n3.10.2' }, '3.10.2'],
  ['what climbs out is ignored', { 'pyenv/version': '../../b\n3.10.2' }, '3.10.2'],
  ['system is the rest of PATH', { 'pyenv/version': 'system' }, 'a'],
  ['nothing installed is the rest of PATH', { 'pyenv/version': '3.11.99' }, 'a'],
  ['no pin at all is the rest of PATH', {}, 'a'],
  ['an empty pin is the rest of PATH', { 'p/q/.python-version': '', 'pyenv/version': '3.12.1' }, 'a'],
]

for (const [name, more, choice, env] of pins) {
  test(`pyenv: ${name}`, () => assert.equal(pyenvChoice(pyenvTree(VERSIONS, more), env), choice))
}

test('pyenv: a virtual environment of pyenv-virtualenv', () => {
  const root = pyenvTree(['3.12.1'], {
    'pyenv/version': 'mine',
    'pyenv/versions/mine': link('3.12.1/envs/mine'),
    ...venv('pyenv/versions/3.12.1/envs/mine', '../../../bin', '/x', '3.12'),
  })
  const { runtime } = find(machine(root, { env: { PATH: 'pyenv/shims' } }))
  assert.equal(runtime.venv, join(root, 'pyenv/versions/mine'))
  assert.equal(runtime.executable, join(root, 'pyenv/versions/mine/bin/python3'))
  assert.equal(runtime.prefix, join(root, 'pyenv/versions/3.12.1'))
})

test('pyenv: the candidates say which pin chose and what is not installed', () => {
  const root = pyenvTree(['3.12.1'], { 'pyenv/version': '3.9.9\n3.12.1' })
  const { candidates } = find(machine(root, { env: { PATH: 'pyenv/shims' } }))
  const pin = join(root, 'pyenv/version')
  assert.deepEqual(
    candidates.map(({ reason }) => reason),
    [
      `pyenv selects 3.9.9 (set by ${pin}), which is not installed.`,
      `${join(root, 'pyenv/versions/3.12.1/bin/python3')} is what pyenv selects for python3 on PATH (3.12.1, set by ${pin}).`,
    ],
  )
})

/** A Poetry project `p` and environments in a cache, named by `EnvManager.generate_env_name`. */
function poetryTree(
  pyproject: string,
  minors: string[],
  more: (id: string) => Tree = () => ({}),
): { root: string; id: string } {
  const root = plant({ ...four, 'p/pyproject.toml': pyproject, 'p/package.json': '{}', 'p/src/x': '' })
  const hash = createHash('sha256')
    .update(join(root, 'p'))
    .digest('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .slice(0, 8)
  const id = `my_project-${hash}`
  const environments = minors.map((minor) =>
    venv(`cache/virtualenvs/${id}-py${minor}`, `${root}/v${minor}/bin`, '/x', minor),
  )
  const bases = minors.map((minor) => unix(`v${minor}`, minor))
  const tree = {
    ...Object.assign({}, ...environments, ...bases),
    'cache/virtualenvs/other-AAAAAAAA-py3.12/pyvenv.cfg': '',
    ...more(id),
  }
  plantInto(root, tree)
  return { root, id }
}

test("Poetry: the project's environment in its cache, the used one or the newest", () => {
  const toml = '[build-system]\nrequires = []\n[tool.poetry]\nname = "My Project"\n'
  const choice = ({ root, id }: { root: string; id: string }) =>
    chosen(root, {
      cwd: join(root, 'p/src'),
      env: { POETRY_CACHE_DIR: join(root, 'cache'), PATH: join(root, 'a/bin') },
    })[0].replace(`cache/virtualenvs/${id}-`, '')
  assert.equal(choice(poetryTree(toml, ['3.9', '3.10', '3.11'])), 'py3.11')
  assert.equal(
    choice(
      poetryTree(toml, ['3.10', '3.11'], (id) => ({
        'cache/virtualenvs/envs.toml': `[x-BBBBBBBB]\nminor = "3.11"\n[${id}]\nminor = "3.10"\npatch = "3.10.2"\n`,
      })),
    ),
    'py3.10',
  )
  assert.equal(choice(poetryTree(toml, ['3.9'])), 'a')
  assert.equal(choice(poetryTree(toml, [])), 'a')
  assert.equal(
    choice(
      poetryTree('[project]\nname = "x"\n[build-system]\nbuild-backend = "poetry.core.masonry.api"\n', [
        '3.12',
      ]),
    ),
    'py3.12',
  )
  assert.equal(choice(poetryTree('[project]\nname = "x"\n[tool.poetryish]\n', ['3.12'])), 'a')
})

test('Poetry: the cache folder of each system', () => {
  const { root, id } = poetryTree('[tool.poetry]\n', ['3.12'])
  const name = `${id}-py3.12`
  const seen = (changes: Partial<System>, folder: string) => {
    plantInto(root, { [`${folder}/virtualenvs/${name}`]: link(join(root, 'cache/virtualenvs', name)) })
    const { runtime } = find(machine(root, { cwd: join(root, 'p'), ...changes }))
    assert.equal(runtime.venv, join(root, folder, 'virtualenvs', name))
  }
  seen({}, 'home/.cache/pypoetry')
  seen({ env: { XDG_CACHE_HOME: join(root, 'xdg') } }, 'xdg/pypoetry')
  seen({ env: { POETRY_CACHE_DIR: join(root, 'own') } }, 'own')
  seen({ env: { POETRY_VIRTUALENVS_PATH: join(root, 'own2/virtualenvs') } }, 'own2')
})
