import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Candidate, type Runtime, surveyRuntimes } from '../discovery'
import { type Started, startPython } from './start'

/** All that `python-ts doctor` knows; what `--json` prints. */
export interface Report {
  /** True when everything that was checked is well. */
  healthy: boolean
  node: string
  platform: string
  arch: string
  runtime: Runtime | null
  /** Why there is no runtime. */
  error: string | null
  candidates: Candidate[]
  addons: Addon[]
  /** Null where Python was not started: without a runtime or an addon, or because of `--no-start`. */
  start: Started | null
}

export interface Addon {
  path: string
  exists: boolean
}

export interface DoctorOptions {
  runtimePath?: string | undefined
  start: boolean
}

/** Examines this machine as a program that uses python-ts in this folder would find it. */
export function examine({ runtimePath, start }: DoctorOptions): Report {
  const { runtime = null, error, candidates } = surveyRuntimes({ runtime_path: runtimePath })
  const addons = findAddons()
  const complete = runtime !== null && addons.every((addon) => addon.exists)
  const started = complete && start ? startPython(runtimePath) : null
  return {
    healthy: complete && started?.error === undefined,
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    runtime,
    error: error?.message ?? null,
    candidates,
    addons,
    start: started,
  }
}

/** The two binaries of this platform, from the package's own folder: dist/cli is two below it. */
function findAddons(): Addon[] {
  const folder = resolve(__dirname, '../../prebuilds', `${process.platform}-${process.arch}`)
  return ['loader.node', 'core.node'].map((name) => {
    const path = join(folder, name)
    return { path, exists: existsSync(path) }
  })
}
