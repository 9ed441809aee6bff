import { join } from 'node:path'
import { inspectPath } from './explicit'
import { projectFolders } from './nearby'
import { readPin } from './pyenv'
import type { Proposal, System } from './types'

/** The Python that a uv project is pinned to, where uv has installed it and has not made the project's environment yet. */
export function* uvPin(system: System): Generator<Proposal> {
  const project = projectFolders(system).find((folder) => system.files.isFile(join(folder, 'uv.lock')))
  if (project === undefined) return
  const file = join(project, '.python-version')
  const [pin] = readPin(system.files.text(file) ?? '')
  if (pin === undefined) return
  for (const path of uvPythons(system, pin).slice(0, 1)) {
    yield {
      source: 'uv',
      path,
      reason: `${path} is uv's Python ${pin}, set by ${file}.`,
      weight: 'optional',
      inspect: () => inspectPath(system, path),
    }
  }
}

/** Folders of the standard builds that uv has installed, newest first; of those that begin with `wanted` (`3.12`). */
export function uvPythons(system: System, wanted = ''): string[] {
  return storeFolders(system).flatMap((store) =>
    system.files
      .list(store)
      .map((name) => ({
        path: join(store, name),
        version: /^cpython-(\d+\.\d+\.\d+)-/.exec(name)?.[1] ?? '',
      }))
      .filter(({ version }) => version !== '' && `${version}.`.startsWith(wanted === '' ? '' : `${wanted}.`))
      .sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))
      .map(({ path }) => path),
  )
}

function storeFolders(system: System): string[] {
  const { UV_PYTHON_INSTALL_DIR, XDG_DATA_HOME, APPDATA } = system.env
  if (UV_PYTHON_INSTALL_DIR) return [UV_PYTHON_INSTALL_DIR]
  if (system.platform !== 'win32')
    return [join(XDG_DATA_HOME || join(system.home, '.local', 'share'), 'uv', 'python')]
  const data = APPDATA || join(system.home, 'AppData', 'Roaming')
  return [join(data, 'uv', 'python'), join(data, 'uv', 'data', 'python')]
}
