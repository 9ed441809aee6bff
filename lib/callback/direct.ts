import type { NumbersDispatcher } from '../../types/native'
import { answer, references } from '../codec/bridge'
import type { Encoder } from '../codec/encode'
import {
  askedCount,
  askedNumber,
  askedReference,
  askingInterpreter,
  putMessage,
  putResult,
} from '../codec/registers'

type Callable = (...args: readonly number[]) => unknown

/**
 * Answers the calls of functions with numbers alone. Never throws: what is thrown goes to Python. The frames of ours below the user's function are
 * few: a stack shows ten in all.
 */
export const dispatchNumbers: NumbersDispatcher = () => {
  const [interpreter, count] = [askingInterpreter(), askedCount()]
  const [a, b, c] = [askedNumber(0), askedNumber(1), askedNumber(2)]
  try {
    const { value, receiver } = references.entry(askedReference())
    const result = apply(value as Callable, receiver, count, a, b, c)
    if (putResult(result)) return undefined
    return typeof result === 'string' ? result : answered(interpreter, (encoder) => encoder.value(result))
  } catch (error) {
    return answered(interpreter, (encoder) => encoder.thrown(error))
  }
}

/** What is encoded may run code that uses the registers. */
function answered(interpreter: number, write: (encoder: Encoder) => void): ReturnType<NumbersDispatcher> {
  const answering = answer(interpreter, write)
  putMessage()
  return answering
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
