/** The keys that the core knows by number: a part of `Core`. */
export interface KeySource {
  keyNumber(key: string): number
  keyText(number: number): string
}

/** Longer keys are data, and stay text. */
const MAX_LENGTH = 64
/** How many keys that came once are remembered. */
const MAX_ONCE = 1024

/** What `keyNumber` answers when there is no room for any more keys. */
const FULL = -2

/** A core without numbers: every key is text. */
const TEXT_ONLY: KeySource = {
  keyNumber: () => FULL,
  keyText: () => {
    throw new Error('There are no keys by number here.')
  },
}

/** A key with a number, and the one that came after it last time. */
interface Numbered {
  readonly key: string
  readonly number: number
  next: Numbered | undefined
}

/**
 * The dict keys of this thread by number: a key that comes again crosses as one word (bench: dict, document). Numbers
 * belong to the process and never change their meaning; both sides ask for what they do not know.
 */
export class Keys {
  readonly #source: KeySource
  readonly #numbered = new Map<string, Numbered>()
  /** The last key asked for: records repeat their keys in order, and most keys follow the same one as before (a third of the time of a look-up; bench: document). */
  #last: Numbered = { key: '', number: -1, next: undefined }
  readonly #once = new Set<string>()
  /** By number; the empty string, which never has one, stands for what is not known yet. */
  readonly #texts: string[] = []
  /** By number: the round in which `Object.prototype` was seen not to have that name. */
  readonly #plain: number[] = []
  #isFull = false
  #round = 0

  constructor(source: KeySource = TEXT_ONLY) {
    this.#source = source
    this.#isFull = source === TEXT_ONLY
  }

  /** The number of a key; negative for one that crosses as text. */
  number(key: string): number {
    const { next } = this.#last
    if (next === undefined || next.key !== key) return this.#find(key)
    this.#last = next
    return next.number
  }

  /** The number of a key that has one here; negative for every other. */
  known(key: string): number {
    return this.#numbered.get(key)?.number ?? -1
  }

  /** The key of a number that came from Python. */
  text(number: number): string {
    const known = this.#texts[number]
    return known === undefined || known === '' ? this.#ask(number) : known
  }

  /** Begins a message: `Object.prototype` may be another than before. */
  begin(): void {
    this.#round += 1
  }

  /** Whether an assignment to that key of an object makes a property: nothing of `Object.prototype` is in the way. Asked once a message for each key. */
  isPlain(number: number, key: string): boolean {
    if (this.#plain[number] === this.#round) return true
    if (key in Object.prototype) return false
    this.#plain[number] = this.#round
    return true
  }

  #find(key: string): number {
    const known = this.#numbered.get(key)
    if (known === undefined) return this.#admit(key)
    this.#last.next = known
    this.#last = known
    return known.number
  }

  /** Most keys that come once are data, and do not come again: only the second time gives a number. */
  #admit(key: string): number {
    if (this.#isFull || key.length > MAX_LENGTH || key === '') return -1
    if (!this.#once.delete(key)) {
      if (this.#once.size >= MAX_ONCE) this.#once.clear()
      this.#once.add(key)
      return -1
    }
    const number = this.#source.keyNumber(key)
    if (number >= 0) this.#keep(number, key)
    else this.#isFull = number === FULL
    return number
  }

  #ask(number: number): string {
    const text = this.#source.keyText(number)
    // V8 keeps one string for each property name: that one makes the fastest key.
    const key = Object.keys({ [text]: true })[0] as string
    this.#keep(number, key)
    return key
  }

  #keep(number: number, key: string): void {
    while (this.#texts.length <= number) {
      this.#texts.push('')
      this.#plain.push(0)
    }
    this.#texts[number] = key
    this.#numbered.set(key, { key, number, next: undefined })
  }
}
