/** The contract between lib/ and the two native addons. `lib/native.ts` is the only file that touches them. */

/** Values that cross directly, without the flat encoding. */
export type Direct = undefined | null | boolean | number | string | bigint

/** native/loader: opens libpython, nothing else. */
export interface Loader {
  /**
   * Opens libpython by its absolute path (RTLD_NOW | RTLD_GLOBAL, on Linux kept apart from the libraries that Node exports), once per process: the same
   * path again does nothing. Returns `Py_GetVersion()` of it. Throws an Error with the system's own message when it cannot be opened, and an
   * Error that names both paths when another libpython was opened before. The note is what `noted()` tells all threads of the process.
   */
  open(library: string, note?: string): string
  /** The note on the libpython that this process opened first; empty when it has opened none. */
  noted(): string
  /** Whether this is the thread that the process began with, which no worker thread is. False where the system does not tell. */
  isFirstThread(): boolean
}

/** A message in an input slot: from word 0 and double 0 on, so many words and doubles. */
export type Encoded = [slot: number, words: number, doubles: number, text: string, blobs: Uint8Array[]]

/**
 * Answers one operation asked by an interpreter: its ARGS message is in the output buffers. Returns a direct value
 * (never undefined for a real value: undefined means null; never a bigint), or the message that it encoded, which the core
 * copies before anything else runs. It never throws: a thrown value is encoded as THROWN.
 */
export type Dispatcher = (op: number, ref: number, interpreter: number) => Exclude<Direct, bigint> | Encoded

/**
 * Answers a call of a function whose arguments are numbers: registers 0 and 1 hold its reference and the interpreter, register 2 the count, and the numbers follow. A result
 * that is a number, boolean or nothing is put into registers 0 and 1, as those of the hot calls, and undefined returned; any other is returned, as by the dispatcher.
 */
export type NumbersDispatcher = () => ReturnType<Dispatcher>

/** What `Core.buffer` answers. */
export type BufferParts = [
  memory: ArrayBuffer,
  view: number,
  format: string | null,
  itemsize: number,
  readonly: boolean,
  alignment: number,
  offset: number,
  dimensions: number,
  ...lengths: number[],
]

/** native/core: Neon + PyO3. Loaded after libpython. One instance per Node environment (thread). */
export interface Core {
  /**
   * Registers this environment: the dispatcher for calls from Python, the receiver of released JavaScript references, who takes results (`take`) when there are some, and the
   * memory of the registers.
   */
  setup(
    dispatch: Dispatcher,
    releaseRef: (ref: number, count: number) => void,
    settle: () => void,
    registers: ArrayBufferLike,
    dispatchNumbers: NumbersDispatcher,
  ): void
  /** Registers (or replaces, when grown) input slot `slot`: memory that JavaScript writes messages into. The two never have been exposed to anyone else. */
  input(slot: number, words: ArrayBuffer, doubles: ArrayBuffer): void
  /**
   * The output buffers: Python writes messages into them. Word 0 holds their serial number; a message starts at word 1 and at double 0. When
   * word 0 differs from the serial seen before, the buffers were replaced: call `output()` again before decoding.
   */
  output(): [words: ArrayBuffer, doubles: ArrayBuffer]
  /** The number of a dict key in this process (see `Tag.DICT`); −1 for one that has none: it is empty, long, or holds a lone surrogate; −2 when there is no room for any more. */
  keyNumber(key: string): number
  /** The number of a shape, whose keys are the units of the string, each a number of a key; −1 where there is no room. */
  shapeNumber(keys: string): number
  /** The keys of a shape. */
  shapeKeys(number: number): string
  /** The dict key of a number that came in a message. */
  keyText(number: number): string
  /** The number of a new JavaScript class (1, 2, …) that is called that: the names of the classes it extends and its own, with slashes between. */
  addClass(names: string): number

  /** The next Latin-1 text chunk of the message in the output buffers. */
  latin(): string
  /** The next UTF-16 text chunk. */
  wide(): string
  /** The next blob. */
  blob(): Buffer

  /** For tests. Uses no other facts about the layout of Python's objects than these (a bit each, see native/core/src/sys/layout) from now on, of those that hold here; answers which were used. */
  restrictLayout(facts: number): number
  /** For tests. Replaces the output buffers by the smallest ones. */
  shrinkOutput(): void

  /** Starts Python (once per process; again only after `destroy`). Returns the number of the main interpreter. */
  initialize(executable: string): number
  /** Finalizes Python: every interpreter ends, every reference dies. False if it was not running. Throws when refused. */
  destroy(): boolean
  /** How often Python was ended in this process, by whatever thread. */
  ends(): number
  /** Says whose thread this is. Where it is only worker threads', Python ends with the process nevertheless; not on Windows. */
  watchProcess(isMainThread: boolean): void
  /**
   * At process exit: joins non-daemon threads, runs atexit handlers, flushes stdio; Python does not run afterwards. What takes longer than the grace
   * period is interrupted, and so is what worker threads run; a second later the process ends with `code`.
   */
  atExit(code: number): void
  /**
   * The memory of a Python object, or a copy where it is readonly or a copy is asked for: `[ArrayBuffer, number of the view (0: a copy), format or null, itemsize, readonly, alignment of the
   * ArrayBuffer's memory, offset of the first item, number of dimensions, ...shape, ...strides]`, lengths in bytes. `undefined`: read the message, which is an error.
   */
  buffer(object: number, copy: boolean): BufferParts | undefined
  /** Detaches the ArrayBuffer of a view and gives its memory back. False if it was transferred or is gone. */
  releaseBuffer(view: number): boolean
  /**
   * A live memoryview of that format over the shared memory of a Uint8Array (not empty); the result is in the message. This thread keeps the memory, or, with
   * a number of `awaitKeeper`, the keeper.
   */
  share(view: Uint8Array, format: string, interpreter: number, number: number): undefined
  /** This thread keeps shared memory for others; `open` is called before any is sent. */
  setKeeper(open: () => void): void
  /** Has the keeper open, soon. */
  callKeeper(): void
  /** A number for memory that is then sent to the keeper; waits until that is open. 0: there is none. */
  awaitKeeper(): number
  /** The memory of that number has arrived at the keeper. */
  keep(number: number, memory: SharedArrayBuffer): void
  /** Registers what receives the data that Python has for sinks of this environment. It never throws. */
  outlet(receive: (sink: number, data: Buffer) => void): void
  /** Passes on what waits for the receiver, now. */
  drain(): void
  /** How many milliseconds Python's threads, atexit handlers and child processes may take at an end, before they are interrupted. */
  setGrace(milliseconds: number): void
  /** How long a Python thread of the interpreter waits for a JavaScript thread that does not leave one call to Python. */
  setPatience(interpreter: number, milliseconds: number): void
  /** How many calls of Python threads wait for this environment's event loop. */
  waiting(): number
  /** Whether a context can have a GIL of its own: from CPython 3.12 on. */
  hasOwnGil(): boolean
  /** A sub-interpreter, which shares the GIL of the main one, or has its own (where it can). Returns its number. */
  createContext(isShared: boolean): number
  deleteContext(interpreter: number): boolean

  /** The id of an attribute name, for the calls below. At most `NAME_LIMIT` (65536) names; after that, -1: use `run`. */
  intern(name: string): number
  /** The number of a signature: up to eight names of arguments, by their ids, in this order; -1 when there are too many. */
  signature(...names: number[]): number
  /**
   * The hot calls. Registers 0 and 1 say what they are for: the object, and the name id of the method or attribute (-1 is the object itself). They return a result that is a
   * string, bigint, or bytes (a Buffer), and `undefined` for all others, with its kind in register 0: a number is in register 1, and null, booleans, an absent attribute and a
   * method are kinds of their own; of a live object, the id is in register 1 and the flags in register 2; the rest (containers, objects, errors) is a message in the output buffers. They never throw for Python's reasons. `lib/codec/registers.ts`
   * is the one place that knows the registers.
   *
   * `callNumbers`: arguments that are numbers, up to three: their count in register 2, they themselves behind it. `call`: one to three primitives, or a Buffer that is not empty. `callMixed`: up to twelve that are numbers, null, booleans, or
   * live objects, their count in register 2, the signature of the last ones in register 3 (-1: none is named), a kind and a value for each from register 8 on. `callBeside`: the same with up to eight strings
   * and Buffers among them.
   */
  callNumbers(): Direct
  /** `callNumbers`, as `submit` does it; the number of the call is in register 6. */
  submitNumbers(): true | undefined
  call(...args: (Direct | Uint8Array)[]): Direct
  callMixed(): Direct
  callBeside(...values: (string | Uint8Array)[]): Direct
  getattr(): Direct
  /** The next item of an iterator; register 0 holds it. The end is a kind of its own, with a value in a message. */
  next(): Direct
  /** The item of an object by a number: register 0 and 3. */
  item(): Direct
  /** The same by another primitive. */
  itemOf(key: Direct): Direct
  /** The module of that name; register 0 holds the interpreter. */
  importModule(): Direct
  /**
   * Runs operation `op` in `interpreter` on an ARGS message in input slot `slot`, of so many words and doubles, with its text and blobs. Returns the
   * result when it is null, boolean, number, string, bigint, or bytes (a Buffer), and `undefined` when it is a message in the output buffers. */
  run(
    op: number,
    interpreter: number,
    slot: number,
    words: number,
    doubles: number,
    text: string,
    blobs: Uint8Array[] | undefined,
  ): Direct

  /**
   * The same on a worker thread, without the GIL: the message is copied. The result comes by `take` under `call`, a number of no other call in flight. `undefined`
   * when the call could not be sent, and the reason is in the output buffers. A call in flight keeps the event loop alive.
   */
  submit(
    call: number,
    op: number,
    interpreter: number,
    slot: number,
    words: number,
    doubles: number,
    text: string,
    blobs: Uint8Array[] | undefined,
  ): true | undefined
  /** Puts the next result into the output buffers, always as a message; returns the number of its call, or −1 when there is none. The result before must be decoded. */
  take(): number
  /** Nobody wants the result of that call any more: it does not start, or is interrupted. */
  cancel(call: number): void
  /** Whether Python is no longer at a call that was cancelled. */
  isOver(number: number): boolean
  /** Raises KeyboardInterrupt in the calls that worker threads run in the interpreter. */
  interrupt(interpreter: number): void
  /** How many calls of the interpreter may run on worker threads at the same time. */
  threads(interpreter: number, threads: number): void

  /** JavaScript keeps so many bytes more of Python's memory alive, or fewer: V8 then collects in time. Answers how many bytes outside of its heap V8 knows of. */
  weigh(bytes: number): number

  /** Gives back `count` handed-out references of the object; queued, never waits for the GIL. Unknown or stale ids are ignored. */
  release(object: number, count: number): void
  /** Gives back now all that this environment was handed of the object. False if it holds none of it. */
  gc(object: number): boolean
  /** Gives back now all objects of the interpreter that this environment holds; returns how many. */
  clear(interpreter: number): number
  /** How many Python objects the interpreter's reference table holds, after draining its release queue. */
  references(interpreter: number): number
}
