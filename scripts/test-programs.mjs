/**
 * `node scripts/test-programs.mjs`: all programs of the READMEs, of docs/ and of examples/, with the same two .node files, under the
 * JavaScript runtimes that Node's test runner does not serve: Node 18, Bun and Deno.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join, relative } from 'node:path'
import { setup } from './setup/all.mjs'
import { installBun, installDeno, installNode } from './setup/hosts.mjs'
import { inRoot, root } from './setup/paths.mjs'
import { main } from './setup/process.mjs'
import { compileTests } from './setup/typescript.mjs'

const LIMIT = 120_000

main(() => {
  setup()
  compileTests()
  const files = [...documents(), ...examples()]
  return hosts()
    .map((host) => failures(host, files))
    .some((count) => count > 0)
    ? 1
    : 0
})

/** How each is started. */
function hosts() {
  return [
    { name: 'Node', ...installNode(18), args: ['--expose-gc'] },
    { name: 'Bun', ...installBun(), args: [] },
    { name: 'Deno', ...installDeno(), args: ['run', '--allow-all', '--quiet', '--v8-flags=--expose-gc'] },
  ]
}

/** In build/, so that the package finds itself by its name. */
function documents() {
  const { programOf } = createRequire(import.meta.url)(inRoot('build', 'test', 'docs', 'blocks.js'))
  const folder = inRoot('build', 'programs')
  mkdirSync(folder, { recursive: true })
  return ['README.md', ...readdirSync(inRoot('docs')).map((name) => join('docs', name))]
    .filter((name) => name.endsWith('.md') && programOf(inRoot(name)) !== '')
    .map((name) => {
      const file = join(folder, `${basename(name)}.mjs`)
      writeFileSync(file, programOf(inRoot(name)))
      return file
    })
}

function examples() {
  const names = readdirSync(inRoot('examples')).filter(
    (name) => name.endsWith('.mjs') && name !== 'print.mjs',
  )
  return names.map((name) => inRoot('examples', name))
}

function failures({ name, version, executable, args }, files) {
  const failed = files.map((file) => outcome(executable, [...args, file], file)).filter(Boolean)
  console.log(
    `${failed.length ? 'FAIL' : 'ok  '} ${name} ${version}: ${files.length - failed.length} of ${files.length} programs`,
  )
  for (const text of failed) console.log(text.replaceAll(/^/gm, '    '))
  return failed.length
}

/** What went wrong; nothing where the program ended well and in silence. */
function outcome(executable, args, file) {
  const env = { ...process.env, NO_COLOR: '1' }
  const { status, signal, stderr } = spawnSync(executable, args, {
    cwd: root,
    env,
    encoding: 'utf8',
    timeout: LIMIT,
  })
  if (status === 0 && stderr === '') return undefined
  return `${relative(root, file)}: ${signal ?? `exit code ${status}`}\n${stderr.trim().split('\n').slice(-20).join('\n')}`
}
