import { PoolItemError } from './error'
import type { MapOptions } from './options'

type Items<T> = Iterable<T> | AsyncIterable<T>

/** What a map needs of its pool: to call one item. When the signal aborts, what runs is interrupted. */
export type CallItem = (item: unknown, signal: AbortSignal) => Promise<unknown>

/** Calls each item, so many at a time; the results in the order of the items. An item is taken when there is room for it. */
export async function mapItems(
  items: Items<unknown>,
  call: CallItem,
  size: number,
  options: MapOptions,
): Promise<unknown[]> {
  const { concurrency = size, signal } = options
  signal?.throwIfAborted()
  const work = new Work(items, call, options)
  const failed = new Promise<never>((_, fail) => {
    signal?.addEventListener('abort', () => fail(signal.reason), { once: true, signal: work.over })
  })
  try {
    await Promise.race([Promise.all(Array.from({ length: concurrency }, () => work.run())), failed])
    return work.results
  } catch (error) {
    work.stop()
    throw error
  } finally {
    work.end()
  }
}

class Work {
  readonly results: unknown[] = []
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>
  readonly #call: CallItem
  readonly #onProgress: MapOptions['onProgress']
  readonly #total: number | undefined
  /** Interrupts what runs. */
  readonly #interrupt = new AbortController()
  readonly #over = new AbortController()
  /** The last item asked for: they are taken one after the other. */
  #taking: Promise<unknown> = Promise.resolve()
  #taken = 0
  #done = 0
  #isExhausted = false
  #isStopped = false

  constructor(items: Items<unknown>, call: CallItem, { onProgress }: MapOptions) {
    this.#iterator = iteratorOf(items)
    this.#call = call
    this.#onProgress = onProgress
    this.#total = totalOf(items)
  }

  /** Aborted when the map has ended. */
  get over(): AbortSignal {
    return this.#over.signal
  }

  /** Works on one item after the other until there are none. */
  async run(): Promise<void> {
    for (let item = await this.#take(); item !== undefined; item = await this.#take()) {
      const [index, value] = item
      this.results[index] = await this.#perform(index, value)
      this.#done += 1
      if (!this.#isStopped) this.#onProgress?.(this.#done, this.#total)
    }
  }

  /** What runs is interrupted, and no more items are taken. */
  stop(): void {
    this.#isStopped = true
    this.#interrupt.abort()
    if (this.#isExhausted) return
    // Whatever the iterator says now changes nothing any more.
    void this.#taking.then(() => this.#iterator.return?.()).catch(() => undefined)
  }

  end(): void {
    this.#isStopped = true
    this.#over.abort()
  }

  async #perform(index: number, value: unknown): Promise<unknown> {
    try {
      return await this.#call(value, this.#interrupt.signal)
    } catch (error) {
      throw new PoolItemError(index, error)
    }
  }

  #take(): Promise<[number, unknown] | undefined> {
    const next = this.#taking.then(() => this.#next())
    this.#taking = next.catch(() => undefined)
    return next
  }

  async #next(): Promise<[number, unknown] | undefined> {
    if (this.#isStopped || this.#isExhausted) return undefined
    const { done, value } = await this.#iterator.next()
    this.#isExhausted = done === true
    return this.#isStopped || this.#isExhausted ? undefined : [this.#taken++, value]
  }
}

function iteratorOf(items: Items<unknown>): Iterator<unknown> | AsyncIterator<unknown> {
  const { [Symbol.asyncIterator]: asynchronous } = items as Partial<AsyncIterable<unknown>>
  return asynchronous === undefined
    ? (items as Iterable<unknown>)[Symbol.iterator]()
    : asynchronous.call(items)
}

function totalOf(items: object): number | undefined {
  const { length, size } = items as { length?: unknown; size?: unknown }
  const total = length ?? size
  return typeof total === 'number' ? total : undefined
}
