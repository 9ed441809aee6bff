import type { Dispatcher, NumbersDispatcher } from '../../types/native'
import { answer, references } from '../codec/bridge'
import { asked, putResult } from '../codec/registers'

type Callable = (...args: readonly number[]) => unknown

/** Answers the calls of functions with numbers alone. Never throws: what is thrown goes to Python. */
export const dispatchNumbers: NumbersDispatcher = () => asked(call)

function call(
  reference: number,
  interpreter: number,
  count: number,
  a: number,
  b: number,
  c: number,
): ReturnType<Dispatcher> {
  try {
    const { value, receiver } = references.entry(reference)
    const result = apply(value as Callable, receiver, count, a, b, c)
    if (putResult(result)) return undefined
    return typeof result === 'string' ? result : answer(interpreter, (encoder) => encoder.value(result))
  } catch (error) {
    return answer(interpreter, (encoder) => encoder.thrown(error))
  }
}

/** The cases spare the array of the arguments. */
function apply(func: Callable, receiver: unknown, count: number, a: number, b: number, c: number): unknown {
  if (receiver !== undefined) return Reflect.apply(func, receiver, [a, b, c].slice(0, count))
  switch (count) {
    case 0:
      return func()
    case 1:
      return func(a)
    case 2:
      return func(a, b)
    default:
      return func(a, b, c)
  }
}
