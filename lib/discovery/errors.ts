import type { Candidate, Fault } from './types'

/** Thrown inside discovery by whatever examines one thing; `survey` records it and goes on, or ends with it. */
export class Unsuitable extends Error {
  constructor(
    readonly fault: Fault,
    message: string,
  ) {
    super(message)
    this.name = 'Unsuitable'
  }
}

/** No usable Python: the message says what was looked at and what to do. */
export class RuntimeNotFoundError extends Error {
  /** `'none'` when nothing was named and nothing fits; else what is wrong with the one that was named. */
  readonly fault: Fault | 'none'
  readonly candidates: readonly Candidate[]

  constructor(
    message: string,
    fault: Fault | 'none',
    candidates: readonly Candidate[],
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'RuntimeNotFoundError'
    this.fault = fault
    this.candidates = candidates
  }
}
