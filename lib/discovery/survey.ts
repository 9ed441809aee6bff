import { RuntimeNotFoundError, Unsuitable } from './errors'
import { named } from './explicit'
import { activated, condaBase, nearby } from './nearby'
import { elsewhere, onPath } from './path'
import { poetry } from './poetry'
import { hostSystem } from './system'
import type { Candidate, DiscoveryOptions, Proposal, Runtime, Survey, System } from './types'
import { uvPin } from './uv'
import { LEAST_MINOR } from './version'

/** Looks for a Python in the documented order and tells everything it looked at. Never throws for what it finds. */
export function surveyRuntimes(options: DiscoveryOptions = {}, system: System = hostSystem(options)): Survey {
  const candidates: Candidate[] = []
  for (const proposal of proposals(system, options.runtime_path)) {
    const { source, path, reason } = proposal
    try {
      const runtime: Runtime = { ...proposal.inspect(), reason }
      candidates.push({ source, path, verdict: 'chosen', reason })
      return { runtime, candidates }
    } catch (error) {
      if (!(error instanceof Unsuitable)) throw error
      candidates.push({ source, path, verdict: 'passed over', reason: error.message, fault: error.fault })
      if (proposal.weight === 'required') return { error: unusable(proposal, error, candidates), candidates }
    }
  }
  return { error: nothing(candidates), candidates }
}

function* proposals(system: System, runtimePath: string | undefined): Generator<Proposal> {
  yield* named(system, runtimePath)
  yield* activated(system)
  yield* nearby(system)
  yield* uvPin(system)
  yield* poetry(system)
  yield* condaBase(system)
  yield* onPath(system)
  yield* elsewhere(system)
}

function unusable(proposal: Proposal, cause: Unsuitable, candidates: Candidate[]): RuntimeNotFoundError {
  const isNamed = proposal.source === 'runtime_path' || proposal.source === 'PYTHON_TS_RUNTIME'
  const message = isNamed
    ? `${proposal.source} cannot be used: ${cause.message}`
    : `${proposal.reason} It cannot be used: ${cause.message} Or name another Python with runtime_path or PYTHON_TS_RUNTIME.`
  return new RuntimeNotFoundError(message, cause.fault, candidates, { cause })
}

function nothing(candidates: Candidate[]): RuntimeNotFoundError {
  const looked = candidates.map((candidate) => `\n  ${candidate.source}: ${candidate.reason}`).join('')
  const message =
    `No Python 3.${LEAST_MINOR} or later with a shared libpython was found. Install one, or name it with runtime_path or PYTHON_TS_RUNTIME. ` +
    (looked === ''
      ? 'There was no virtual environment near, and no python3 or python on PATH.'
      : `Looked at:${looked}`)
  return new RuntimeNotFoundError(message, 'none', candidates)
}
