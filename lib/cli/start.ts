import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** What a started Python says of itself, or why it did not start. */
export type Started =
  | { version: string; prefix: string; executable: string; sitePackages: string[]; error?: undefined }
  | { error: string }

const TIMEOUT_MS = 60_000

/** Precedes the answer on standard output, where Python may print, too. */
export const MARK = 'python-ts doctor: '

/** Starts Python through the public package, in a process of its own: a doctor must outlive the patient. */
export function startPython(runtimePath: string | undefined): Started {
  const args = [join(__dirname, 'probe.js'), ...(runtimePath === undefined ? [] : [runtimePath])]
  const child = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    windowsHide: true,
  })
  const answer = child.stdout?.split(/\r?\n/).find((line) => line.startsWith(MARK))
  if (child.status === 0 && answer !== undefined) return JSON.parse(answer.slice(MARK.length)) as Started
  return { error: `Python did not start: ${ending(child)}${tail(child.stderr ?? '')}` }
}

function ending(child: ReturnType<typeof spawnSync>): string {
  const code = (child.error as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ETIMEDOUT') return `no answer within ${TIMEOUT_MS / 1000} seconds.`
  if (child.error !== undefined) return `${child.error.message}.`
  if (child.signal !== null) return `the process was ended by ${child.signal}.`
  return `the process ended with exit code ${child.status}.`
}

function tail(stderr: string): string {
  const lines = stderr.trim().split(/\r?\n/).filter(Boolean)
  return lines.length === 0 ? '' : `\n${lines.slice(-20).join('\n')}`
}
