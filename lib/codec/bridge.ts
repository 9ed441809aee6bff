import type { Core, Dispatcher, Encoded, NumbersDispatcher } from '../../types/native'
import { connectClassNames } from './class-names'
import { Decoder, type LiveObjects } from './decode'
import { Encoder } from './encode'
import { Keys } from './keys'
import { References } from './refs'
import { connectResults, registers } from './registers'
import { ShapeNumbers } from './shape-numbers'

/** The native core of this thread. */
export let core: Core

/** The JavaScript values that Python holds. */
export const references = new References()

/**
 * One encoder per level of nesting: user code that runs while an encoder works (or while Python reads its message) can
 * start another message. The place in the list is the number of the input slot.
 */
const encoders: Encoder[] = []
let busy = 0
const NO_BLOBS: Uint8Array[] = []
let decoder: Decoder
let keys: Keys
let shapes: ShapeNumbers

/** Connects this thread to the native core. */
export function connect(
  native: Core,
  objects: LiveObjects,
  dispatchers: { dispatch: Dispatcher; dispatchNumbers: NumbersDispatcher },
  settle: () => void,
): void {
  core = native
  encoders.length = 0
  busy = 0
  keys = new Keys(native)
  shapes = new ShapeNumbers(native, keys)
  connectClassNames((names) => native.addClass(names))
  decoder = new Decoder(native, references, objects, keys)
  connectResults(decoder)
  const release = (id: number, count: number): void => references.release(id, count)
  const { dispatch, dispatchNumbers } = dispatchers
  native.setup(dispatch, release, settle, registers.buffer, dispatchNumbers)
}

/** Another copy of this library has taken the thread over: each use of this one is an error from now on. */
export function disconnect(): null {
  const refuse = (): never => {
    throw new Error(
      'Another copy of python-ts was loaded in this thread, and this one is disconnected from Python: load it once.',
    )
  }
  core = new Proxy(core, { get: () => refuse })
  decoder = new Proxy(decoder, { get: () => refuse })
  connectResults(decoder)
  return null
}

/** Reads the message in the output buffers. Throws what it says was thrown. */
export function decode(): unknown {
  return decoder.value()
}

/** Whether what `decode` has thrown last is an error of ours, and no value that JavaScript threw. */
export function isOwnFailure(): boolean {
  return decoder.isOwnFailure
}

/** Reads the ARGS message in the output buffers. */
export function decodeArguments(): unknown[] {
  return decoder.arguments()
}

/** Runs an operation (see `Op`) in an interpreter. Throws what it raises. */
export function run(op: number, interpreter: number, ...args: readonly unknown[]): unknown {
  const slot = busy
  const encoder = encoderOf(slot)
  busy += 1
  try {
    encoder.begin(interpreter)
    encoder.arguments(args)
    const result = core.run(op, interpreter, ...ready(encoder, slot))
    return result === undefined ? decoder.value() : result
  } finally {
    busy = slot
    encoder.clear()
  }
}

/**
 * Passes an ARGS message to `use`, which copies it before anything else runs, and adds to `kept` the live objects in it: they must not be
 * collected before Python has read it.
 */
export function withMessage<T>(
  interpreter: number,
  args: readonly unknown[],
  kept: unknown[],
  use: (...message: Encoded) => T,
): T {
  const slot = busy
  const encoder = encoderOf(slot)
  busy += 1
  try {
    encoder.begin(interpreter, kept)
    encoder.arguments(args)
    return use(...ready(encoder, slot))
  } finally {
    busy = slot
    encoder.clear()
  }
}

/** Writes an answer for an interpreter into a free slot. The core copies it before anything else runs. */
export function answer(interpreter: number, write: (encoder: Encoder) => void): Encoded {
  const slot = busy
  const encoder = encoderOf(slot)
  busy += 1
  try {
    encoder.begin(interpreter)
    write(encoder)
    return ready(encoder, slot)
  } finally {
    busy = slot
    encoder.clear()
  }
}

function encoderOf(slot: number): Encoder {
  let encoder = encoders[slot]
  if (encoder === undefined) {
    encoder = new Encoder(references, keys, shapes)
    encoders[slot] = encoder
  }
  return encoder
}

/** The message of an encoder, which goes to the core at once. Shows it the buffers, where it does not know them yet. */
function ready(encoder: Encoder, slot: number): Encoded {
  const { message } = encoder
  if (message.replaced) {
    core.input(slot, message.words.buffer as ArrayBuffer, message.doubles.buffer as ArrayBuffer)
    message.replaced = false
  }
  encoder.leave()
  return [slot, message.wordCount, message.doubleCount, message.text, message.blobs ?? NO_BLOBS]
}
