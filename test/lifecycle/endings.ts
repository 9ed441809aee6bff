/** The ways in which a process can end. */

export interface Ending {
  title: string
  script: string
  code?: number
  /** Sent by the parent. */
  signal?: NodeJS.Signals
  stderr?: RegExp
}

export const KILL = ['SIGINT', 'SIGTERM'] as const
export const ENDINGS: readonly Ending[] = [
  { title: 'nothing left to do', script: '', code: 0 },
  { title: 'process.exit', script: 'setImmediate(() => process.exit(3))', code: 3 },
  { title: 'process.exitCode', script: 'process.exitCode = 4', code: 4 },
  {
    title: 'process.exit in a callback',
    script: "py.eval('lambda f: f()')(() => process.exit(5))",
    code: 5,
  },
  {
    title: 'an uncaught exception',
    script: "setImmediate(() => { throw new RangeError('nobody caught it') })",
    code: 1,
    stderr: /RangeError: nobody caught it/,
  },
  {
    title: 'an unhandled rejection',
    script: "Promise.reject(new RangeError('nobody caught it'))",
    code: 1,
    stderr: /RangeError: nobody caught it/,
  },
  { title: '_destroy_python', script: 'clib._destroy_python()', code: 0 },
  ...KILL.map((signal) => ({ title: signal, script: 'setInterval(() => {}, 1000)', signal })),
  ...KILL.map((signal) => ({
    title: `${signal} with a handler`,
    script: `process.on('${signal}', () => process.exit(6)); setInterval(() => {}, 1000)`,
    code: 6,
    signal,
  })),
]

/** For states that are slow to reach. */
export const FEW = [
  'nothing left to do',
  'process.exit',
  'an uncaught exception',
  '_destroy_python',
  'SIGINT',
  'SIGTERM',
  'SIGINT with a handler',
  'SIGTERM with a handler',
]
