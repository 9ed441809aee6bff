/** Every way a process can end, times everything Python can be at: what must come of it. The test runs each row once, `npm run stress` many times. */
import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ENDINGS, type Ending } from './endings'
import { STATES, type State } from './states'

const isWindows = process.platform === 'win32'
const root = resolve(__dirname, '..', '..', '..')

/** One row of the table. */
export interface Row {
  title: string
  state: State
  ending: Ending
}

/** The whole table. */
export const TABLE: readonly Row[] = STATES.flatMap((state) =>
  ENDINGS.filter(({ title }) => state.endings?.includes(title) ?? true).map((ending) => ({
    title: `${state.title}: ${ending.title}`,
    state,
    ending,
  })),
)

const PRELUDE = `
const { Python, PythonError, clib } = require(${JSON.stringify(root)})
const { Worker } = require('node:worker_threads')
const start = (code) => {
  const worker = new Worker("const { Python } = require(" + JSON.stringify(${JSON.stringify(root)}) + ");" +
    "new Python(); require('node:worker_threads').parentPort.postMessage('ready');" + code, { eval: true })
  worker.ready = new Promise((done) => worker.once('message', () => setTimeout(done, 20)))
  return worker
}
const until = async (condition) => { while (!condition()) await new Promise((done) => setTimeout(done, 1)) }
`

function scriptOf({ state, ending }: Row): string {
  const options = state.grace === undefined ? '{}' : `{ grace: ${state.grace} }`
  const held = "import atexit, sys\\nsys.stdout.write('held ')\\natexit.register(print, 'bye')"
  const ready = "console.log('ready')"
  // The signal comes when the child is ready for it.
  const end = ending.signal === undefined ? [ready, ending.script] : [ending.script, ready]
  const lines = [`const py = new Python(${options})`, `py.exec("${held}")`, state.script, ...end]
  return `${PRELUDE}\n;(async () => {\n${lines.join('\n')}\n})()`
}

/** What went wrong, if anything did. */
export async function runRow(row: Row, timeout: number): Promise<string | undefined> {
  const { state, ending } = row
  const args = ['--unhandled-rejections=throw', '-e', scriptOf(row)]
  // Output that is not buffered could not show that it is flushed. A group of its own shows what it leaves behind.
  const env = { ...process.env, PYTHONUNBUFFERED: '' }
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    detached: !isWindows,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  const send = () => child.kill(ending.signal)
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
    if (ending.signal !== undefined && text.endsWith('ready\n')) setTimeout(send, state.isStuck ? 100 : 0)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const closed = new Promise((done) => child.on('close', done))
  const how = await endOf(child, timeout)
  const hasLeft = await endGroup(child, ending.code === undefined ? 0 : timeout)
  await closed
  return faultsOf(row, { ...how, ...output, hasLeft })
}

interface How {
  code: number | null
  signal: NodeJS.Signals | null
  isHanging: boolean
}

function endOf(child: ChildProcess, timeout: number): Promise<How> {
  let isHanging = false
  const killer = setTimeout(() => {
    isHanging = true
    child.kill('SIGKILL')
  }, timeout)
  return new Promise((done) =>
    child.on('exit', (code, signal) => {
      clearTimeout(killer)
      done({ code, signal, isHanging })
    }),
  )
}

/** Ends what is left of the child's processes, which have some time to end by themselves. Says whether they did. */
async function endGroup({ pid }: ChildProcess, timeout: number): Promise<boolean> {
  if (isWindows || pid === undefined) return true
  for (const start = Date.now(); Date.now() - start <= timeout; await pause(5)) {
    if (!signalGroup(pid, 0)) return true
  }
  return !signalGroup(pid, 'SIGKILL')
}

/** False when there is no such group. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}

type Outcome = How & { stdout: string; stderr: string; hasLeft: boolean }

function faultsOf(
  row: Row,
  { code, signal, isHanging, stdout, stderr, hasLeft }: Outcome,
): string | undefined {
  const expected = expectedOf(row)
  const faults = [
    isHanging ? 'it did not end' : '',
    code === expected.code && signal === expected.signal ? '' : `code ${code}, signal ${signal}`,
    stdout === expected.stdout ? '' : `stdout ${JSON.stringify(stdout)}`,
    expected.stderr.test(stderr) ? '' : `stderr ${JSON.stringify(stderr)}`,
    hasLeft || expected.signal !== null ? '' : 'processes stay behind',
  ].filter((fault) => fault !== '')
  return faults.length === 0 ? undefined : faults.join('; ')
}

function expectedOf({ state, ending }: Row) {
  const begin = state.isFlushed ? 'held ready\n' : `ready\n${state.printsFirst ?? ''}held `
  const isKilled = ending.code === undefined
  return {
    code: ending.code ?? null,
    signal: isKilled ? (ending.signal ?? null) : null,
    stdout: isKilled ? (state.isFlushed ? 'held ready\n' : 'ready\n') : `${begin}${state.prints ?? ''}bye\n`,
    stderr: ending.stderr ?? state.stderr ?? /^$/,
  }
}
