import { join } from 'node:path'
import type { Answer } from './types'

const TIMEOUT_MS = 10_000

// -S leaves site out: faster, and nothing of the user's can print or fail. The names are those of CPython's own Makefile.
const QUESTION = `
import json, sys, sysconfig
get = sysconfig.get_config_var
print(json.dumps([sys.implementation.name, sys.version_info[0], sys.version_info[1], bool(get('Py_GIL_DISABLED')), sys.executable,
  sys.base_prefix, get('PYTHONFRAMEWORKPREFIX'), get('LIBDIR'), get('INSTSONAME'), get('LDLIBRARY')]))
`

type Reply = [string, number, number, boolean, string, string, ...(string | null)[]]

/** Runs a python once to learn what its layout does not tell. */
export function askPython(executable: string, env: NodeJS.ProcessEnv): Answer | undefined {
  // Loaded here: 1.5 ms that the normal path need not pay.
  const { spawnSync } = require('node:child_process') as typeof import('node:child_process')
  const child = spawnSync(executable, ['-I', '-S', '-c', QUESTION], {
    env,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  if (child.status !== 0) return undefined
  try {
    return toAnswer(JSON.parse(child.stdout) as Reply)
  } catch {
    return undefined
  }
}

function toAnswer(reply: Reply): Answer {
  const [implementation, major, minor, freeThreaded, executable, prefix, framework, libdir, soname, link] =
    reply
  const folders = [framework, libdir, join(prefix, 'lib')].filter(isText)
  // A static build names its archive here.
  const names = [soname, link].filter(isText).filter((name) => !/\.(a|lib)$/i.test(name))
  const libraries = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  return { implementation, major, minor, freeThreaded, executable, prefix, libraries }
}

function isText(value: string | null | undefined): value is string {
  return typeof value === 'string' && value !== ''
}
