/** Which Python to load, and why. Pure: it reads files and the environment, does nothing at import, and knows nothing of the rest of lib. */
import { surveyRuntimes } from './survey'
import type { DiscoveryOptions, Runtime } from './types'

export { RuntimeNotFoundError } from './errors'
export { surveyRuntimes } from './survey'
export { hostSystem } from './system'
export type { Answer, Candidate, DiscoveryOptions, Fault, Files, Runtime, Survey, System } from './types'

/**
 * The Python to load: `runtime_path`, then PYTHON_TS_RUNTIME, an active environment, one nearby, uv's and Poetry's of the project, PATH, and last the
 * usual places of installers. Throws `RuntimeNotFoundError`, which tells what was looked at and what to do.
 */
export function discoverRuntime(options: DiscoveryOptions = {}): Runtime {
  const { runtime, error } = surveyRuntimes(options)
  if (runtime === undefined) throw error
  return runtime
}
