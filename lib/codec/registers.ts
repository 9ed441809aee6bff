import { METHOD, Stop } from './outcomes'

// The hot calls pass ids, numbers and small results in these doubles, which the core shares: a Node-API value would cost a
// function call each (`npm run bench -- --rows method,add`). `native/core/src/call/direct.rs` is the other side.

/** The memory shared with the core: never exposed, transferred or resized. */
export const registers = new Float64Array(32)

const OBJECT = 0
const NAME = 1
const COUNT = 2
const FIRST = 3
const TICKET = 6
/** Out: the string that the core has just told to keep, until it is kept. At the end of the stack no message can be read: the core tells it anew then. */
const UNKEPT = 7
const SIGNATURE = 3
const ARGUMENTS = 8

const KIND = 0
const NUMBER = 1
const FLAGS = 2

/** The name that stands for the object itself. */
export const ITSELF = -1

/** What a hot call gave, when it returned undefined. */
export const Result = {
  MESSAGE: 0,
  NUMBER: 1,
  NULL: 2,
  TRUE: 3,
  FALSE: 4,
  ABSENT: 5,
  METHOD: 6,
  OBJECT: 7,
  END: 8,
  /** A str that this thread has kept; its number, and its interpreter in place of the flags. */
  TEXT: 9,
  /** The same, which is to be kept: the message has it. */
  NEW_TEXT: 10,
} as const

/** Says what the next hot call is for: nothing else may run in between. */
export function place(object: number, name: number): void {
  registers[OBJECT] = object
  registers[NAME] = name
}

/** The same, for what is done with the object by a number. */
export function placeKey(object: number, key: number): void {
  registers[OBJECT] = object
  registers[FIRST] = key
}

/** The same, for what is done with the object itself. */
export function placeObject(object: number): void {
  registers[OBJECT] = object
}

/** The same, for a call whose arguments are numbers alone: `count` of them. */
export function placeNumbers(object: number, name: number, count: number, a = 0, b = 0, c = 0): void {
  place(object, name)
  registers[COUNT] = count
  registers[FIRST] = a
  registers[FIRST + 1] = b
  registers[FIRST + 2] = c
}

/** What an argument of a mixed call is; its value is a number, the id of a live object, or which of the strings and Buffers that are passed beside. */
export const Argument = { NUMBER: 1, NULL: 2, TRUE: 3, FALSE: 4, OBJECT: 5, BESIDE: 6 } as const

/** How many arguments a mixed call can have, and how many strings and Buffers among them. */
export const MAX_MIXED = 12
export const MAX_BESIDE = 8

/** Argument `index` of the next mixed call. */
export function placeArgument(index: number, kind: number, value: number): void {
  registers[ARGUMENTS + 2 * index] = kind
  registers[ARGUMENTS + 2 * index + 1] = value
}

/** The same as `place`, for a mixed call: how many arguments it has, and the signature by which the last ones are named (-1: none is). */
export function placeMixed(object: number, name: number, count: number, signature: number): void {
  place(object, name)
  registers[COUNT] = count
  registers[SIGNATURE] = signature
}

/** The number of the asynchronous call that was placed. */
export function placeTicket(call: number): void {
  registers[TICKET] = call
}

/** The reference of the function that Python calls. */
export const askedReference = (): number => at(OBJECT) | 0

/** The interpreter that calls it. */
export const askingInterpreter = (): number => at(NAME)

/** With how many numbers. */
export const askedCount = (): number => at(COUNT)

/** Number `index` of them. */
export const askedNumber = (index: number): number => at(FIRST + index)

/** Says that the result for Python is what is returned, as the last thing before. */
export function putMessage(): void {
  registers[KIND] = Result.MESSAGE
}

/** Puts a result for Python into the registers, as the last thing before `undefined` is returned; false where it must be returned itself. */
export function putResult(value: unknown): boolean {
  const kind = smallKind(value)
  registers[KIND] = kind
  if (kind === Result.NUMBER) registers[NUMBER] = value as number
  return kind !== Result.MESSAGE
}

function smallKind(value: unknown): number {
  if (typeof value === 'number') return Result.NUMBER
  if (value === undefined || value === null) return Result.NULL
  if (typeof value === 'boolean') return value ? Result.TRUE : Result.FALSE
  return Result.MESSAGE
}

function at(register: number): number {
  return registers[register] as number
}

/** Strings by interpreter and number: those that native/core/src/refs/texts.rs says have come again. */
const texts: unknown[][] = []

function keptTexts(interpreter: number): unknown[] {
  return texts[interpreter] as unknown[]
}

function keepText(interpreter: number, number: number, text: unknown): unknown {
  texts[interpreter] ??= []
  keptTexts(interpreter)[number] = text
  registers[UNKEPT] = 0
  return text
}

/** The end of an iteration without a value of its own. */
const END = new Stop(null)

/** How to get what the registers do not hold themselves. */
export interface Results {
  /** Reads the message in the output buffers. Throws what it says was thrown. */
  value(): unknown
  /** The live object of a reference that was handed out. */
  object(id: number, flags: number): unknown
}

let results: Results

export function connectResults(known: Results): void {
  results = known
}

/** The result of a hot call that returned undefined. Throws what the message says was thrown. */
export function result(): unknown {
  switch (registers[KIND]) {
    case Result.NUMBER:
      return registers[NUMBER]
    case Result.TEXT:
      return keptTexts(at(FLAGS))[at(NUMBER)]
    case Result.MESSAGE:
      return results.value()
    case Result.OBJECT:
      return results.object(registers[NUMBER] as number, registers[FLAGS] as number)
    case Result.NEW_TEXT:
      return keepText(at(FLAGS), at(NUMBER), results.value())
    case Result.NULL:
      return null
    case Result.METHOD:
      return METHOD
    case Result.END:
      return END
    case Result.ABSENT:
      return undefined
    default:
      return registers[KIND] === Result.TRUE
  }
}
