/**
 * `node scripts/test-matrix.mjs [--others] [WORD …]`: the compiled suite, with the same two .node files, under every CPython ≥ 3.10
 * of this machine and under Node 20, 22, 24 and 26. Not the full square: every Python with the running Node, every other
 * Node with the default Python, and the newest with the last of the others too. `--others` leaves out what `npm test` runs.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setup } from './setup/all.mjs'
import { prepareEnvironment } from './setup/environment.mjs'
import { installNode } from './setup/hosts.mjs'
import { addons, defaultEnvironment, inRoot, pythonOf, root } from './setup/paths.mjs'
import { main, SetupError } from './setup/process.mjs'
import { findPythons, probe } from './setup/python.mjs'
import { runSuite, testFiles, unsteadyLine } from './setup/suite.mjs'
import { compileTests } from './setup/typescript.mjs'

const NODES = [20, 22, 24, 26]
const CELL_LIMIT = 20 * 60_000
const OTHERS = '--others'
const words = process.argv.slice(2).filter((argument) => argument !== OTHERS)

main(() => {
  setup()
  compileTests()
  const pythons = environments()
  const cells = matrix(nodes(), pythons).slice(process.argv.includes(OTHERS) ? 1 : 0)
  const hash = addonsHash()
  console.log(`${cells.length} cells, addons ${hash.slice(0, 16)}`)
  const failed = cells.filter((cell) => !passes(cell, hash))
  console.log(`\n${cells.length - failed.length} passed, ${failed.length} failed`)
  return failed.length ? 1 : 0
})

/** The default Python first, as `.venv`; every other version in an environment of its own. */
function environments() {
  const first = { version: probe(pythonOf(defaultEnvironment)).version, folder: defaultEnvironment }
  const others = findPythons().filter(({ version }) => version !== first.version)
  const found = [first, ...others.map((python) => ({ version: python.version, folder: environment(python) }))]
  if (!found.some(({ version }) => Number(version.split('.')[1]) >= 12)) {
    throw new SetupError(
      `the matrix needs a CPython ≥ 3.12 with a shared libpython; found only ${found.map(({ version }) => version).join(', ')}.`,
    )
  }
  return found
}

function environment(python) {
  const folder = inRoot('.cache', 'venvs', python.version)
  prepareEnvironment(folder, () => python)
  return folder
}

/** The running Node first, then the other majors, from npm's packages of Node. */
function nodes() {
  const running = { version: process.versions.node, executable: process.execPath }
  const major = Number(running.version.split('.')[0])
  return [running, ...NODES.filter((other) => other !== major).map(installNode)]
}

function matrix([running, ...others], pythons) {
  return [
    ...pythons.map((python) => ({ node: running, python })),
    ...others.map((node) => ({ node, python: pythons[0] })),
    ...pythons
      .slice(1)
      .slice(-1)
      .map((python) => ({ node: others.at(-1), python })),
  ]
}

function passes({ node, python }, hash) {
  const start = performance.now()
  const runs = []
  const { unsteady } = runSuite(testFiles(words), (args, env) => {
    const result = spawnSync(node.executable, args, {
      cwd: root,
      env: { ...process.env, ...env, PYTHON_TS_RUNTIME: python.folder },
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      timeout: CELL_LIMIT,
    })
    runs.push(result)
    return result.status ?? 1
  })
  const why = reason(runs.at(-1), hash)
  const seconds = ((performance.now() - start) / 1000).toFixed(0)
  const tests = /^. tests (\d+)$/m.exec(runs[0].stdout ?? '')?.[1] ?? 'no'
  console.log(
    `${why ? 'FAIL' : 'ok  '} Node ${node.version}, CPython ${python.version}: ${tests} tests in ${seconds} s${why ?? ''}`,
  )
  if (unsteady.length) console.log(indent(unsteadyLine(unsteady)))
  if (why || unsteady.length) console.log(indent(failures(`${runs[0].stdout}\n${runs[0].stderr}`)))
  return !why
}

function reason({ status, signal, stdout }, hash) {
  if (addonsHash() !== hash) return ', but the .node files changed meanwhile'
  if (signal) return `, ended by ${signal}`
  if (status !== 0) return `, exit code ${status}`
  return /^. pass [1-9]/m.test(stdout) ? undefined : ', but no test passed'
}

/** From the summary of failing tests on, or everything where there is none. */
function failures(output) {
  const at = output.indexOf('failing tests:')
  return (at < 0 ? output : output.slice(at)).trim()
}

function indent(text) {
  return text.replaceAll(/^/gm, '    ')
}

function addonsHash() {
  const hash = createHash('sha256')
  for (const { file } of addons) hash.update(readFileSync(file))
  return hash.digest('hex')
}
