import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Core } from '../../types/native'
import { connectKeeper } from '../buffer/keeper'
import { dispatch } from '../callback'
import { dispatchNumbers } from '../callback/direct'
import { connect } from '../codec/bridge'
import { connectCalls, settle } from '../codec/calls'
import { setDerivation } from '../codec/cell'
import { discoverRuntime, type Runtime } from '../discovery'
import { isMainThread, loadCore, notedLibrary } from '../native'
import { anchor } from '../object/derived/anchor'
import { derivedClass } from '../object/derived/classes'
import { setMainInterpreter } from '../object/interpreters'
import { receive, releaseAll, typeNameOf } from '../object/table'
import { connectSinks, endSinks, endThread } from '../output/sinks'
import { forgetContexts } from './contexts'
import { debug } from './debug'
import { checkHome } from './home'

let core: Core | undefined
/** The runtime of this process, once it is known. */
let runtime: Runtime | undefined
/** The main interpreter, while Python runs. */
let main: number | undefined
/** How often Python was ended, as far as this thread has seen: what belongs to an earlier start is no longer alive. */
let ends = 0
/** The same count, of the process. */
let endsOfProcess = 0
let preferred: string | undefined
/** See `whenEnding`. */
let ending: (() => void) | undefined
const discovered = new Map<string, Runtime>()

/** The `runtime_path` of whoever names none. */
export function setRuntimePath(path: string | undefined): void {
  preferred = path
}

/** Has `act` called when this thread ends, if it has started Python. */
export function whenEnding(act: () => void): void {
  ending = act
}

/** The runtime of this process, once it is known. */
export function currentRuntime(): Runtime | undefined {
  return runtime
}

/**
 * Starts Python, if it does not run, and returns the number of the main interpreter. Without a path, what runs (or ran)
 * is used again; else what discovery finds.
 *
 * @throws Error naming both, when `runtime_path` is another runtime than the one of this process.
 */
export function start(runtime_path: string | undefined = preferred): number {
  const chosen = choose(runtime_path)
  noteEnd()
  if (main !== undefined) return main
  debug('start', `${chosen.library} (${chosen.reason})`)
  checkHome(chosen.version)
  core ??= load(chosen)
  runtime = chosen
  endsOfProcess = core.ends()
  main = core.initialize(chosen.executable)
  setMainInterpreter(main)
  return main
}

/** Ends Python. False if it did not run. A new start is possible afterwards. */
export function destroy(): boolean {
  const native = core
  if (native === undefined || main === undefined) return false
  const ended = releaseAll(undefined, () => native.destroy())
  forgetAll()
  return ended
}

/** Another thread may have ended Python. */
export function noteEnd(): void {
  if (core === undefined || main === undefined || core.ends() === endsOfProcess) return
  releaseAll(undefined, () => undefined)
  forgetAll()
}

function forgetAll(): void {
  main = undefined
  ends += 1
  forgetContexts()
  endSinks()
}

/** How often Python was ended in this thread. */
export function endsSoFar(): number {
  return ends
}

/** Whether `interpreter` is the main one of the Python that runs. */
export function isMain(interpreter: number): boolean {
  return interpreter === main
}

/** Whether Python runs, as far as this thread has started it. */
export function isRunning(): boolean {
  return main !== undefined
}

function choose(runtime_path: string | undefined): Runtime {
  const known = runtime ?? inherited()
  if (runtime_path === undefined) return known ?? discoverRuntime()
  const asked = discover(resolve(runtime_path))
  if (known !== undefined && realPath(asked.library) !== realPath(known.library)) {
    throw otherRuntime(known, asked)
  }
  return asked
}

/** Discovery can cost a process; a path is looked at once. */
function discover(path: string): Runtime {
  const known = discovered.get(path)
  if (known !== undefined) return known
  const found = discoverRuntime({ runtime_path: path })
  discovered.set(path, found)
  return found
}

/** That of the thread that was first to use one. */
function inherited(): Runtime | undefined {
  const note = notedLibrary()
  return note === '' ? undefined : (JSON.parse(note) as Runtime)
}

function load(chosen: Runtime): Core {
  const native = loadCore(chosen.library, JSON.stringify(chosen))
  setDerivation({ classOf: derivedClass, anchor })
  connect(native, { receive, typeName: typeNameOf }, { dispatch, dispatchNumbers }, settle)
  connectCalls(native)
  connectKeeper(native)
  process.on('beforeExit', () => answerWaiting(native))
  connectSinks(native)
  native.watchProcess(isMainThread())
  if (ending !== undefined) process.once('exit', ending)
  process.once('exit', (code) => endThread(isMainThread() ? () => native.atExit(code) : undefined))
  return native
}

/** The event loop has nothing left to do, but a Python thread waits for it: one more turn. */
function answerWaiting(native: Core): void {
  if (native.waiting() > 0) setImmediate(() => undefined)
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function otherRuntime(known: Runtime, asked: Runtime): Error {
  return new Error(
    `This process already uses the Python runtime ${known.library} and cannot use ${asked.library} as well: ` +
      'a process has one runtime. Leave runtime_path out, or start another process.',
  )
}
