import { spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { discoverRuntime } from '../discovery'

/** What each command gives the python that a program in this folder would use, before the user's arguments. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = { python: [], pip: ['-m', 'pip'] }

/** Whether `name` is a command that Python itself performs. */
export function isOfPython(name: string | undefined): name is string {
  return name !== undefined && Object.hasOwn(COMMANDS, name)
}

/** Runs Python with this process's standard streams, and returns its exit code; 128 and its number for a signal, as shells say it. */
export function runPython(command: string, args: readonly string[]): number {
  const { executable } = discoverRuntime()
  const { status, signal, error } = spawnSync(executable, [...(COMMANDS[command] ?? []), ...args], {
    stdio: 'inherit',
  })
  if (error !== undefined) throw error
  return status ?? 128 + (signal === null ? 0 : constants.signals[signal])
}
