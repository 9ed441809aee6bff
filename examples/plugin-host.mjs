/** An application whose plugins are a folder of Python files: each has a `title` and a function `run(text, host)`. */
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Python, PythonError } from 'python-ts'

/** What plugins may use of the application. Python calls its methods and reads its fields. */
class Host {
  language = 'zh-CN'
  #log = []

  log(message) {
    this.#log.push(message)
  }

  get messages() {
    return [...this.#log]
  }
}

const folder = fileURLToPath(new URL('plugins', import.meta.url))
const py = new Python()
py.add_syspath(folder)

const host = new Host()
for (const plugin of loadPlugins()) console.log(`${plugin.title}: ${run(plugin)}`)
console.log('log:', host.messages)

function loadPlugins() {
  const names = readdirSync(folder).filter((name) => name.endsWith('.py'))
  return names.sort().map((name) => py.import(basename(name, '.py')))
}

/** A plugin that fails is reported, with its Python line; the others go on. */
function run(plugin) {
  try {
    return plugin.run('Hello, 世界!', host)
  } catch (error) {
    if (!(error instanceof PythonError)) throw error
    return `failed with ${error.name} (${error.traceback.match(/line \d+, in run/)?.[0]})`
  }
}
