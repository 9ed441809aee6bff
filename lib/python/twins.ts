import type { PyValue } from '../../types/objects'
import type { CallLimits, CallOptions } from '../call-options'
import { checkObject, checkText } from '../check'
import { METHOD } from '../codec/outcomes'
import { Op } from '../codec/tags'
import { methodAttribute } from '../object/attributes'
import type { BinaryOperator, UnaryOperator } from './operators'
import { checked, operation, start, takeLimits } from './start'

/** The twins that `Python` and `py.live` both have. What is wrong rejects. */
export class Twins {
  /** As `getattr`, on a worker thread: for properties that compute. */
  async getattr_async<T = PyValue>(
    object: unknown,
    name: string,
    fallback?: unknown,
    limits?: CallLimits,
  ): Promise<T> {
    const value = await start(this, limits, Op.GETATTR, 'getattr_async', () => {
      checkText(name, 'getattr_async()', 'the name of an attribute')
      return [checked(object, 'getattr_async()'), name]
    })
    if (value === METHOD) return methodAttribute(checkObject(object, 'getattr_async()'), name) as T
    return (value === undefined ? fallback : value) as T
  }

  /** `object[key]`, on a worker thread. */
  getitem_async<T = PyValue>(object: unknown, key: unknown, limits?: CallLimits): Promise<T> {
    return start(this, limits, Op.OPERATE, 'getitem_async', () => ['getitem', object, key])
  }

  /** As `op`, on a worker thread; limits are given as `callOptions()`. */
  op_async<T = PyValue>(
    left: unknown,
    operator: BinaryOperator,
    right: unknown,
    limits?: CallOptions,
  ): Promise<T>
  op_async<T = PyValue>(operator: UnaryOperator, operand: unknown, limits?: CallOptions): Promise<T>
  op_async(...args: unknown[]): Promise<unknown> {
    const limits = takeLimits(args)
    return start(this, limits, Op.OPERATE, 'op_async', () => operation(args))
  }
}
