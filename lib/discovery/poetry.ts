import { join, resolve } from 'node:path'
import { projectFolders } from './nearby'
import type { Proposal, System } from './types'
import { inspectVenv, isVenv } from './venv'
import { newestFirst, parseVersion } from './version'

/**
 * Poetry's environment of the nearest project, in Poetry's cache: `virtualenvs/<name>-<hash>-py3.X`, as `EnvManager.generate_env_name` of Poetry
 * makes it. The hash is of the project's folder and enough to find it; how the name is spelt differs between Poetry's versions.
 */
export function* poetry(system: System): Generator<Proposal> {
  const project = projectFolders(system).find((folder) => isPoetryProject(system, folder))
  if (project === undefined) return
  const hash = projectHash(system, project)
  for (const path of environments(system, hash)) {
    const reason = `${path} is the environment that Poetry made for ${project}.`
    yield { source: 'Poetry', path, reason, weight: 'optional', inspect: () => inspectVenv(system, path) }
  }
}

/** Poetry 2 also takes a project without [tool.poetry], by its build back-end or its lock file. */
function isPoetryProject(system: System, folder: string): boolean {
  const text = system.files.text(join(folder, 'pyproject.toml'))
  if (text === undefined) return false
  return (
    /^\s*\[+\s*tool\s*\.\s*poetry\b/m.test(text) ||
    /\bpoetry\.core\b/.test(text) ||
    system.files.isFile(join(folder, 'poetry.lock'))
  )
}

/** `base64.urlsafe_b64encode(sha256(normcase(realpath(folder))))[:8]` */
function projectHash(system: System, folder: string): string {
  // Loaded here: 1.5 ms that the normal path need not pay.
  const { createHash } = require('node:crypto') as typeof import('node:crypto')
  const real = system.files.realPath(folder) ?? folder
  const normalized = system.platform === 'win32' ? real.toLowerCase().replaceAll('/', '\\') : real
  return createHash('sha256').update(normalized).digest('base64url').slice(0, 8)
}

/** The one that `poetry env use` has set first, then the newest. */
function environments(system: System, hash: string): string[] {
  const folder = virtualenvs(system)
  const found = system.files
    .list(folder)
    .filter((name) => name.includes(`-${hash}-py`) && isVenv(system, join(folder, name)))
    .sort((a, b) => newestFirst(versionAtEnd(a), versionAtEnd(b)))
  const used = usedMinor(system, folder, hash)
  const first = found.filter((name) => used !== undefined && name.endsWith(`-py${used}`))
  return [...new Set([...first, ...found])].map((name) => join(folder, name))
}

function versionAtEnd(name: string) {
  return parseVersion(name.slice(name.lastIndexOf('-py') + 3)) ?? { major: 0, minor: 0, flags: '' }
}

/** From Poetry's envs.toml: a table `[<name>-<hash>]` with `minor = "3.11"`. */
function usedMinor(system: System, folder: string, hash: string): string | undefined {
  const tables = (system.files.text(join(folder, 'envs.toml')) ?? '').split(/^\s*\[/m)
  const table = tables.find((text) => text.split(']', 1)[0]?.replace(/"/g, '').endsWith(`-${hash}`))
  return table === undefined ? undefined : /^\s*minor\s*=\s*"([^"]+)"/m.exec(table)?.[1]
}

function virtualenvs(system: System): string {
  const { POETRY_VIRTUALENVS_PATH } = system.env
  return POETRY_VIRTUALENVS_PATH
    ? resolve(system.cwd, POETRY_VIRTUALENVS_PATH)
    : join(cacheFolder(system), 'virtualenvs')
}

function cacheFolder(system: System): string {
  const { POETRY_CACHE_DIR, LOCALAPPDATA, XDG_CACHE_HOME } = system.env
  if (POETRY_CACHE_DIR) return resolve(system.cwd, POETRY_CACHE_DIR)
  if (system.platform === 'win32')
    return join(LOCALAPPDATA || join(system.home, 'AppData', 'Local'), 'pypoetry', 'Cache')
  if (system.platform === 'darwin') return join(system.home, 'Library', 'Caches', 'pypoetry')
  return join(XDG_CACHE_HOME || join(system.home, '.cache'), 'pypoetry')
}
