/** Everything that cannot be used, with the whole class and the telling part of the message. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { discoverRuntime, RuntimeNotFoundError, type System } from '#dist/discovery/index'
import { DIR, elf, link, machine, machO, pe, plant, refusal, type Tree, unix, venv } from './trees'

type Row = [name: string, tree: Tree, given: string, fault: string, message: RegExp, system?: Partial<System>]

const FORMS = /the folder of a Python installation .*virtual environment .*executable, or a libpython file/
const silent: Partial<System> = { ask: () => undefined }

const rows: Row[] = [
  ['nothing there', {}, 'nope', 'missing', /nope does not exist; it may be/],
  ['nothing there names the forms', {}, 'nope', 'missing', FORMS],
  ['an empty path', {}, '', 'missing', /The path is empty; it may be/],
  ['a broken link', { py: link('gone') }, 'py', 'missing', /py is a link that leads nowhere/],
  ['a loop of links', { a: link('b'), b: link('a') }, 'a', 'missing', /a is a link that leads nowhere/],
  ['an empty folder', { py: DIR }, 'py', 'not-python', /py holds no Python; it may be/],
  ['a folder of broken links', { 'py/bin/python3': link('gone') }, 'py', 'not-python', /py holds no Python/],
  [
    'another program',
    { 'bin/node': elf() },
    'bin/node',
    'not-python',
    /neither a python executable nor a libpython/,
  ],
  [
    'a text file as libpython',
    { ...unix('py', '3.11', null), 'py/lib/libpython3.11.so': 'GROUP ( libpython3.11.so.1 )' },
    'py/lib/libpython3.11.so',
    'not-python',
    /is not a shared library/,
  ],
  ['an empty libpython', unix('py', '3.11', new Uint8Array()), 'py', 'not-python', /is not a shared library/],
  [
    'Python 2',
    { 'bin/python2.7': elf(), 'bin/python': link('python2.7') },
    'bin/python',
    'too-old',
    /Python 2\.7; 3\.10 is the least/,
  ],
  ['Python 3.9', unix('py', '3.9'), 'py', 'too-old', /Python 3\.9; 3\.10 is the least/],
  [
    'libpython 3.6m',
    { 'lib/libpython3.6m.so.1.0': elf() },
    'lib/libpython3.6m.so.1.0',
    'too-old',
    /Python 3\.6/,
  ],
  [
    'a free-threaded executable',
    unix('py', '3.13t'),
    'py',
    'free-threaded',
    /free-threaded build \(3\.13t\), which python-ts does not support yet/,
  ],
  [
    'a free-threaded libpython',
    unix('py', '3.13t'),
    'py/lib/libpython3.13t.so.1.0',
    'free-threaded',
    /not support yet/,
  ],
  [
    'a free-threaded DLL',
    { 'py/python.exe': pe(), 'py/python313t.dll': pe() },
    'py',
    'free-threaded',
    /not support yet/,
    { platform: 'win32' },
  ],
  [
    'PyPy',
    { 'py/bin/pypy3.10': elf(), 'py/bin/python3': link('pypy3.10') },
    'py',
    'not-cpython',
    /is pypy; python-ts needs CPython/,
  ],
  [
    'the stub of the stable ABI',
    { ...unix('py'), 'py/lib/libpython3.so': elf() },
    'py/lib/libpython3.so',
    'not-python',
    /stub of the stable ABI/,
  ],
  [
    'a libpython without its python',
    { 'py/lib/libpython3.11.so.1.0': elf() },
    'py/lib/libpython3.11.so.1.0',
    'missing',
    /has no python3\.11 in its installation/,
  ],
  [
    'a libpython with the python of another version',
    { ...unix('py', '3.12'), 'py/lib/libpython3.11.so.1.0': elf() },
    'py/lib/libpython3.11.so.1.0',
    'missing',
    /has no python3\.11 in its installation/,
  ],
  [
    'no shared libpython',
    unix('py', '3.12', null),
    'py',
    'no-shared-library',
    /no shared libpython; install one built with --enable-shared, e\.g\. `PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install 3\.12`.*`apt install libpython3\.12`/,
    silent,
  ],
  [
    'no shared libpython, from pyenv',
    unix('versions/3.12.1', '3.12', null),
    'versions/3.12.1',
    'no-shared-library',
    /`PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install --force 3\.12\.1`/,
    silent,
  ],
  [
    'no shared libpython, on macOS',
    unix('py', '3.12', null),
    'py',
    'no-shared-library',
    /or `uv python install 3\.12`\.$/,
    { ...silent, platform: 'darwin' },
  ],
  [
    'another processor',
    unix('py', '3.11', elf(183)),
    'py',
    'other-machine',
    /built for arm64, but this Node is built for x64/,
  ],
  [
    'another processor, the library',
    unix('py', '3.11', elf(183)),
    'py/lib/libpython3.11.so.1.0',
    'other-machine',
    /built for arm64, but this Node/,
  ],
  ['32 bits', unix('py', '3.11', elf(3, { wide: false })), 'py', 'other-machine', /built for ia32/],
  [
    'another processor, on macOS',
    { 'py/bin/python3.12': machO(), 'py/lib/libpython3.12.dylib': machO(0x0100000c) },
    'py',
    'other-machine',
    /built for arm64/,
    { platform: 'darwin' },
  ],
  [
    'another processor, on Windows',
    { 'py/python.exe': pe(), 'py/python312.dll': pe(0x14c) },
    'py',
    'other-machine',
    /built for ia32/,
    { platform: 'win32' },
  ],
  [
    'a python that does not answer',
    { 'py/bin/python3': elf() },
    'py',
    'not-python',
    /gave no answer when it was run/,
    silent,
  ],
  [
    'a venv without home',
    { ...unix('py'), ...venv('env', '../../py/bin', '') },
    'env',
    'broken-venv',
    /does not name its base Python with `home`; make it anew/,
  ],
  [
    'an empty pyvenv.cfg',
    { ...unix('py'), ...venv('env', '../../py/bin', 'x'), 'env/pyvenv.cfg': '' },
    'env',
    'broken-venv',
    /does not name its base/,
  ],
  [
    'a venv without python',
    { 'env/pyvenv.cfg': 'home = /x' },
    'env',
    'broken-venv',
    /env has no bin\/python; make it anew/,
  ],
  [
    'a venv whose base is gone',
    venv('env', '/gone/bin', '/gone/bin'),
    'env',
    'broken-venv',
    /made with a Python that is gone: .*python is a link/,
  ],
  [
    'a copied venv whose base is gone',
    { 'env/bin/python': elf(), 'env/pyvenv.cfg': 'home = /gone/bin\nversion = 3.12.1' },
    'env',
    'broken-venv',
    /gone: \/gone\/bin has no python3\.12 or python3 or python/,
  ],
  [
    'a venv whose base was upgraded',
    { ...unix('py', '3.12'), ...venv('env', '../../py/bin', '/x', '3.11') },
    'env',
    'broken-venv',
    /made for Python 3\.11, but its base is Python 3\.12 now/,
  ],
  [
    'a venv of PyPy',
    { 'env/bin/python': elf(), 'env/pyvenv.cfg': 'home = /x\nimplementation = PyPy' },
    'env',
    'not-cpython',
    /is PyPy/,
  ],
  [
    'a venv of an old Python',
    { ...unix('py', '3.8'), ...venv('env', '../../py/bin', '/x', '3.8') },
    'env',
    'too-old',
    /Python 3\.8/,
  ],
]

for (const [name, tree, given, fault, message, system] of rows) {
  test(name, () => {
    const root = plant(tree)
    const error = refusal(machine(root, system), given)
    assert.equal(error.name, 'RuntimeNotFoundError')
    assert.equal(error.fault, fault)
    assert.match(error.message, /^runtime_path cannot be used: /)
    assert.match(error.message, message)
    assert.match(error.message, /\.$/)
    assert.ok(error.cause instanceof Error)
    assert.deepEqual(
      error.candidates.map(({ source, path, verdict }) => ({ source, path, verdict })),
      [{ source: 'runtime_path', path: given && join(root, given), verdict: 'passed over' }],
    )
  })
}

test("Debian's python without libpython names its package", () => {
  // The prefix is /usr itself, so the file system is made up.
  const files = {
    isFile: (path: string) => path === '/usr/bin/python3.11',
    isFolder: () => false,
    exists: (path: string) => path === '/usr/bin/python3.11',
    realPath: (path: string) => (path === '/usr/bin/python3.11' ? path : undefined),
    list: () => [],
    text: () => undefined,
    head: () => elf(),
  }
  const error = refusal(machine('/', { files, ...silent }), '/usr/bin/python3.11')
  assert.match(
    error.message,
    /Python 3\.11\) has no shared libpython; install it, on Debian and Ubuntu with `apt install libpython3\.11`\.$/,
  )
})

test('nothing at all says where it looked and what to do', () => {
  const error = refusal(machine(plant({ '.git': DIR })))
  assert.equal(error.fault, 'none')
  assert.match(
    error.message,
    /^No Python 3\.10 or later with a shared libpython was found\. Install one, or name it with runtime_path or PYTHON_TS_RUNTIME\./,
  )
  assert.match(error.message, /no virtual environment near, and no python3 or python on PATH\.$/)
})

test('with only unsuitable ones, the message lists each with its reason', () => {
  const root = plant({
    '.git': DIR,
    ...unix('a', '3.9'),
    ...unix('b', '3.13t'),
    'a/bin/python': link('gone'),
  })
  const env = { PATH: `${join(root, 'a/bin')}:${join(root, 'b/bin')}` }
  const error = refusal(machine(root, { env }))
  assert.equal(error.fault, 'none')
  assert.match(
    error.message,
    /Looked at:\n {2}PATH: .*a\/bin\/python3 is Python 3\.9.*\n {2}PATH: .*free-threaded.*\n {2}PATH: .*a\/bin\/python is a link that leads nowhere\.$/,
  )
  assert.equal(error.candidates.length, 3)
})

test('discoverRuntime throws the error itself', () => {
  const root = plant({})
  assert.throws(
    () => discoverRuntime({ runtime_path: 'nope', cwd: root, env: {} }),
    (error) => error instanceof RuntimeNotFoundError && error.message.includes(join(root, 'nope')),
  )
})
