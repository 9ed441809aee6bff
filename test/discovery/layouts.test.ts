/** runtime_path in each of its forms, on each layout. Paths in the tables are relative to a temporary folder. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Runtime, System } from '#dist/discovery/index'
import { elf, find, link, machine, machO, pe, plant, type Tree, unix, venv } from './trees'

interface Row {
  name: string
  tree: Tree
  given: string[]
  /** `library`, `executable`, `prefix`, `venv` relative to the root. */
  gives: Pick<Runtime, 'library' | 'executable' | 'version' | 'prefix'> & { venv?: string }
  system?: Partial<System>
  folder?: string
}

const windows: Partial<System> = { platform: 'win32' }
const mac: Partial<System> = { platform: 'darwin' }
const usual = {
  library: 'py/lib/libpython3.11.so.1.0',
  executable: 'py/bin/python3',
  version: '3.11',
  prefix: 'py',
}

const rows: Row[] = [
  {
    name: 'an installation folder, its bin, and its python3',
    tree: unix('py'),
    given: ['py', 'py/', './x/../py', 'py/bin', 'py/bin/python3'],
    gives: usual,
  },
  {
    name: 'a link to the executable is shown as it is, and resolved for the prefix',
    tree: { ...unix('py'), 'usr/bin/python3': link('../../alias'), alias: link('py/bin/python') },
    given: ['usr/bin/python3'],
    gives: { ...usual, executable: 'usr/bin/python3' },
  },
  {
    name: 'spaces and non-ASCII in the path',
    tree: unix('Prógram Files/蟒蛇 🐍/py'),
    given: ['Prógram Files/蟒蛇 🐍/py'],
    gives: {
      library: 'Prógram Files/蟒蛇 🐍/py/lib/libpython3.11.so.1.0',
      executable: 'Prógram Files/蟒蛇 🐍/py/bin/python3',
      version: '3.11',
      prefix: 'Prógram Files/蟒蛇 🐍/py',
    },
  },
  {
    name: 'libpython, its development link, and the folder of the library',
    tree: {
      ...unix('py'),
      'py/lib/libpython3.11.so': link('libpython3.11.so.1.0'),
      'py/lib/libpython3.so': elf(),
    },
    given: ['py/lib/libpython3.11.so.1.0', 'py/lib/libpython3.11.so', 'py/lib'],
    gives: { ...usual, executable: 'py/bin/python3.11' },
  },
  {
    name: 'a link to libpython from elsewhere',
    tree: { ...unix('py'), 'opt/libpython3.11.so': link('../py/lib/libpython3.11.so.1.0') },
    given: ['opt/libpython3.11.so', 'opt'],
    gives: { ...usual, executable: 'py/bin/python3.11' },
  },
  {
    name: 'only libpython3.X.so, without a number after it',
    tree: { ...unix('py', '3.11', null), 'py/lib/libpython3.11.so': elf() },
    given: ['py'],
    gives: { ...usual, library: 'py/lib/libpython3.11.so' },
  },
  {
    name: "Debian's split packages",
    tree: { ...unix('usr', '3.11', null), 'usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0': elf() },
    given: ['usr', 'usr/bin/python3'],
    gives: {
      library: 'usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0',
      executable: 'usr/bin/python3',
      version: '3.11',
      prefix: 'usr',
    },
  },
  {
    name: "Debian's library, named as a file",
    tree: { ...unix('usr', '3.11', null), 'usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0': elf() },
    given: ['usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0', 'usr/lib/x86_64-linux-gnu'],
    gives: {
      library: 'usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0',
      executable: 'usr/bin/python3.11',
      version: '3.11',
      prefix: 'usr',
    },
  },
  {
    name: 'lib64, with a 32-bit library in lib',
    tree: { ...unix('usr', '3.12', elf(3, { wide: false })), 'usr/lib64/libpython3.12.so.1.0': elf() },
    given: ['usr'],
    gives: {
      library: 'usr/lib64/libpython3.12.so.1.0',
      executable: 'usr/bin/python3',
      version: '3.12',
      prefix: 'usr',
    },
  },
  {
    name: 'the multiarch folder of another processor',
    system: { arch: 'arm64' },
    tree: { ...unix('usr', '3.11', null), 'usr/lib/aarch64-linux-gnu/libpython3.11.so.1.0': elf(183) },
    given: ['usr'],
    gives: {
      library: 'usr/lib/aarch64-linux-gnu/libpython3.11.so.1.0',
      executable: 'usr/bin/python3',
      version: '3.11',
      prefix: 'usr',
    },
  },
  {
    name: 'an executable whose name has no version, told by os.py',
    tree: {
      'py/bin/python3': elf(),
      'py/lib/python3.12/os.py': '',
      'py/lib/python3.9/site-packages/x.py': '',
      'py/lib/libpython3.12.so.1.0': elf(),
    },
    given: ['py'],
    gives: {
      library: 'py/lib/libpython3.12.so.1.0',
      executable: 'py/bin/python3',
      version: '3.12',
      prefix: 'py',
    },
  },
  {
    name: 'an altinstall has only the name with the version; the newest counts',
    tree: {
      'py/bin/python3.9': elf(),
      'py/bin/python3.10': elf(),
      'py/bin/python3.10-config': '#!/bin/sh',
      'py/lib/libpython3.10.so.1.0': elf(),
    },
    given: ['py'],
    gives: {
      library: 'py/lib/libpython3.10.so.1.0',
      executable: 'py/bin/python3.10',
      version: '3.10',
      prefix: 'py',
    },
  },
  {
    name: 'a debug build',
    tree: {
      'py/bin/python3.12d': elf(),
      'py/bin/python3': link('python3.12d'),
      'py/lib/libpython3.12d.so.1.0': elf(),
    },
    given: ['py'],
    gives: {
      library: 'py/lib/libpython3.12d.so.1.0',
      executable: 'py/bin/python3',
      version: '3.12',
      prefix: 'py',
    },
  },
  {
    name: 'a broken python3 beside a good one',
    tree: { ...unix('py'), 'py/bin/python3': link('python3.99') },
    given: ['py'],
    gives: { ...usual, executable: 'py/bin/python3.11' },
  },
  {
    name: "uv's store, through the link of the minor version",
    tree: {
      ...unix('uv/cpython-3.12.4-linux-x86_64-gnu', '3.12'),
      'uv/cpython-3.12-linux-x86_64-gnu': link('cpython-3.12.4-linux-x86_64-gnu'),
    },
    given: ['uv/cpython-3.12-linux-x86_64-gnu'],
    gives: {
      library: 'uv/cpython-3.12.4-linux-x86_64-gnu/lib/libpython3.12.so.1.0',
      executable: 'uv/cpython-3.12-linux-x86_64-gnu/bin/python3',
      version: '3.12',
      prefix: 'uv/cpython-3.12.4-linux-x86_64-gnu',
    },
  },
  {
    name: 'a virtual environment, by its folder and by its python',
    tree: { ...unix('py'), ...venv('env', '../../py/bin', '/unused') },
    given: ['env', 'env/bin/python'],
    gives: { ...usual, executable: 'env/bin/python', venv: 'env' },
  },
  {
    name: 'a link to a folder with a virtual environment keeps its name',
    tree: { ...unix('py'), ...venv('real', '../../py/bin', '/unused'), env: link('real') },
    given: ['env'],
    gives: { ...usual, executable: 'env/bin/python', venv: 'env' },
  },
  {
    name: 'a link to the python of a virtual environment is its base to CPython, and so to us',
    tree: {
      ...unix('py'),
      ...venv('env', '../../py/bin', '/unused'),
      'bin/python': link('../env/bin/python'),
    },
    given: ['bin/python'],
    gives: { ...usual, executable: 'bin/python' },
  },
  {
    name: 'conda',
    tree: { ...unix('conda', '3.13'), 'conda/conda-meta/history': '' },
    given: ['conda'],
    gives: {
      library: 'conda/lib/libpython3.13.so.1.0',
      executable: 'conda/bin/python3',
      version: '3.13',
      prefix: 'conda',
    },
  },
  {
    name: 'macOS: a framework, through the links that Homebrew makes',
    system: mac,
    tree: {
      'Cellar/Frameworks/Python.framework/Versions/3.12/Python': machO(),
      'Cellar/Frameworks/Python.framework/Versions/3.12/bin/python3.12': machO(),
      'Cellar/bin/python3': link('../Frameworks/Python.framework/Versions/3.12/bin/python3.12'),
      'brew/bin/python3': link('../../Cellar/bin/python3'),
    },
    given: ['brew', 'brew/bin/python3'],
    gives: {
      library: 'Cellar/Frameworks/Python.framework/Versions/3.12/Python',
      executable: 'brew/bin/python3',
      version: '3.12',
      prefix: 'Cellar/Frameworks/Python.framework/Versions/3.12',
    },
  },
  {
    name: "macOS: a framework's library, named as a file",
    system: mac,
    tree: {
      'Python.framework/Versions/3.12/Python': machO(),
      'Python.framework/Versions/3.12/bin/python3.12': machO(),
    },
    given: ['Python.framework/Versions/3.12/Python'],
    gives: {
      library: 'Python.framework/Versions/3.12/Python',
      executable: 'Python.framework/Versions/3.12/bin/python3.12',
      version: '3.12',
      prefix: 'Python.framework/Versions/3.12',
    },
  },
  {
    name: 'macOS: a dylib, also as a file',
    system: { ...mac, arch: 'arm64' },
    tree: { 'py/bin/python3.13': machO(), 'py/lib/libpython3.13.dylib': machO(0x0100000c) },
    given: ['py', 'py/lib/libpython3.13.dylib'],
    gives: {
      library: 'py/lib/libpython3.13.dylib',
      executable: 'py/bin/python3.13',
      version: '3.13',
      prefix: 'py',
    },
  },
  {
    name: 'Windows: the DLL beside python.exe, in each form',
    system: windows,
    tree: { 'Python312/python.exe': pe(), 'Python312/python3.dll': pe(), 'Python312/python312.dll': pe() },
    given: ['Python312', 'Python312/python.exe', 'Python312/python', 'Python312/python312.dll'],
    gives: {
      library: 'Python312/python312.dll',
      executable: 'Python312/python.exe',
      version: '3.12',
      prefix: 'Python312',
    },
  },
  {
    name: 'Windows: a free-threaded build beside the standard one',
    system: windows,
    tree: {
      'py/python.exe': pe(),
      'py/python313.dll': pe(),
      'py/python313t.dll': pe(),
      'py/python3.13t.exe': pe(),
    },
    given: ['py'],
    gives: { library: 'py/python313.dll', executable: 'py/python.exe', version: '3.13', prefix: 'py' },
  },
  {
    name: 'Windows: a folder with the DLL alone',
    system: windows,
    tree: { 'x64/python310.dll': pe(), 'x64/python310.zip': '' },
    given: ['x64', 'x64/python310.dll'],
    gives: { library: 'x64/python310.dll', executable: 'x64/python.exe', version: '3.10', prefix: 'x64' },
  },
]

for (const row of rows) {
  test(row.name, () => {
    const root = plant(row.tree)
    const at = (path: string) => join(root, path)
    const { library, executable, version, prefix, venv: environment } = row.gives
    for (const given of row.given) {
      const { reason, ...found } = find(machine(root, row.system), given).runtime
      assert.equal(reason, `runtime_path names ${join(root, given).replace(/\/$/, '')}.`)
      assert.deepEqual(
        found,
        {
          library: at(library),
          executable: at(executable),
          version,
          prefix: at(prefix),
          ...(environment && { venv: at(environment) }),
        },
        given,
      )
    }
  })
}

test('an absolute path does not depend on the working directory', () => {
  const root = plant(unix('py'))
  assert.equal(find(machine(root, { cwd: '/' }), join(root, 'py')).runtime.prefix, join(root, 'py'))
})
