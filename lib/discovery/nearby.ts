import { dirname, join, resolve } from 'node:path'
import { Unsuitable } from './errors'
import { inspectPath } from './explicit'
import type { Proposal, System } from './types'
import { isVenv } from './venv'

/** The environment that was activated in the shell. One that is gone is passed over; one that is there is meant. */
export function* activated(system: System): Generator<Proposal> {
  const { VIRTUAL_ENV, CONDA_PREFIX } = system.env
  if (VIRTUAL_ENV)
    yield environment(
      system,
      'VIRTUAL_ENV',
      resolve(system.cwd, VIRTUAL_ENV),
      'the active virtual environment',
    )
  if (CONDA_PREFIX && !isCondaBase(system)) yield conda(system, CONDA_PREFIX)
}

/** Conda's base is active in every shell of many of its users, so it says less than an environment of the project. */
export function* condaBase(system: System): Generator<Proposal> {
  const { CONDA_PREFIX } = system.env
  if (CONDA_PREFIX && isCondaBase(system)) yield conda(system, CONDA_PREFIX)
}

/** `.venv` or `venv` in the working directory or a parent, up to the project's folder. */
export function* nearby(system: System): Generator<Proposal> {
  for (const folder of projectFolders(system)) {
    for (const name of ['.venv', 'venv']) {
      const path = join(folder, name)
      if (system.files.isFolder(path))
        yield environment(system, name, path, `the virtual environment nearest to ${system.cwd}`)
    }
  }
}

/** The working directory and its parents, up to and including the one with a package.json or a repository. */
export function projectFolders(system: System): string[] {
  const folders = [system.cwd]
  for (;;) {
    const folder = folders.at(-1) ?? system.cwd
    const parent = dirname(folder)
    if (
      parent === folder ||
      system.files.isFile(join(folder, 'package.json')) ||
      system.files.exists(join(folder, '.git'))
    )
      return folders
    folders.push(parent)
  }
}

function isCondaBase(system: System): boolean {
  return ['base', 'root'].includes(system.env.CONDA_DEFAULT_ENV ?? '')
}

function conda(system: System, prefix: string): Proposal {
  return environment(system, 'CONDA_PREFIX', resolve(system.cwd, prefix), 'the active conda environment')
}

function environment(system: System, source: string, path: string, what: string): Proposal {
  const reason = `${path} is ${what}.`
  if (isEnvironment(system, path))
    return { source, path, reason, weight: 'required', inspect: () => inspectPath(system, path) }
  const inspect = () => {
    throw new Unsuitable(
      'missing',
      `${path} is no virtual environment: it has no pyvenv.cfg and no conda Python.`,
    )
  }
  return { source, path, reason, weight: 'optional', inspect }
}

/** A conda environment need not hold a Python. */
function isEnvironment(system: System, path: string): boolean {
  if (isVenv(system, path)) return true
  const python = system.platform === 'win32' ? 'python.exe' : 'bin/python'
  return system.files.isFolder(join(path, 'conda-meta')) && system.files.isFile(join(path, python))
}
