import { basename } from 'node:path'
import { askOrThrow, inspectBase, realExecutable, requireCPython } from './base'
import { Unsuitable } from './errors'
import type { Installation, System } from './types'
import { inspectVenv, venvAround } from './venv'

/** What a python executable stands for: a virtual environment's, an installation's, or a wrapper around one of these. */
export function inspectExecutable(system: System, executable: string): Installation {
  const real = realExecutable(system, executable)
  if (!isNamedPython(executable) && !isNamedPython(real)) {
    throw new Unsuitable(
      'not-python',
      `${executable} is neither a python executable nor a libpython, by its name.`,
    )
  }
  if (isWrapper(system, real)) return inspectBehind(system, executable, real)
  const venv = venvAround(system, executable)
  return venv === undefined ? inspectBase(system, executable) : inspectVenv(system, venv, executable)
}

function isNamedPython(path: string): boolean {
  return /^(python|pypy|graalpy)/i.test(basename(path))
}

/** A script (asdf, a launcher of the user's) or a link to another program (mise, Volta-like shims). */
function isWrapper(system: System, real: string): boolean {
  const [first, second] = system.files.head(real, 2)
  return (first === 0x23 && second === 0x21) || !isNamedPython(real)
}

/** Only the wrapper itself knows which python it starts. */
function inspectBehind(system: System, wrapper: string, real: string): Installation {
  const answer = askOrThrow(system, wrapper)
  requireCPython(answer.implementation, wrapper)
  const behind = realExecutable(system, answer.executable)
  if (behind === real || isWrapper(system, behind)) {
    throw new Unsuitable('not-python', `${wrapper} is a wrapper that does not tell which Python it starts.`)
  }
  const venv = venvAround(system, answer.executable)
  return venv === undefined
    ? inspectBase(system, answer.executable)
    : inspectVenv(system, venv, answer.executable)
}
