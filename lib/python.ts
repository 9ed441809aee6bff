import type { PythonModules } from '../types/modules'
import type { PyValue, PyWithTwins } from '../types/objects'
import { type CallLimits, CallOptions } from './call-options'
import {
  checkArguments,
  checkFolder,
  checkFunction,
  checkGlobals,
  checkKeywords,
  checkLogOptions,
  checkObject,
  checkText,
} from './check'
import { core, run } from './codec/bridge'
import { Cell, type Link, linkOf } from './codec/cell'
import type { Ref } from './codec/ref'
import { Op } from './codec/tags'
import { deleteAttribute, getAttribute, hasAttribute, refreshAttributes } from './object/attributes'
import { importModule } from './object/modules'
import { release, releaseAll } from './object/table'
import type { Twin } from './object/twins'
import { hearLog, hearWarnings, type LogOptions, type LogRecord, type WarningRecord } from './output/records'
import { closeSinks } from './output/sinks'
import { openStreams } from './output/streams'
import { Arrays } from './python/arrays'
import { callAsync, evalAsync, execAsync, importAsync, templateAsync, twinOf } from './python/async'
import { closeNode, openNode } from './python/node'
import { checkOptions, contextOf, type PythonOptions } from './python/options'
import { refOf } from './python/ref'
import { setCheck, setRunner } from './python/runner'
import { isTemplate, keyOf, type Template } from './python/template'
import { createContext, deleteContext, interpreterOf, type PyContext } from './runtime/contexts'
import { debug, setDebug } from './runtime/debug'
import { currentRuntime, endsSoFar, isMain, noteEnd, start } from './runtime/start'

/** Python in this process: its main context, or an isolated one. */
export class Python extends Arrays {
  /** The `runtime_path` that was given; else the library that discovery chose. */
  readonly runtime_path: string
  /** `{}` for the global context; else the metadata of the context of its own. */
  readonly context: PyContext
  readonly debug: boolean
  readonly #interpreter: number
  readonly #endsBefore = endsSoFar()
  /** The sinks of the streams that this Python was given. */
  readonly #streams: readonly number[]
  #isDeleted = false

  /**
   * Starts Python if it does not run yet.
   *
   * @throws TypeError for unknown options and wrong types; Error when no Python is found, or when `runtime_path` is another
   * runtime than the one this process uses, or when this CPython has no context with a GIL of its own.
   */
  constructor(options: PythonOptions = {}) {
    super()
    checkOptions(options)
    if (options.debug !== undefined) setDebug(options.debug)
    const main = start(options.runtime_path)
    if (options.grace !== undefined) core.setGrace(options.grace)
    this.runtime_path = options.runtime_path ?? currentRuntime()?.library ?? ''
    this.debug = options.debug ?? false
    const asked = contextOf(options)
    this.context = asked === undefined ? {} : createContext(asked.gil)
    this.#interpreter = interpreterOf(this.context) ?? main
    if (options.deadlock !== undefined) core.setPatience(this.#interpreter, options.deadlock)
    if (options.threads !== undefined) core.threads(this.#interpreter, options.threads)
    setRunner(this, this.#interpreter, (op, operation, ...args) => this.#run(op, operation, ...args))
    setCheck(this, () => this.#check())
    this.#streams = this.#open(options)
    openNode(this.#interpreter, this, options.node)
  }

  /** Whether this context ended: by `delete()`, or with Python. */
  get is_deleted(): boolean {
    noteEnd()
    return this.#isDeleted || !this.#isAlive()
  }

  /** Imports a module; `'a.b'` gives the submodule. Those of PythonModules come with their types. */
  import<Name extends keyof PythonModules>(name: Name): PyWithTwins<PythonModules[Name]>
  /** Imports a module; `'a.b'` gives the submodule. */
  import<T = PyValue>(name: string): T
  import(name: string): unknown {
    checkText(name, 'import()', 'the name of a module')
    this.#check()
    debug('import', name)
    return importModule(this.#interpreter, name)
  }

  /** The same on a worker thread. */
  import_async<Name extends keyof PythonModules>(
    name: Name,
    limits?: CallLimits,
  ): Promise<PyWithTwins<PythonModules[Name]>>
  import_async<T = PyValue>(name: string, limits?: CallLimits): Promise<T>
  import_async(name: string, limits?: CallLimits): Promise<unknown> {
    return this.#start('import_async', () => importAsync(this.#interpreter, name, limits))
  }

  /**
   * Runs code in the `__main__` of this context, or in `globals`: a live dict is changed in place, a plain object is copied
   * in and nothing is copied back.
   */
  exec(code: string, globals?: unknown): void
  /** Runs statements with values of JavaScript's in them: py.exec`${frame}["sum"] = ${sums}`. What they assign is of `__main__`. */
  exec(template: Template, ...values: unknown[]): void
  exec(code: string | Template, ...rest: unknown[]): void {
    if (isTemplate(code)) {
      this.#run(Op.TEMPLATE, 'exec', 'exec', keyOf(code), ...rest)
      return
    }
    const [globals] = rest
    checkText(code, 'exec()', 'the code')
    checkGlobals(globals, 'exec()')
    this.#run(Op.EXEC, 'exec', code, globals)
  }

  /** The same on a worker thread. */
  exec_async(code: string, globals?: unknown, limits?: CallLimits): Promise<void>
  exec_async(template: Template, ...values: unknown[]): Promise<void>
  /** A tag with limits: py.exec_async(callOptions({ timeout: 500 }))`slow(${x})`. */
  exec_async(limits: CallOptions): (template: Template, ...values: unknown[]) => Promise<void>
  exec_async(code: string | Template | CallOptions, ...rest: unknown[]): unknown {
    if (code instanceof CallOptions) return this.#tag('exec', code)
    return this.#start('exec_async', () => execAsync(this.#interpreter, code, rest))
  }

  /** The value of an expression; `globals` as for `exec`. */
  eval<T = PyValue>(code: string, globals?: unknown): T
  /** The value of an expression with values of JavaScript's in it: py.eval`${frame}[${frame}["age"] > ${limit}]`. */
  eval<T = PyValue>(template: Template, ...values: unknown[]): T
  eval(code: string | Template, ...rest: unknown[]): unknown {
    if (isTemplate(code)) return this.#run(Op.TEMPLATE, 'eval', 'eval', keyOf(code), ...rest)
    const [globals] = rest
    checkText(code, 'eval()', 'the expression')
    checkGlobals(globals, 'eval()')
    return this.#run(Op.EVAL, 'eval', code, globals)
  }

  /** The same on a worker thread. */
  eval_async<T = PyValue>(code: string, globals?: unknown, limits?: CallLimits): Promise<T>
  eval_async<T = PyValue>(template: Template, ...values: unknown[]): Promise<T>
  /** A tag with limits: py.eval_async(callOptions({ timeout: 500 }))`slow(${x})`. */
  eval_async<T = PyValue>(limits: CallOptions): (template: Template, ...values: unknown[]) => Promise<T>
  eval_async(code: string | Template | CallOptions, ...rest: unknown[]): unknown {
    if (code instanceof CallOptions) return this.#tag('eval', code)
    return this.#start('eval_async', () => evalAsync(this.#interpreter, code, rest))
  }

  /** Calls a method of a live object by name. */
  call<T = PyValue>(
    object: unknown,
    method: string,
    args: readonly unknown[] = [],
    kwargs: Record<string, unknown> = {},
  ): T {
    checkObject(object, 'call()')
    checkText(method, 'call()', 'the name of a method')
    checkArguments(args, 'call()')
    checkKeywords(kwargs, 'call()')
    return this.#run(Op.CALL_METHOD, 'call', object, method, args, kwargs) as T
  }

  /** The same on a worker thread. */
  call_async<T = PyValue>(
    object: unknown,
    method: string,
    args: readonly unknown[] = [],
    kwargs: Record<string, unknown> = {},
    limits?: CallLimits,
  ): Promise<T> {
    const call = () => callAsync(this.#interpreter, object, method, args, kwargs, limits)
    return this.#start('call_async', call) as Promise<T>
  }

  /** The asynchronous twin of a Python function (or class, or method): `await py.async(f)(1, 2)`. The same one every time. */
  async(callable: unknown): Twin {
    this.#check()
    return twinOf(callable)
  }

  /**
   * Raises KeyboardInterrupt in the asynchronous calls that run in this context, and in the calls that other JavaScript threads are inside; those that
   * wait still run.
   */
  interrupt(): void {
    this.#check()
    debug('interrupt')
    core.interrupt(this.#interpreter)
  }

  /** The live object of a wrapper; a live object is its own. */
  unwrap<T = PyValue>(object: unknown): T {
    const link = this.#link(object, 'unwrap()')
    return (link instanceof Cell ? (link.target?.deref() ?? object) : object) as T
  }

  /** Forgets what is cached about a live object, and returns it. Attributes are live: this is for the ancestor's programs. */
  refresh<T = PyValue>(object: unknown): T {
    this.#link(object, 'refresh()')
    const live = this.unwrap<object>(object)
    debug('refresh')
    refreshAttributes(live)
    return live as T
  }

  /** Reloads a module, given as live object or by name. */
  reload(module: unknown): boolean {
    this.#check()
    if (typeof module !== 'string') checkObject(module, 'reload()')
    const isReloaded = this.#run(Op.RELOAD, 'reload', module) as boolean
    if (typeof module !== 'string') this.refresh(module)
    return isReloaded
  }

  /**
   * Puts a folder (relative to the working directory) in front of `sys.path`, once. Returns whether it was added.
   *
   * @throws Error for a folder inside an archive of Electron's, which Python cannot read; what is unpacked beside the archive is found.
   */
  add_syspath(folder: string): boolean {
    return this.#run(Op.ADD_SYSPATH, 'add_syspath', checkFolder(folder, 'add_syspath()')) as boolean
  }

  /** Releases the reference to a Python object now. False if it was released before. */
  gc(object: unknown): boolean {
    const link = this.#link(object, 'gc()')
    debug('gc')
    if (link instanceof Cell) return release(link)
    throw new TypeError('gc() takes a live Python object; a method is released with its object.')
  }

  /** Releases all Python objects of this context that JavaScript holds; returns how many. */
  clear(): number {
    this.#check()
    debug('clear')
    return this.#clear()
  }

  /** Ends this context; the main context releases its objects. False if it was deleted before. */
  delete(): boolean {
    if (this.is_deleted) return false
    debug('delete')
    if (interpreterOf(this.context) !== undefined) deleteContext(this.context as never)
    else if (isMain(this.#interpreter)) this.#leave()
    this.#isDeleted = true
    return true
  }

  /** Whether a value is a Python object: a live one, a method of one, or a wrapper. */
  isPyObject(value: unknown): boolean {
    return linkOf(value) !== undefined
  }

  /** Whether a value is a Python object of this context. */
  sameContext(value: unknown): boolean {
    return linkOf(value)?.interpreter === this.#interpreter
  }

  /** The attribute of that name, also one that the live object does not show; `fallback` (or undefined) when there is none. */
  getattr<T = PyValue>(object: unknown, name: string, fallback?: unknown): T {
    const link = this.#link(object, 'getattr()')
    checkText(name, 'getattr()', 'the name of an attribute')
    debug('getattr', name)
    const value = getAttribute(link, name)
    return (value === undefined ? fallback : value) as T
  }

  /** Whether an object has an attribute; only an AttributeError means no. */
  hasattr(object: unknown, name: string): boolean {
    const link = this.#link(object, 'hasattr()')
    checkText(name, 'hasattr()', 'the name of an attribute')
    debug('hasattr', name)
    return hasAttribute(link, name)
  }

  /** Deletes an attribute. */
  delattr(object: unknown, name: string): void {
    const link = this.#link(object, 'delattr()')
    checkText(name, 'delattr()', 'the name of an attribute')
    debug('delattr', name)
    deleteAttribute(link, name)
  }

  /** The names of the attributes of an object, as Python's `dir()` lists them. */
  dir(object: unknown): string[] {
    checkObject(object, 'dir()')
    return this.#run(Op.DIR, 'dir', object) as string[]
  }

  /**
   * Calls `hear` with the records of Python's `logging`, from whatever thread, until the function that this returns is called. The
   * logger gets the level, where its own is higher.
   */
  onLog(hear: (record: LogRecord) => void, options: LogOptions = {}): () => void {
    this.#check()
    checkFunction(hear, 'onLog()')
    checkLogOptions(options)
    debug('onLog')
    return hearLog(this.#interpreter, hear, options)
  }

  /** Calls `hear` with what Python's `warnings` would print on stderr, until the function that this returns is called. */
  onWarning(hear: (warning: WarningRecord) => void): () => void {
    this.#check()
    checkFunction(hear, 'onWarning()')
    debug('onWarning')
    return hearWarnings(this.#interpreter, hear)
  }

  /**
   * Marks an object of JavaScript to go to Python by reference: an array, a plain object, a Map, a Set, a Date or a typed array is a live list, dict, set or
   * object there, and what Python reads from it is live too.
   *
   * @throws TypeError for what is no object.
   */
  ref<T extends object>(object: T): Ref<T> {
    return refOf(object)
  }

  #run(op: number, operation: string, ...args: unknown[]): unknown {
    this.#check()
    debug(operation, args.find((arg) => typeof arg === 'string') as string | undefined)
    return run(op, this.#interpreter, ...args)
  }

  #tag(kind: 'eval' | 'exec', limits: CallOptions): (...template: unknown[]) => Promise<unknown> {
    return (...template) =>
      this.#start(`${kind}_async`, () => templateAsync(this.#interpreter, kind, limits, template))
  }

  /** Whatever is wrong with an asynchronous call rejects. */
  async #start<T>(operation: string, call: () => Promise<T>): Promise<T> {
    this.#check()
    debug(operation)
    return call()
  }

  #link(object: unknown, method: string): Link {
    this.#check()
    return checkObject(object, method)
  }

  #open(options: PythonOptions): number[] {
    try {
      return openStreams(this.#interpreter, options)
    } catch (error) {
      if (interpreterOf(this.context) !== undefined) deleteContext(this.context as never)
      throw error
    }
  }

  #leave(): void {
    closeNode(this.#interpreter, this)
    closeSinks(this.#streams)
    this.#clear()
  }

  #clear(): number {
    return releaseAll(this.#interpreter, () => core.clear(this.#interpreter))
  }

  #isAlive(): boolean {
    if (interpreterOf(this.context) !== undefined) return true
    return isMain(this.#interpreter) && this.#endsBefore === endsSoFar()
  }

  #check(): void {
    if (this.#isDeleted || !this.#isAlive())
      throw new Error('This Python context was deleted; create a new Python.')
  }
}
