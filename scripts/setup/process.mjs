/** Child processes and what a person reads. */
import { spawnSync } from 'node:child_process'
import { root } from './paths.mjs'

/** An error whose message is all that a person needs: it is printed without a stack. */
export class SetupError extends Error {
  name = 'SetupError'
}

export const say = (line) => console.error(`• ${line}`)

/**
 * Runs a command to its end and returns its output. Where it fails, a SetupError holds what it printed.
 * `missing` is the message for a command that is not installed.
 */
export function run(command, args, { missing, env, cwd = root, shell = false } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    shell,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (result.error?.code === 'ENOENT' && missing) throw new SetupError(missing)
  if (result.error) throw new SetupError(`${command}: ${result.error.message}`)
  if (result.status !== 0) throw new SetupError(failure([command, ...args], result))
  return result.stdout
}

/** Runs a command with our own terminal and returns its exit code. */
export function show(command, args, { env, cwd = root, shell = false } = {}) {
  const options = { cwd, shell, env: { ...process.env, ...env }, stdio: 'inherit' }
  const { status, error } = spawnSync(command, args, options)
  if (error) throw new SetupError(`${command}: ${error.message}`)
  return status ?? 1
}

/** npm is a script on Windows, which needs a shell. */
export const npm = (args, options) => run('npm', args, { ...options, shell: process.platform === 'win32' })

/** Runs a script's main function; a SetupError ends it with its message alone. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(`\n${error.message}\n`)
    process.exitCode = 1
  }
}

function failure(words, { status, signal, stdout, stderr }) {
  const end = signal ? `was ended by ${signal}` : `failed with exit code ${status}`
  return `${words.join(' ')} ${end}:\n${`${stdout}\n${stderr}`.trim()}`
}
