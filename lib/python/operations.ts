import type { PyObject, PyValue } from '../../types/objects'
import type { CallLimits } from '../call-options'
import { checkFile, checkObject, checkText } from '../check'
import { Cell, linkOf } from '../codec/cell'
import { LIVE, Op } from '../codec/tags'
import { isDirectKey, itemOf } from '../object/items'
import { isDebugging } from '../runtime/debug'
import { optionsOf } from './async'
import { type AsyncBody, EnteredAsync, type WithinManager, withAsyncManager } from './async-manager'
import { LiveResults } from './live'
import { Entered, withManager } from './manager'
import { type BinaryOperator, binary, type UnaryOperator, unary } from './operators'
import { liveInterpreter, livingInterpreterOf, runnerOf } from './runner'
import { parseSubscript } from './slices'
import { Values } from './values'

/** Items, operators and context managers: Python's syntax that JavaScript has no syntax for. */
export class Operations extends Values {
  #live: LiveResults | undefined

  /** The same calls with results that stay live, whatever they are: `py.live.eval('[1, 2]')`. */
  get live(): LiveResults {
    this.#live ??= new LiveResults(this)
    return this.#live
  }

  /**
   * Imports a Python file, or the folder of a package, once: `py.import_file('plugins/table.py')`, or `new URL('table.py', import.meta.url)`. A path is
   * relative to the working directory. The module is named as the file is, unless it is given a name.
   *
   * @throws PythonError FileNotFoundError where there is no such file; ImportError where the name is that of another module.
   */
  import_file<T = PyValue>(file: string | URL, name?: string): T {
    return this.#operate('import_file', ...moduleFile(file, name, 'import_file()')) as T
  }

  /** `object[key]`; the key is any value, a tuple with `py.tuple`, a slice with `py.slice`. */
  getitem<T = PyValue>(object: unknown, key: unknown): T {
    const link = linkOf(object)
    if (link instanceof Cell && !link.released && isDirectKey(key) && !isDebugging()) {
      // A foreign object is refused by what follows.
      if (livingInterpreterOf(this) === link.interpreter) return itemOf(link, key) as T
    }
    return this.#operate('getitem', object, key) as T
  }

  /** `object[key] = value` */
  setitem(object: unknown, key: unknown, value: unknown): void {
    checkObject(object, 'setitem()')
    this.#operate('setitem', object, key, value)
  }

  /** `del object[key]` */
  delitem(object: unknown, key: unknown): void {
    checkObject(object, 'delitem()')
    this.#operate('delitem', object, key)
  }

  /** `len(object)` */
  len(object: unknown): number {
    return this.#operate('len', object) as number
  }

  /** `item in object` */
  contains(object: unknown, item: unknown): boolean {
    return this.#operate('contains', object, item) as boolean
  }

  /** The key of a subscript written as in Python: `py.slice('1:5, ::2')`. */
  slice(subscript: string): PyObject
  /** `slice(start, stop, step)`; null and undefined are None. */
  slice(start: unknown, stop: unknown, step?: unknown): PyObject
  slice(...args: [string] | [unknown, unknown, unknown?]): PyObject {
    const [first, stop, step] = args
    if (args.length > 1)
      return runnerOf(this)(Op.OPERATE | LIVE, 'slice', 'slice', first, stop, step) as PyObject
    checkText(first, 'slice()', 'a subscript like 1:5')
    return runnerOf(this)(Op.OPERATE | LIVE, 'slice', 'subscript', parseSubscript(first)) as PyObject
  }

  /** Python's `...` */
  get ellipsis(): PyObject {
    return this.#operate('ellipsis') as PyObject
  }

  /** An operator of Python's between two operands: `py.op(a, '@', b)`; `+=` and its like change `a` where it can be changed. */
  op<T = PyValue>(left: unknown, operator: BinaryOperator, right: unknown): T
  /** An operator of Python's before its operand: `py.op('~', mask)`. */
  op<T = PyValue>(operator: UnaryOperator, operand: unknown): T
  op(...args: [unknown, BinaryOperator, unknown] | [UnaryOperator, unknown]): unknown {
    if (args.length === 2) return this.#operate(unary(args[0]), args[1])
    return this.#operate(...binary(args[1], args[0]), args[0], args[2])
  }

  /** `isinstance(value, type)`, of one type or of any in an array. */
  isinstance(value: unknown, type: unknown): boolean {
    return this.#operate('is_instance', value, type) as boolean
  }

  /** `issubclass(type, base)`, of one base or of any in an array. */
  issubclass(type: unknown, base: unknown): boolean {
    return this.#operate('is_subclass', type, base) as boolean
  }

  /** The type of any value, as a live class. */
  type<T = PyValue>(value: unknown): T {
    return this.#operate('type', value) as T
  }

  /** `hash(value)` */
  hash(value: unknown): number | bigint {
    return this.#operate('hash', value) as number | bigint
  }

  /** `id(object)` */
  id(object: unknown): number | bigint {
    checkObject(object, 'id()')
    return this.#operate('id', object) as number | bigint
  }

  /** `a is b` */
  is(a: unknown, b: unknown): boolean {
    return this.#operate('is_', a, b) as boolean
  }

  /**
   * Python's `with`: calls `body` with what the context manager gives, and leaves it then; where `body` returns a promise, when that
   * has settled. Gives what `body` gives. `__exit__` sees what is thrown, and undefined comes of what it suppresses.
   */
  with<T = PyValue, R = unknown>(
    manager: unknown,
    body: (value: T) => R,
  ): R extends PromiseLike<infer V> ? Promise<V | undefined> : R | undefined
  with(manager: unknown, body: (value: never) => unknown): unknown {
    checkObject(manager, 'with()')
    if (typeof body !== 'function') throw new TypeError('with() takes a context manager and a function.')
    return withManager(runnerOf(this), manager, body as (value: unknown) => unknown)
  }

  /** Enters a context manager, to be left at the end of the block: `using file = py.enter(open(path))`, then `file.value`. */
  enter<T = PyValue>(manager: unknown): Entered<T> {
    checkObject(manager, 'enter()')
    return new Entered<T>(runnerOf(this), manager)
  }

  /**
   * Python's `async with`, for managers with `__aenter__` and `__aexit__`, which run in one task on the asyncio loop of this context. Else as
   * `with`; what is wrong rejects. When the task is cancelled (by `asyncio.timeout()`, a task group, or `limits`), it does not wait for `body`,
   * whose `signal` is aborted.
   */
  async with_async<T = PyValue, R = unknown>(
    manager: unknown,
    body: (value: T, within: WithinManager) => R | PromiseLike<R>,
    limits?: CallLimits,
  ): Promise<R | undefined> {
    const interpreter = liveInterpreter(this)
    checkObject(manager, 'with_async()')
    if (typeof body !== 'function')
      throw new TypeError('with_async() takes a context manager and a function.')
    return (await withAsyncManager(interpreter, manager, body as AsyncBody, optionsOf(limits))) as
      | R
      | undefined
  }

  /** Enters an async context manager, to be left at the end of the block: `await using session = await py.enter_async(manager)`. */
  async enter_async<T = PyValue>(manager: unknown, limits?: CallLimits): Promise<EnteredAsync<T>> {
    const interpreter = liveInterpreter(this)
    checkObject(manager, 'enter_async()')
    return EnteredAsync.enter<T>(interpreter, manager, optionsOf(limits))
  }

  #operate(name: string, ...args: unknown[]): unknown {
    return runnerOf(this)(Op.OPERATE, name, name, ...args)
  }
}

/** What `import_file` is told in Python. */
export function moduleFile(file: unknown, name: unknown, method: string): unknown[] {
  const path = checkFile(file, method)
  if (name === undefined) return [path, null]
  checkText(name, method, 'the name of a module')
  return [path, name]
}
