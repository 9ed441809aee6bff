import { splitCall, WatchedOptions } from '../call-options'
import { core } from '../codec/bridge'
import { kwargs } from '../kwargs'
import { Python } from '../python'
import type { PoolOptions } from './options'

type Callable = (...args: unknown[]) => Promise<unknown>

/** How often it is looked whether C code has come to its end, in milliseconds. */
const LATER = 50

/** One context of a pool. It has one call at a time. */
export class Member {
  readonly #py: Python
  readonly #options: PoolOptions
  readonly #functions = new Map<string, Callable>()
  #ready: Promise<void> | undefined
  /** What it is at. */
  #work: Promise<unknown> = Promise.resolve()
  /** The limits of what it is at. */
  #limits: WatchedOptions | undefined

  /** @throws Error when there can be no context of that kind. */
  constructor(options: PoolOptions) {
    const { gil = 'own', runtime_path } = options
    this.#options = options
    this.#py = new Python({ context: { gil }, ...(runtime_path === undefined ? {} : { runtime_path }) })
  }

  /** Whether its context ended otherwise than by `end()`. */
  get isBroken(): boolean {
    return this.#py.is_deleted
  }

  /** Calls the function of that name in this context; when the signal aborts, the call is interrupted. */
  call(name: string, args: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    const work = this.#call(name, args, signal)
    this.#work = work.catch(() => undefined)
    return work
  }

  /** Whether Python is no longer at its last call, which may have been given up before: C code comes to its end first. */
  get isOver(): boolean {
    const number = this.#limits?.aborted
    return number === undefined || core.isOver(number)
  }

  /** Ends the context, when Python is no longer at its last call. */
  async end(): Promise<void> {
    await this.#work
    while (!this.isOver) await new Promise<void>((done) => setTimeout(done, LATER).unref())
    this.#py.delete()
  }

  async #call(name: string, args: readonly unknown[], signal: AbortSignal | undefined): Promise<unknown> {
    this.#ready ??= this.#prepare()
    await this.#ready
    const callable = this.#functions.get(name) ?? (await this.#find(name))
    const [values, keywords, given] = splitCall(args)
    this.#limits = undefined
    if (given === undefined && signal === undefined) return callable(...args)
    this.#limits = new WatchedOptions({ signal: signal ?? given?.signal, timeout: given?.timeout })
    return callable(...values, kwargs({ ...keywords }), this.#limits)
  }

  async #prepare(): Promise<void> {
    const { syspath = [], modules = [], init } = this.#options
    try {
      for (const folder of [...syspath].reverse()) this.#py.add_syspath(folder)
      for (const name of modules) await this.#py.import_async(name)
      if (typeof init === 'string') await this.#py.exec_async(init)
      else await init?.(this.#py)
    } catch (error) {
      this.#py.delete()
      throw error
    }
  }

  /** `'module.function'`, or the name of something in `__main__`, which the code of `init` defined, or of a built-in function. */
  async #find(name: string): Promise<Callable> {
    const found = name.includes('.') ? await this.#resolve(name) : await this.#global(name)
    if (typeof found !== 'function') throw new TypeError(`'${name}' is nothing that a PythonPool can call.`)
    const callable = this.#py.async(found) as Callable
    this.#functions.set(name, callable)
    return callable
  }

  async #resolve(name: string): Promise<unknown> {
    const pkgutil = await this.#py.import_async('pkgutil')
    return pkgutil.resolve_name_async(name)
  }

  async #global(name: string): Promise<unknown> {
    const [main, builtins] = [
      await this.#py.import_async('__main__'),
      await this.#py.import_async('builtins'),
    ]
    const found = this.#py.getattr(main, name) ?? this.#py.getattr(builtins, name)
    if (found === undefined) {
      throw new TypeError(
        `No context of this PythonPool has a function '${name}': name it 'module.${name}', or define it by init.`,
      )
    }
    return found
  }
}
