import { type CallLimits, type CallOptions, callOptions } from '../call-options'
import { checkArguments, checkGlobals, checkKeywords, checkObject, checkText } from '../check'
import { submitWithin } from '../codec/calls'
import { AsyncOp, Op } from '../codec/tags'
import { type Twin, valueTwin } from '../object/twins'
import { isTemplate, keyOf } from './template'

// The asynchronous twins of the methods of `Python`: whatever is wrong rejects.

/** `import_async()` */
export async function importAsync(
  interpreter: number,
  name: unknown,
  limits: CallLimits | undefined,
): Promise<unknown> {
  checkText(name, 'import_async()', 'the name of a module')
  return submitWithin(optionsOf(limits), Op.IMPORT, interpreter, name)
}

/** `exec_async()` */
export async function execAsync(interpreter: number, code: unknown, rest: readonly unknown[]): Promise<void> {
  if (isTemplate(code)) {
    await templateAsync(interpreter, 'exec', undefined, [code, ...rest])
    return
  }
  const [globals, limits] = rest
  checkText(code, 'exec_async()', 'the code')
  checkGlobals(globals, 'exec_async()')
  await submitWithin(optionsOf(limits), AsyncOp.RUN, interpreter, 'exec', code, globals)
}

/** `eval_async()` */
export async function evalAsync(
  interpreter: number,
  code: unknown,
  rest: readonly unknown[],
): Promise<unknown> {
  if (isTemplate(code)) return templateAsync(interpreter, 'eval', undefined, [code, ...rest])
  const [globals, limits] = rest
  checkText(code, 'eval_async()', 'the expression')
  checkGlobals(globals, 'eval_async()')
  return submitWithin(optionsOf(limits), AsyncOp.RUN, interpreter, ...expressionOf(code, globals))
}

/** The arguments of RUN for an expression; blanks in front of it are none of it, as for Python's eval(). */
export function expressionOf(code: string, globals: unknown): ['eval', string, unknown] {
  return ['eval', code.replace(/^[ \t]+/, ''), globals]
}

/** A template within limits: py.eval_async(callOptions({ timeout: 500 }))`slow(${x})`. */
export async function templateAsync(
  interpreter: number,
  kind: 'eval' | 'exec',
  limits: CallOptions | undefined,
  [template, ...values]: readonly unknown[],
): Promise<unknown> {
  if (!isTemplate(template)) {
    throw new TypeError(`${kind}_async(callOptions()) is the tag of a template: write it in front of one.`)
  }
  const result = await submitWithin(limits, Op.TEMPLATE, interpreter, kind, keyOf(template), ...values)
  return kind === 'eval' ? result : undefined
}

/** `call_async()` */
export async function callAsync(
  interpreter: number,
  object: unknown,
  method: unknown,
  args: unknown,
  kwargs: unknown,
  limits: CallLimits | undefined,
): Promise<unknown> {
  checkObject(object, 'call_async()')
  checkText(method, 'call_async()', 'the name of a method')
  checkArguments(args, 'call_async()')
  checkKeywords(kwargs, 'call_async()')
  return submitWithin(optionsOf(limits), Op.CALL_METHOD, interpreter, object, method, args, kwargs)
}

/** Limits as they are given. */
export function optionsOf(limits: unknown): CallOptions | undefined {
  return limits === undefined ? undefined : callOptions(limits as CallLimits)
}

/** `async()` */
export function twinOf(callable: unknown): Twin {
  const twin = valueTwin(checkObject(callable, 'async()'))
  if (twin === undefined) throw new TypeError('async() takes a Python object that can be called.')
  return twin
}
