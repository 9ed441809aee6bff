/** pyvenv.cfg as venv, virtualenv and uv write it, and as editors and people leave it. The environment's python is a copy, so that `home` decides. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { elf, find, machine, pe, plant, unix } from './trees'

const rows: [name: string, config: (home: string) => string][] = [
  [
    'venv',
    (home) =>
      `home = ${home}\ninclude-system-site-packages = false\nversion = 3.11.7\nexecutable = /x/python3.11\ncommand = /x -m venv y\n`,
  ],
  [
    'virtualenv',
    (home) =>
      `home = ${home}\nimplementation = CPython\nversion_info = 3.11.7.final.0\nvirtualenv = 20.25.0\nbase-prefix = /x\n`,
  ],
  [
    'uv',
    (home) =>
      `home = ${home}\nimplementation = CPython\nuv = 0.9.0\nversion_info = 3.11.7\ninclude-system-site-packages = false\nprompt = x\n`,
  ],
  ['no version', (home) => `home = ${home}\n`],
  ['a version that is none', (home) => `home = ${home}\nversion = banana\n`],
  ['CRLF', (home) => `home = ${home}\r\nversion = 3.11.7\r\n`],
  ['a byte order mark', (home) => `\uFEFFhome = ${home}\nversion = 3.11.7\n`],
  ['no spaces, no newline at the end', (home) => `version=3.11\nhome=${home}`],
  ['other case and more space', (home) => `  HOME  =   ${home}  \nVersion = 3.11.7`],
  [
    'comments, noise and an equals sign in a value',
    (home) => `# home = /nope\n\nnoise\n= x\nprompt = a = b\nhome = ${home}\n`,
  ],
]

for (const [name, config] of rows) {
  test(name, () => {
    const root = plant({ ...unix('base = 蛇'), 'env/bin/python': elf() })
    const other = plant({ 'env/bin/python': elf(), 'env/pyvenv.cfg': config(join(root, 'base = 蛇', 'bin')) })
    const { runtime } = find(machine(other), 'env')
    assert.equal(runtime.library, join(root, 'base = 蛇/lib/libpython3.11.so.1.0'))
    assert.equal(runtime.executable, join(other, 'env/bin/python'))
    assert.equal(runtime.venv, join(other, 'env'))
    assert.equal(runtime.prefix, join(root, 'base = 蛇'))
  })
}

test('of two versions in home, the one of pyvenv.cfg counts', () => {
  const root = plant({ ...unix('base', '3.12'), ...unix('base', '3.11'), 'env/bin/python': elf() })
  const env = plant({ 'bin/python': elf(), 'pyvenv.cfg': `home = ${root}/base/bin\nversion = 3.12.4\n` })
  assert.equal(find(machine(env), env).runtime.version, '3.12')
})

test('on Windows, the launcher in Scripts and the DLL in home', () => {
  const root = plant({ 'Python312/python.exe': pe(), 'Python312/python312.dll': pe() })
  const env = plant({
    'Scripts/python.exe': pe(),
    'pyvenv.cfg': `home = ${root}/Python312\r\nversion = 3.12.1\r\n`,
  })
  for (const given of [env, join(env, 'Scripts/python.exe')]) {
    const { runtime } = find(machine(env, { platform: 'win32' }), given)
    assert.equal(runtime.library, join(root, 'Python312/python312.dll'))
    assert.equal(runtime.executable, join(env, 'Scripts/python.exe'))
    assert.equal(runtime.venv, env)
  }
})
