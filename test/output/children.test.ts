/** Child processes of Python have the stdin, stdout and stderr of this process, as those of any Python. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quiet, runScript } from '../support/child'

test('a child process prints to the stdout of this process', async () => {
  const ended = await runScript(`
    new Python().exec(\`
import os, subprocess, sys
assert subprocess.run([sys.executable, '-c', 'print("run")']).returncode == 0
assert os.system('echo system') == 0
assert subprocess.run([sys.executable, '-c', 'import sys; print("in error", file=sys.stderr)']).returncode == 0\`)`)
  assert.deepEqual(ended, { ...quiet('run\nsystem\n'), stderr: 'in error\n' })
})

test('a child process of multiprocessing prints', async () => {
  const ended = await runScript(`
    const multiprocessing = new Python().import('multiprocessing')
    for (const method of ['spawn', 'forkserver']) {
      const child = multiprocessing.get_context(method).Process(kwargs({ target: new Python().eval('print'), args: [method] }))
      child.start()
      child.join()
      assert.equal(child.exitcode, 0)
    }`)
  assert.deepEqual(ended, quiet('spawn\nforkserver\n'))
})

test('a program that replaces this process prints', async () => {
  const ended = await runScript(
    `new Python().exec('import os, sys; os.execv(sys.executable, [sys.executable, "-c", "print(1)"])')`,
  )
  assert.deepEqual(ended, quiet('1\n'))
})

test('the children of Node have what Node gives them', async () => {
  const ended = await runScript(`
    new Python()
    const { spawnSync } = require('node:child_process')
    const options = { stdio: ['ignore', 'pipe', 'ignore'] }
    assert.equal(String(spawnSync('sh', ['-c', 'echo piped; echo ignored >&2'], options).stdout), 'piped\\n')`)
  assert.deepEqual(ended, quiet())
})
