import { basename, dirname, join } from 'node:path'
import { Unsuitable } from './errors'
import { inspectExecutable } from './executable'
import type { Proposal, System } from './types'

/** The folder of pyenv that a folder on PATH is the shims of: `<root>/shims` beside `<root>/versions`. asdf and mise have no `versions`. */
export function pyenvRoot(system: System, folder: string): string | undefined {
  const root = dirname(folder)
  return basename(folder) === 'shims' && system.files.isFolder(join(root, 'versions')) ? root : undefined
}

/**
 * What pyenv's shim would start, found without running it (bash, 30 ms and more): each version that is selected, in order. `system` and what is not
 * installed leave it to the rest of PATH, as `pyenv which` does.
 */
export function* pyenv(system: System, root: string, command: string): Generator<Proposal> {
  const { names, origin } = selection(system, root)
  for (const name of names) {
    if (name === 'system') continue
    const folder = versionFolder(system, root, name)
    const path = executableIn(system, folder ?? join(root, 'versions', name), command)
    const reason = `${path} is what pyenv selects for ${command} on PATH (${name}, set by ${origin}).`
    const inspect = () => {
      if (folder === undefined)
        throw new Unsuitable('missing', `pyenv selects ${name} (set by ${origin}), which is not installed.`)
      return inspectExecutable(system, path)
    }
    yield { source: 'pyenv', path, reason, weight: 'optional', inspect }
  }
}

function executableIn(system: System, folder: string, command: string): string {
  return system.platform === 'win32' ? join(folder, 'python.exe') : join(folder, 'bin', command)
}

interface Selection {
  names: string[]
  origin: string
}

function selection(system: System, root: string): Selection {
  const variable = system.env.PYENV_VERSION
  if (variable) return { names: variable.split(':').filter(Boolean), origin: 'PYENV_VERSION' }
  for (const file of [...pinFiles(system.cwd), join(root, 'version')]) {
    // A file with nothing in it ends pyenv's search, too.
    if (system.files.isFile(file)) return { names: readPin(system.files.text(file) ?? ''), origin: file }
  }
  return { names: [], origin: 'default' }
}

/** `.python-version` in a folder and each of its parents. */
function pinFiles(folder: string): string[] {
  const parent = dirname(folder)
  return [join(folder, '.python-version'), ...(parent === folder ? [] : pinFiles(parent))]
}

/** The first word of each line that is no comment; a name that climbs out of `versions` is ignored, as pyenv does. */
export function readPin(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim().split(/\s+/)[0] ?? '')
    .filter((word) => word !== '' && !word.startsWith('#') && !word.split('/').includes('..'))
}

/** A version's folder: of exactly this name, else the latest that begins with it. */
function versionFolder(system: System, root: string, name: string): string | undefined {
  const versions = join(root, 'versions')
  const plain = name.replace(/^python-/, '')
  const exact = [name, plain]
    .map((each) => join(versions, each))
    .find((folder) => system.files.isFolder(folder))
  if (exact !== undefined) return exact
  const latest = latestOf(system.files.list(versions), plain)
  return latest === undefined ? undefined : join(versions, latest)
}

/** The rule of `pyenv latest`: `3.12` is the highest 3.12.x that is no pre-release, and free-threaded only when it says so (`3.13t`). */
export function latestOf(installed: string[], wanted: string): string | undefined {
  const [, prefix = wanted, suffix = ''] = /^(.*\d)(t)$/.exec(wanted) ?? []
  return installed
    .filter(
      (name) =>
        (name.startsWith(`${prefix}.`) || name.startsWith(`${prefix}-`)) &&
        !/(-dev|-src|-latest|(a|b|rc)\d+)$/.test(name),
    )
    .filter((name) => (suffix === '' ? !/\dt$/.test(name) : name.endsWith(suffix)))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))[0]
}
