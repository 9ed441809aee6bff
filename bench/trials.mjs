/** Trials: each is a process of its own that prints its result. */
import { spawnSync } from 'node:child_process'
import { inRoot, root } from '../scripts/setup/paths.mjs'

const LIMIT = 600_000

/** `{ time }`, or `{ error }` with what the process said, its most telling line first. */
export function runTrial(driver, row, level, settings) {
  const { output, error } = runScript('trial.mjs', driver, row, level, settings)
  const time = Number(output)
  return time > 0 ? { time } : { error: error ?? `it printed ${output}` }
}

/** The last line that the script prints, in a process of its own, or its error. */
export function runScript(script, { name, environment }, subject, level, settings) {
  const args = [inRoot('bench', script), name, subject, level, JSON.stringify(settings)]
  const env = { ...process.env, ...environment?.(settings) }
  for (const key of Object.keys(env)) if (env[key] === undefined) delete env[key]
  const options = { cwd: root, env, encoding: 'utf8', timeout: LIMIT, maxBuffer: 1 << 26 }
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, options)
  if (status === 0) return { output: stdout.trim().split('\n').at(-1) }
  const end = signal ? `ended by ${signal}` : `exit code ${status}`
  return { error: `${firstError(stderr)} (${end})\n${stderr}` }
}

function firstError(stderr) {
  const lines = stderr.split('\n')
  const line = lines.find((line) => /(?:Error|error|panic|assert)\b.*:/.test(line)) ?? lines.find(Boolean)
  return (line ?? 'no message').trim().slice(0, 160)
}
