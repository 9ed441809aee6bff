import type { PyValue } from '../types/objects'
import { checkText } from './check'
import { mapItems } from './pool/map'
import { Member } from './pool/member'
import {
  checkMapOptions,
  checkPoolOptions,
  defaultSize,
  type MapOptions,
  type PoolOptions,
} from './pool/options'

/** How long an interrupted call may take to come back before another context takes its place, and how often it is looked for. */
const PATIENCE = 1000
const AGAIN = 5

/** Python on all processors: contexts with a GIL of their own, and calls that are given to whichever is free. */
export class PythonPool {
  /** How many contexts there are at most; each is made when it is first needed. */
  readonly size: number
  readonly #options: PoolOptions
  readonly #members = new Set<Member>()
  readonly #idle: Member[] = []
  readonly #waiting: (() => void)[] = []
  /** How many calls and maps were taken and have not come back. */
  #calls = 0
  #whenEmpty: (() => void) | undefined
  #closing: Promise<void> | undefined

  /**
   * Makes the first context, so that what cannot be had is said at once.
   *
   * @throws TypeError for unknown options and wrong types; Error when this CPython has no contexts with a GIL of their own.
   */
  constructor(options: PoolOptions = {}) {
    checkPoolOptions(options)
    this.#options = { ...options }
    this.size = options.size ?? defaultSize()
    this.#idle.push(this.#add())
  }

  /**
   * Calls a function in a context that is free: `await pool.call('math.factorial', 20)`. Its name is `'module.function'`, or that
   * of something that the code of `init` defined, or of a built-in function. The arguments are as for any Python function.
   */
  async call<T = PyValue>(fn: string, ...args: readonly unknown[]): Promise<T> {
    this.#check('call()', fn)
    return (await this.#run(fn, args)) as T
  }

  /**
   * Calls a function with each item, on all contexts. Resolves to the results, in the order of the items, which are taken when there is
   * room for them: an endless iterable waits.
   *
   * @throws (rejects with) PoolItemError for the first item that fails, and the reason of the signal when it aborts.
   */
  async map<T = PyValue>(
    fn: string,
    items: Iterable<unknown> | AsyncIterable<unknown>,
    options: MapOptions = {},
  ): Promise<T[]> {
    this.#check('map()', fn)
    checkItems(items)
    checkMapOptions(options)
    const call = (item: unknown, signal: AbortSignal) => this.#run(fn, [item], signal)
    return (await this.#count(() => mapItems(items, call, this.size, options))) as T[]
  }

  /** Takes no more calls, waits for those that were taken, and ends the contexts. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #check(method: string, fn: unknown): void {
    checkText(fn, method, 'the name of a function')
    if (this.#closing !== undefined) throw new Error('This PythonPool was closed; create a new one.')
  }

  #run(fn: string, args: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    return this.#count(async () => {
      const member = await this.#acquire()
      if (signal?.aborted === true) {
        this.#release(member)
        throw signal.reason
      }
      return this.#callOn(member, fn, args, signal)
    })
  }

  /** Closing waits for `work`. */
  async #count<R>(work: () => Promise<R>): Promise<R> {
    this.#calls += 1
    try {
      return await work()
    } finally {
      this.#calls -= 1
      if (this.#calls === 0) this.#whenEmpty?.()
    }
  }

  async #callOn(
    member: Member,
    fn: string,
    args: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<unknown> {
    try {
      return await member.call(fn, args, signal)
    } finally {
      if (member.isOver) this.#release(member)
      else void this.#whenOver(member)
    }
  }

  /** The call of a context was given up, and Python may be at it still: it has one call at a time. */
  async #whenOver(member: Member): Promise<void> {
    for (const until = Date.now() + PATIENCE; !member.isOver; ) {
      if (Date.now() > until) return this.#replace(member)
      await new Promise<void>((done) => setTimeout(done, AGAIN))
    }
    this.#release(member)
  }

  /** A free context, a new one where there is room, or the next that comes free. */
  async #acquire(): Promise<Member> {
    for (;;) {
      const member = this.#idle.pop()
      if (member !== undefined && !member.isBroken) return member
      if (member !== undefined) this.#members.delete(member)
      else if (this.#members.size < this.size) return this.#add()
      else await new Promise<void>((done) => this.#waiting.push(done))
    }
  }

  #release(member: Member): void {
    if (!this.#members.has(member)) return
    if (member.isBroken) this.#members.delete(member)
    else this.#idle.push(member)
    this.#waiting.shift()?.()
  }

  #add(): Member {
    const member = new Member(this.#options)
    this.#members.add(member)
    return member
  }

  /** Another context may take the place of one whose call does not come back; it ends when the call does. */
  #replace(member: Member): void {
    if (!this.#members.delete(member)) return
    member.end().catch((error) => process.emitWarning(`A context of a PythonPool did not end: ${error}`))
    this.#waiting.shift()?.()
  }

  async #close(): Promise<void> {
    if (this.#calls > 0) {
      await new Promise<void>((done) => {
        this.#whenEmpty = done
      })
    }
    // Calls that were given up may not be over yet; what waits for them keeps the process alive.
    await Promise.all([...this.#members].map((member) => this.#whenOver(member)))
    const members = [...this.#members]
    this.#members.clear()
    this.#idle.length = 0
    await Promise.all(members.map((member) => member.end()))
  }
}

function checkItems(items: unknown): void {
  const isObject = typeof items === 'object' && items !== null
  const { [Symbol.iterator]: some, [Symbol.asyncIterator]: others } = (isObject ? items : {}) as Partial<
    Iterable<unknown> & AsyncIterable<unknown>
  >
  if (typeof some !== 'function' && typeof others !== 'function') {
    throw new TypeError('map() takes the items as an iterable.')
  }
}
