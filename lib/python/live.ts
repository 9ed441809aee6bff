import type { PyValue } from '../../types/objects'
import type { CallLimits } from '../call-options'
import { checkArguments, checkGlobals, checkKeywords, checkObject, checkText } from '../check'
import { METHOD } from '../codec/outcomes'
import { AsyncOp, LIVE, Op } from '../codec/tags'
import { getAttribute } from '../object/attributes'
import { expressionOf } from './async'
import { type BinaryOperator, binary, type UnaryOperator, unary } from './operators'
import { type Run, runnerOf } from './runner'
import { setLive, start } from './start'
import { isTemplate, keyOf, type Template } from './template'
import { Twins } from './twins'

/** Calls whose results stay live, also lists, dicts and numbers, which would come by value otherwise. */
export class LiveResults extends Twins {
  readonly #run: Run

  /** `python` is the `Python` that they are of. */
  constructor(python: object) {
    super()
    this.#run = runnerOf(python)
    setLive(this, python)
  }

  /** As `py.eval`. */
  eval<T = PyValue>(template: Template, ...values: unknown[]): T
  eval<T = PyValue>(code: string, globals?: unknown): T
  eval(code: string | Template, ...rest: unknown[]): unknown {
    if (isTemplate(code)) return this.#run(Op.TEMPLATE | LIVE, 'eval', 'eval', keyOf(code), ...rest)
    checkText(code, 'eval()', 'the expression')
    checkGlobals(rest[0], 'eval()')
    return this.#run(Op.EVAL | LIVE, 'eval', code, rest[0])
  }

  /** As `py.call`: a method by name. */
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
    return this.#run(Op.CALL_METHOD | LIVE, 'call', object, method, args, kwargs) as T
  }

  /** Calls a callable. */
  apply<T = PyValue>(
    callable: unknown,
    args: readonly unknown[] = [],
    kwargs: Record<string, unknown> = {},
  ): T {
    checkObject(callable, 'apply()')
    checkArguments(args, 'apply()')
    checkKeywords(kwargs, 'apply()')
    return this.#run(Op.CALL | LIVE, 'apply', callable, args, kwargs) as T
  }

  /** As `py.getattr`. */
  getattr<T = PyValue>(object: unknown, name: string, fallback?: unknown): T {
    const link = checkObject(object, 'getattr()')
    checkText(name, 'getattr()', 'the name of an attribute')
    const value = this.#run(Op.GETATTR | LIVE, 'getattr', object, name)
    if (value === METHOD) return getAttribute(link, name) as T
    return (value === undefined ? fallback : value) as T
  }

  /** As `py.getitem`. */
  getitem<T = PyValue>(object: unknown, key: unknown): T {
    return this.#run(Op.OPERATE | LIVE, 'getitem', 'getitem', object, key) as T
  }

  /** As `py.op`. */
  op<T = PyValue>(left: unknown, operator: BinaryOperator, right: unknown): T
  op<T = PyValue>(operator: UnaryOperator, operand: unknown): T
  op(...args: [unknown, BinaryOperator, unknown] | [UnaryOperator, unknown]): unknown {
    if (args.length === 2) return this.#run(Op.OPERATE | LIVE, 'op', unary(args[0]), args[1])
    return this.#run(Op.OPERATE | LIVE, 'op', ...binary(args[1], args[0]), args[0], args[2])
  }

  /** As `eval`, on a worker thread. */
  eval_async<T = PyValue>(template: Template, ...values: unknown[]): Promise<T>
  eval_async<T = PyValue>(code: string, globals?: unknown, limits?: CallLimits): Promise<T>
  eval_async(code: string | Template, ...rest: unknown[]): Promise<unknown> {
    if (isTemplate(code)) {
      return start(this, undefined, Op.TEMPLATE, 'eval_async', () => ['eval', keyOf(code), ...rest])
    }
    const [globals, limits] = rest
    return start(this, limits as CallLimits | undefined, AsyncOp.RUN, 'eval_async', () => {
      checkText(code, 'eval_async()', 'the expression')
      checkGlobals(globals, 'eval_async()')
      return expressionOf(code, globals)
    })
  }

  /** As `call`, on a worker thread. */
  call_async<T = PyValue>(
    object: unknown,
    method: string,
    args: readonly unknown[] = [],
    kwargs: Record<string, unknown> = {},
    limits?: CallLimits,
  ): Promise<T> {
    return start(this, limits, Op.CALL_METHOD, 'call_async', () => {
      checkObject(object, 'call_async()')
      checkText(method, 'call_async()', 'the name of a method')
      checkArguments(args, 'call_async()')
      checkKeywords(kwargs, 'call_async()')
      return [object, method, args, kwargs]
    })
  }

  /** As `apply`, on a worker thread. */
  apply_async<T = PyValue>(
    callable: unknown,
    args: readonly unknown[] = [],
    kwargs: Record<string, unknown> = {},
    limits?: CallLimits,
  ): Promise<T> {
    return start(this, limits, Op.CALL, 'apply_async', () => {
      checkObject(callable, 'apply_async()')
      checkArguments(args, 'apply_async()')
      checkKeywords(kwargs, 'apply_async()')
      return [callable, args, kwargs]
    })
  }
}
