import type { PyValue } from '../../types/objects'
import type { CallLimits } from '../call-options'
import { checkCell } from '../check'
import { Flag, Op } from '../codec/tags'
import { foreignError } from '../errors'
import { PyAsyncIterator } from '../object/async-iterator'
import { optionsOf } from './async'
import { withDictsAs } from './dicts'
import { moduleFile, Operations } from './operations'
import { liveInterpreter } from './runner'
import { checked, start } from './start'
import { checkToJS, type ToJSOptions } from './values'

/** The operations that can take long, on worker threads. What is wrong rejects. */
export class OperationTwins extends Operations {
  /** As `import_file`, on a worker thread. */
  import_file_async<T = PyValue>(file: string | URL, name?: string, limits?: CallLimits): Promise<T> {
    return operate(this, limits, 'import_file', () => moduleFile(file, name, 'import_file_async()'))
  }

  /** `object[key] = value`, on a worker thread. */
  setitem_async(object: unknown, key: unknown, value: unknown, limits?: CallLimits): Promise<void> {
    return change(this, limits, 'setitem', object, key, value)
  }

  /** `del object[key]`, on a worker thread. */
  delitem_async(object: unknown, key: unknown, limits?: CallLimits): Promise<void> {
    return change(this, limits, 'delitem', object, key)
  }

  /** `len(object)`, on a worker thread. */
  len_async(object: unknown, limits?: CallLimits): Promise<number> {
    return operate(this, limits, 'len', () => [object])
  }

  /** `item in object`, on a worker thread. */
  contains_async(object: unknown, item: unknown, limits?: CallLimits): Promise<boolean> {
    return operate(this, limits, 'contains', () => [object, item])
  }

  /** `hash(value)`, on a worker thread. */
  hash_async(value: unknown, limits?: CallLimits): Promise<number | bigint> {
    return operate(this, limits, 'hash', () => [value])
  }

  /** `bool(value)`, on a worker thread. */
  bool_async(value: unknown, limits?: CallLimits): Promise<boolean> {
    return operate(this, limits, 'bool', () => [value])
  }

  /** `str(value)`, on a worker thread. */
  str_async(value: unknown, limits?: CallLimits): Promise<string> {
    return start(this, limits, Op.STR, 'str_async', () => [value])
  }

  /** `repr(value)`, on a worker thread. */
  repr_async(value: unknown, limits?: CallLimits): Promise<string> {
    return start(this, limits, Op.REPR, 'repr_async', () => [value])
  }

  /** `dir(object)`, on a worker thread. */
  dir_async(object: unknown, limits?: CallLimits): Promise<string[]> {
    return start(this, limits, Op.DIR, 'dir_async', () => [checked(object, 'dir_async()')])
  }

  /**
   * Iterates as `for await` does, within limits. A signal ends the iteration, and a `timeout` is for each item. Leaving early, and what ends it,
   * closes a generator.
   *
   * @throws TypeError for what cannot be iterated.
   */
  iter_async<T = PyValue>(iterable: unknown, limits?: CallLimits): AsyncIterableIterator<T> {
    const interpreter = liveInterpreter(this)
    const cell = checkCell(iterable, 'iter_async()')
    if (cell.interpreter !== interpreter) throw foreignError(cell.pytype)
    if ((cell.flags & (Flag.ITERABLE | Flag.ASYNC_ITERABLE)) === 0) {
      throw new TypeError('iter_async() takes a Python object that can be iterated.')
    }
    return new PyAsyncIterator(cell, optionsOf(limits)) as AsyncIterableIterator<T>
  }

  /** As `toJS`, on a worker thread. */
  async toJS_async<T = PyValue>(value: unknown, options: ToJSOptions = {}, limits?: CallLimits): Promise<T> {
    const { depth, dicts = 'auto', default: fallback } = checkToJS(options)
    const args = [value, depth ?? null, fallback ?? null]
    return withDictsAs(await operate(this, limits, 'to_js', () => args), dicts) as T
  }
}

async function change(
  python: object,
  limits: CallLimits | undefined,
  name: string,
  object: unknown,
  ...rest: unknown[]
): Promise<void> {
  await operate(python, limits, name, () => [checked(object, `${name}_async()`), ...rest])
}

function operate<T>(
  python: object,
  limits: CallLimits | undefined,
  name: string,
  args: () => unknown[],
): Promise<T> {
  return start(python, limits, Op.OPERATE, `${name}_async`, () => [name, ...args()])
}
