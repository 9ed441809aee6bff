/** The encodings of files, names and standard streams are those of Python's own executable, whatever the locale is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quiet, runScript } from '../support/child'

const NONE = {
  LC_ALL: undefined,
  LC_CTYPE: undefined,
  LANG: undefined,
  PYTHONUTF8: undefined,
  PYTHONIOENCODING: undefined,
}
const FACTS = `
import json, locale, sys
facts = [sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.stdout.encoding, sys.stdout.errors, locale.getpreferredencoding(False), sys.flags.utf8_mode]
facts = json.dumps(facts)
`

const LOCALES: [title: string, env: Record<string, string>][] = [
  ['no locale', {}],
  ['the locale C', { LC_ALL: 'C' }],
  ['the locale POSIX', { LC_ALL: 'POSIX' }],
  ['a locale that is not installed', { LC_ALL: 'xx_XX.ISO-8859-1' }],
  ['a locale with UTF-8', { LC_ALL: 'C.UTF-8' }],
  ['PYTHONUTF8=1', { LC_ALL: 'C.UTF-8', PYTHONUTF8: '1' }],
  // Python's executable would take the locale C.UTF-8 instead of C.
  ['PYTHONUTF8=0', { LC_ALL: 'C', PYTHONUTF8: '0', PYTHONCOERCECLOCALE: '0' }],
]

for (const [title, env] of LOCALES) {
  test(`encodings: ${title}`, {
    skip: process.platform === 'win32' ? 'Windows has no locales of this kind' : false,
  }, async () => {
    const ended = await runScript(
      `const py = new Python()
       const code = ${JSON.stringify(FACTS)}
       py.exec(code)
       const inside = py.eval('facts')
       const { execFileSync } = require('node:child_process')
       const outside = String(execFileSync(py.eval('sys.executable'), ['-c', code + 'print(facts)'])).trim()
       assert.equal(inside, outside)`,
      { env: { ...NONE, ...env } },
    )
    assert.deepEqual(ended, quiet())
  })
}

test('without a locale, Python prints and reads what is not ASCII, also when it is started again', async () => {
  const ended = await runScript(
    `for (const text of ['é', '文件']) {
       new Python().exec(\`
import os, tempfile
print('\${text}')
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, '\${text}.txt')
    with open(path, 'w') as file: file.write('\${text}')
    assert os.listdir(folder) == ['\${text}.txt']
    assert open(path, 'rb').read() == '\${text}'.encode()
    assert open(path).read() == '\${text}'\`)
       clib._destroy_python()
     }`,
    { env: NONE },
  )
  assert.deepEqual(ended, quiet('é\n文件\n'))
})
