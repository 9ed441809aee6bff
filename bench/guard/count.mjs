/** Counts the instructions of the guarded rows under callgrind. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot, newest, oldest, root } from '../../scripts/setup/paths.mjs'
import { run, SetupError } from '../../scripts/setup/process.mjs'
import { nodeHeaders } from '../floor/build.mjs'
import { rowNamed } from '../rows.mjs'
import { guarded } from './guarded.mjs'

const folder = inRoot('build', 'guard')
const MISSING = 'The guard needs valgrind and its header: on Debian and Ubuntu, apt install valgrind.'

/** V8 compiles on this thread and hashes alike each time: counts then differ by about 1 %. */
const NODE = ['--expose-gc', '--single-threaded', '--hash-seed=1', '--random-seed=1']

/** What the counts depend on, beside our own code. */
export function versions({ executable }) {
  const python = run(executable, ['-c', 'import platform; print(platform.python_version())']).trim()
  const rust = run('rustc', ['--version']).split(' ')[1]
  const build = process.env.CARGO_PROFILE_RELEASE_LTO === 'off' ? ', built without LTO' : ''
  return `Node ${process.versions.node}, CPython ${python}, rustc ${rust}${build}, ${process.platform}-${process.arch}`
}

/** Instructions for one run of each row (one item, of rows that do many), by the row's name. */
export function countInstructions({ plugins, modules }) {
  const mark = buildMark()
  for (const name of dumps()) rmSync(join(folder, name))
  const callgrind = [
    '-q',
    '--tool=callgrind',
    '--instr-atstart=no',
    `--callgrind-out-file=${join(folder, 'counted')}`,
  ]
  const script = [inRoot('bench', 'guard', 'counted.mjs'), mark, JSON.stringify({ plugins, modules })]
  const env = { PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1' }
  run('valgrind', [...callgrind, process.execPath, ...NODE, ...script], { env, missing: MISSING, cwd: root })
  const counts = Object.fromEntries(dumps().map(readDump).filter(Boolean))
  return Object.fromEntries(Object.keys(guarded).map((name) => [name, perRun(name, counts[name])]))
}

function perRun(name, count) {
  if (!(count > 0)) throw new Error(`callgrind counted nothing for the row ${name}`)
  return Math.round(count / guarded[name] / rowNamed(name).batch)
}

function readDump(name) {
  const text = readFileSync(join(folder, name), 'utf8')
  const row = /^desc: Trigger: Client Request: (\S+)$/m.exec(text)?.[1]
  return row && [row, Number(/^totals: (\d+)$/m.exec(text)[1])]
}

function dumps() {
  mkdirSync(folder, { recursive: true })
  return readdirSync(folder).filter((name) => name.startsWith('counted'))
}

function buildMark() {
  const source = inRoot('bench', 'guard', 'mark.c')
  const addon = join(folder, 'mark.node')
  mkdirSync(folder, { recursive: true })
  if (oldest(addon) > newest(source)) return addon
  const args = ['-O2', '-shared', '-fPIC', `-I${nodeHeaders()}`, source, '-o', addon]
  try {
    execFileSync(process.env.CC ?? 'cc', args, { stdio: 'pipe' })
  } catch (error) {
    throw new SetupError(`${MISSING}\n${error.stderr ?? error.message}`)
  }
  return addon
}
