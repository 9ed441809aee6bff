import { throwOverflow } from '../errors/overflow'
import type { Keys } from './keys'
import { tuning } from './tuning'

/** The shapes that the core knows by number: a part of `Core`. The numbers of the keys are the units of a string. */
export interface ShapeSource {
  shapeNumber(keys: string): number
  shapeKeys(number: number): string
}

/** What reads a record: the object is shared before its values are read, which may refer to it. */
export interface RecordReader {
  share(record: object): void
  value(depth: number): unknown
}

type Read = (reader: RecordReader, depth: number) => object

/** The keys of records, in order, by a number of the process. */
interface Shape {
  readonly keys: readonly string[]
  /** How often it was read. */
  uses: number
  /** A function of its own. */
  own: Read | undefined
}

/** A shape that is read so often gets a function of its own. */
const USES = 8

let canCompile = true

/**
 * The shapes of this thread. V8 makes an object of a literal at once, with all its properties, and stores each value where it belongs: 4 ns a key instead of
 * 15 (60, of more than a dozen), so a shape that comes often is read by a function that has its literal (bench: dict, document, records). Where
 * functions may not be made of text, as under a content security policy, there are none, and the keys are set one by one.
 */
export class Shapes {
  readonly #source: ShapeSource
  readonly #keys: Keys
  readonly #shapes: (Shape | undefined)[] = []

  constructor(source: ShapeSource, keys: Keys) {
    this.#source = source
    this.#keys = keys
  }

  /** Reads a record: the values of a shape. */
  read(number: number, reader: RecordReader, depth: number): object {
    const shape = this.#shapes[number] ?? this.#ask(number)
    return shape.own === undefined ? this.#readBy(shape, reader, depth) : shape.own(reader, depth)
  }

  #readBy(shape: Shape, reader: RecordReader, depth: number): object {
    shape.uses += 1
    if (shape.uses === USES && canCompile && tuning.compiles) shape.own = compile(shape.keys)
    const record: Record<string, unknown> = {}
    reader.share(record)
    for (const key of shape.keys) {
      const value = reader.value(depth)
      // What Object.prototype has (`__proto__`, or a setter that someone put there) must not get in the way.
      if (key in record) defineData(record, key, value)
      else record[key] = value
    }
    return record
  }

  #ask(number: number): Shape {
    const units = this.#source.shapeKeys(number)
    const keys = Array.from({ length: units.length }, (_, i) => this.#keys.text(units.charCodeAt(i)))
    const shape = { keys, uses: 0, own: undefined }
    while (this.#shapes.length <= number) this.#shapes.push(undefined)
    this.#shapes[number] = shape
    return shape
  }
}

export function defineData(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
}

/** A literal defines its properties, whatever Object.prototype has; but that named `__proto__` would set the prototype. */
function compile(keys: readonly string[]): Read | undefined {
  if (keys.includes('__proto__')) return undefined
  const names = keys.map((key) => JSON.stringify(key))
  const blank = names.map((name) => `${name}: undefined`).join()
  const stores = names.map((name) => `record[${name}] = reader.value(depth)`).join('\n')
  try {
    return new Function(
      'reader',
      'depth',
      `const record = { ${blank} }\nreader.share(record)\n${stores}\nreturn record`,
    ) as Read
  } catch (error) {
    throwOverflow(error)
    canCompile = false
    return undefined
  }
}
