/** What a peer's process needs in its environment to run the same Python with the same packages. */
import { execFileSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'

export function peerEnvironment({ executable, library, prefix, plugins, modules }) {
  const code = "import sysconfig; print(sysconfig.get_path('purelib'))"
  const packages = execFileSync(executable, ['-c', code], { encoding: 'utf8' }).trim()
  return {
    PYTHONHOME: prefix,
    PYTHONPATH: [plugins, modules, packages].join(delimiter),
    LD_LIBRARY_PATH: dirname(library),
    PATH: [join(prefix, 'bin'), process.env.PATH].join(delimiter),
  }
}
