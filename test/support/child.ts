import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'

const root = resolve(__dirname, '..', '..', '..')

/** How a child process ended. */
export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** What a script of `runScript` may be given. */
export interface ScriptOptions {
  env?: Record<string, string | undefined>
  /** After so many milliseconds the child is killed. */
  timeout?: number
  argv?: string[]
}

/** Declared in front of every script. */
const PRELUDE = `
const assert = require('node:assert/strict')
const { Python, PythonError, clib, kwargs } = require(${JSON.stringify(root)})
const thrown = (run) => { try { run() } catch (error) { return error } assert.fail('nothing was thrown') }
const pause = (ms) => new Promise((done) => setTimeout(done, ms))
`

/** Runs JavaScript in a Node process of its own, with Python, PythonError, clib, kwargs, assert, thrown and pause at hand. */
export function runScript(script: string, options: ScriptOptions = {}): Promise<Ended> {
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...options.env }).filter(([, value]) => value !== undefined),
  )
  const args = ['--expose-gc', '-e', `${PRELUDE}${script}`, ...(options.argv ?? [])]
  const child = spawn(process.execPath, args, { cwd: root, env: env as NodeJS.ProcessEnv, stdio: 'pipe' })
  return ended(child, options.timeout ?? 30_000)
}

function ended(child: ChildProcess, timeout: number): Promise<Ended> {
  return new Promise((done, fail) => {
    const killer = setTimeout(() => child.kill('SIGKILL'), timeout)
    const output = { stdout: '', stderr: '' }
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
    child.on('error', fail)
    child.on('close', (code, signal) => {
      clearTimeout(killer)
      done({ code, signal, ...output })
    })
  })
}

/** What a child that did its work in silence leaves, with the given output. */
export function quiet(stdout = '', code = 0): Ended {
  return { code, signal: null, stdout, stderr: '' }
}
