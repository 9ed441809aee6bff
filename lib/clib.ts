import { checkArguments, checkKeywords, checkObject, checkText } from './check'
import { run } from './codec/bridge'
import { Cell, type Link, linkOf } from './codec/cell'
import { Op } from './codec/tags'
import { getAttribute } from './object/attributes'
import { liveCells, release } from './object/table'
import { type PyWrapper, wrapperOf } from './object/wrapper'
import {
  createContext,
  deleteContext,
  interpreterOf,
  liveContexts,
  type PyContext,
  type PyThreadState,
} from './runtime/contexts'
import { setDebug } from './runtime/debug'
import { destroy, isRunning, setRuntimePath, start } from './runtime/start'

/** The native names of the ancestor. Results that are live objects come as their wrappers. */
export const clib = Object.freeze({
  /** The wrappers of the live references, oldest first; a snapshot. */
  get references(): readonly PyWrapper[] {
    return Object.freeze(wrappers())
  },

  /** The contexts that were made and not deleted; a snapshot. */
  get contexts(): readonly PyThreadState[] {
    return Object.freeze(liveContexts())
  },

  /** The wrappers of the live references by their ids; a snapshot. */
  get objects(): Readonly<Record<string, PyWrapper>> {
    return Object.freeze(Object.fromEntries(wrappers().map((wrapper) => [wrapper.value, wrapper])))
  },

  /** Turns the log of operations on stderr on or off. */
  _set_debug(on: boolean): void {
    setDebug(on === true)
  },

  /** The runtime for everyone who names none; undefined: discovered. */
  _set_runtime_path(path?: string): void {
    if (path !== undefined) checkText(path, '_set_runtime_path()', 'a path')
    setRuntimePath(path)
  },

  /** Starts Python. False if it runs already. */
  _init_python(): boolean {
    if (isRunning()) return false
    start()
    return true
  },

  /** Ends Python with all its contexts and objects. False if it does not run. */
  _destroy_python(): boolean {
    return destroy()
  },

  _import_module(name: string, context?: PyContext): unknown {
    checkText(name, '_import_module()', 'the name of a module')
    return wrapped(run(Op.IMPORT, interpreter(context), name))
  },

  _reload_module(module: unknown, context?: PyContext): boolean {
    if (typeof module !== 'string') checkObject(module, '_reload_module()')
    return run(Op.RELOAD, interpreter(context, module), module) as boolean
  },

  /** Calls a method by name. */
  _call_python(
    pyobject: unknown,
    method: string,
    args: readonly unknown[] = [],
    kwargs: Record<string, unknown> = {},
    context?: PyContext,
  ): unknown {
    checkObject(pyobject, '_call_python()')
    checkText(method, '_call_python()', 'the name of a method')
    checkArguments(args, '_call_python()')
    checkKeywords(kwargs, '_call_python()')
    return wrapped(run(Op.CALL_METHOD, interpreter(context, pyobject), pyobject, method, args, kwargs))
  },

  /** The attributes of an object: `[name, whether it can be called, value]`. Attributes that cannot be read are left out. */
  _dir(pyobject: unknown, context?: PyContext): [name: string, isMethod: boolean, attr: unknown][] {
    const link = checkObject(pyobject, '_dir()')
    const names = run(Op.DIR, interpreter(context, pyobject), pyobject) as string[]
    return names.flatMap((name) => entry(link, name))
  },

  _exec(code: string, context?: PyContext): void {
    checkText(code, '_exec()', 'the code')
    run(Op.EXEC, interpreter(context), code, null)
  },

  _eval(code: string, context?: PyContext): unknown {
    checkText(code, '_eval()', 'the expression')
    return wrapped(run(Op.EVAL, interpreter(context), code, null))
  },

  /** Releases an object. False if it was released before. */
  _delete_pyobject(pyobject: unknown): boolean {
    const link = checkObject(pyobject, '_delete_pyobject()')
    return link instanceof Cell && release(link)
  },

  /** Makes a context with an interpreter of its own. */
  _create_pycontext(): PyThreadState {
    start()
    return createContext()
  },

  /** Ends a context. False if it was ended before. */
  _delete_pycontext(context: PyThreadState): boolean {
    return deleteContext(context)
  },
})

function wrappers(): PyWrapper[] {
  if (!isRunning()) return []
  return liveCells().map((cell) => wrapperOf(cell) as PyWrapper)
}

/** The interpreter of a context; without one, that of the object at hand, or the main one. */
function interpreter(context: PyContext | undefined, object?: unknown): number {
  const named = context === undefined ? undefined : interpreterOf(context)
  const isDead = named === undefined && context !== undefined && 'state' in context
  if (isDead) throw new Error('This Python context was deleted; create a new one.')
  return named ?? linkOf(object)?.interpreter ?? start()
}

function wrapped(value: unknown): unknown {
  const link = linkOf(value)
  return link === undefined ? value : wrapperOf(link)
}

function entry(link: Link, name: string): [string, boolean, unknown][] {
  try {
    const value = getAttribute(link, name)
    return value === undefined ? [] : [[name, typeof value === 'function', wrapped(value)]]
  } catch {
    return []
  }
}
