import { run } from '../../codec/bridge'
import { Cell, linkOf } from '../../codec/cell'
import { refer } from '../../codec/ref'
import { Op } from '../../codec/tags'
import { getAttribute } from '../attributes'
import { define, NOTHING, Nothing } from '../nothing'
import { protocol } from '../protocols'

const prototypes = new WeakMap<Cell, object>()

/** The `prototype` of a live Python class, as the classes that extend it see it: `super.name` is looked up here. */
export function basePrototype(cell: Cell): object {
  const known = prototypes.get(cell)
  if (known !== undefined) return known
  const made = new Proxy(NOTHING, new Base(cell))
  prototypes.set(cell, made)
  return made
}

/** Instances answer for their own names; so what is asked here of an instance, `super` asks. */
class Base extends Nothing {
  readonly #cell: Cell

  constructor(cell: Cell) {
    super()
    this.#cell = cell
  }

  get(_target: object, key: string | symbol, receiver: unknown): unknown {
    const link = linkOf(receiver)
    if (typeof key === 'symbol') return link === undefined ? undefined : protocol(link, key)
    if (!(link instanceof Cell)) return key === 'constructor' ? undefined : getAttribute(this.#cell, key)
    return inherited(link, this.#cell, key)
  }

  set(_target: object, key: string | symbol, value: unknown, receiver: object): boolean {
    const link = linkOf(receiver)
    if (!(link instanceof Cell) || typeof key === 'symbol') return define(receiver, key, value)
    run(Op.SETATTR, link.interpreter, link, key, refer(value))
    return true
  }
}

function inherited(instance: Cell, base: Cell, name: string): unknown {
  const found = run(Op.SUBCLASS, instance.interpreter, 'inherited', [instance, base, name]) as [
    boolean,
    unknown,
  ]
  return found[0] ? found[1] : undefined
}
