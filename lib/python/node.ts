import { resolve, sep } from 'node:path'
import { run } from '../codec/bridge'
import { linkOf } from '../codec/cell'
import { Ref } from '../codec/ref'
import { Op } from '../codec/tags'

/** What Python code may have of JavaScript, by `import node`. */
export interface NodeAccess {
  /** `node.require(id)`: any module of Node.js and of the application. */
  require?: boolean
  /** `node.globalThis` */
  globalThis?: boolean
  /** `node.console` */
  console?: boolean
  /** The folder that `require` resolves from. Default: the working directory. */
  from?: string
}

/** Who allowed the module, by interpreter. */
const owners = new Map<number, object>()

/** Lets the Python code of an interpreter import `node`, as far as the option allows; else an import says why not. */
export function openNode(interpreter: number, owner: object, node: boolean | NodeAccess | undefined): void {
  run(Op.NODE, interpreter, 'watch', [])
  if (node === undefined || node === false) return
  const access = node === true ? { require: true, globalThis: true, console: true } : node
  run(Op.NODE, interpreter, 'allow', [namesOf(access)])
  owners.set(interpreter, owner)
}

/** Takes the module away with the one who allowed it. */
export function closeNode(interpreter: number, owner: object): void {
  if (owners.get(interpreter) !== owner) return
  owners.delete(interpreter)
  run(Op.NODE, interpreter, 'withdraw', [])
}

function namesOf(access: NodeAccess): Record<string, unknown> {
  const names: Record<string, unknown> = {}
  if (access.require === true) names.require = requireFrom(access.from ?? '.')
  if (access.globalThis === true) names.globalThis = new Ref(globalThis)
  if (access.console === true) names.console = new Ref(console)
  return names
}

/** Modules go by reference, whatever they are: a copy of them would be none. */
function requireFrom(folder: string): (id: string) => unknown {
  // Loaded here: it brings the loader of ES modules along.
  const { createRequire } = require('node:module') as typeof import('node:module')
  const load = createRequire(resolve(folder) + sep)
  return function require(id) {
    const module: unknown = load(id)
    const isObject = (typeof module === 'object' && module !== null) || typeof module === 'function'
    return isObject && linkOf(module) === undefined ? new Ref(module) : module
  }
}
