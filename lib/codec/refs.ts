/** A JavaScript value that Python holds. */
export interface Entry {
  readonly id: number
  readonly value: unknown
  /** `this` when Python calls a method that it read from an object. */
  readonly receiver: unknown
  /** Whether what Python reads from it goes by reference too: `py.ref()` was asked for it. */
  isLive: boolean
  /** How many sendings of the id Python has not given back. */
  count: number
}

/**
 * The JavaScript values held for Python. The same value has the same id while Python holds it. At the end of the stack any call can throw, also of a
 * built-in function: those that can come first, so that all is done or nothing.
 */
export class References {
  /** By id: ids are given again, so it has few holes (bench: callback). */
  readonly #byId: (Entry | undefined)[] = []
  #size = 0
  readonly #plain = new Map<unknown, Entry>()
  readonly #methods = new WeakMap<object, Map<unknown, Entry>>()
  readonly #free: number[] = []
  #next = 1

  /** How many values are held. */
  get size(): number {
    return this.#size
  }

  /** Counts one sending of `value` (as a method of `receiver`, if given) and returns its id. */
  send(value: unknown, receiver?: object): number {
    const table = receiver === undefined ? this.#plain : this.#methodsOf(receiver)
    const entry = table.get(value) ?? this.#add(table, value, receiver)
    entry.count += 1
    return entry.id
  }

  /** From now on, what Python reads from the value, which was sent, goes by reference too. */
  makeLive(value: object): void {
    const entry = this.#plain.get(value)
    if (entry !== undefined) entry.isLive = true
  }

  /** The entry of an id that Python sent. */
  entry(id: number): Entry {
    const entry = this.#byId[id]
    if (entry === undefined) throw new Error(`JavaScript reference ${id} is not held for Python.`)
    return entry
  }

  /** Takes back `count` sendings of an id; the last one drops the value. */
  release(id: number, count: number): void {
    const entry = this.#byId[id]
    if (entry === undefined) return
    if (entry.count > count) entry.count -= count
    else this.#drop(entry)
  }

  /** Takes back one sending of each, and those from the list that it has taken. */
  takeBack(sent: number[]): void {
    while (sent.length > 0) {
      this.release(sent[sent.length - 1] as number, 1)
      sent.length -= 1
    }
  }

  #add(table: Map<unknown, Entry>, value: unknown, receiver: object | undefined): Entry {
    const free = this.#free
    const id = free[free.length - 1] ?? this.#next
    const entry: Entry = { id, value, receiver, isLive: false, count: 0 }
    table.set(value, entry)
    if (free.length > 0) free.length -= 1
    else this.#next += 1
    this.#byId[id] = entry
    this.#size += 1
    return entry
  }

  #drop(entry: Entry): void {
    const table = entry.receiver === undefined ? this.#plain : this.#methodsOf(entry.receiver as object)
    table.delete(entry.value)
    this.#byId[entry.id] = undefined
    this.#size -= 1
    this.#free[this.#free.length] = entry.id
  }

  #methodsOf(receiver: object): Map<unknown, Entry> {
    const known = this.#methods.get(receiver)
    if (known !== undefined) return known
    const fresh = new Map<unknown, Entry>()
    this.#methods.set(receiver, fresh)
    return fresh
  }
}

/** Python may await the promise after it was rejected; until then Node would take the rejection for unhandled. */
export function leaveToPython(promise: Promise<unknown>): void {
  Promise.prototype.then.call(promise, undefined, () => undefined)
}
