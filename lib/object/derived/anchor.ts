import { run } from '../../codec/bridge'
import type { Cell } from '../../codec/cell'
import { Op } from '../../codec/tags'

/**
 * An instance of a JavaScript class can have state on both sides (private fields here, attributes there), so each side must keep the
 * other, which neither garbage collector could ever undo. Hence JavaScript anchors the instances that Python may hold, and after each of
 * its collections it lets go those that have no state of its own, and those of which Python says that nothing but JavaScript refers to
 * them; until they are used again.
 */
const anchored = new Map<Cell, object>()
const states = new WeakMap<Cell, () => boolean>()
const collections = new FinalizationRegistry<undefined>(sweep)
let isWatching = false

/** Keeps a new instance; `hasState` tells whether JavaScript has state of it that Python has not. */
export function anchorNew(cell: Cell, instance: object, hasState: () => boolean): void {
  states.set(cell, hasState)
  anchor(cell, instance)
}

/** Keeps an instance, which Python may hold from now on. */
export function anchor(cell: Cell, instance: object | undefined = cell.target?.deref()): void {
  if (instance === undefined || cell.released || anchored.has(cell)) return
  anchored.set(cell, instance)
  watch()
}

/** A new object dies at the next collection. */
function watch(): void {
  if (isWatching) return
  isWatching = true
  collections.register({}, undefined)
}

function sweep(): void {
  isWatching = false
  for (const [interpreter, cells] of byInterpreter()) release(interpreter, cells)
  if (anchored.size > 0) watch()
}

function byInterpreter(): Map<number, Cell[]> {
  const groups = new Map<number, Cell[]>()
  for (const cell of anchored.keys()) {
    const group = groups.get(cell.interpreter)
    if (!isToBeKept(cell)) anchored.delete(cell)
    else if (group === undefined) groups.set(cell.interpreter, [cell])
    else group.push(cell)
  }
  return groups
}

function isToBeKept(cell: Cell): boolean {
  try {
    return !cell.released && states.get(cell)?.() !== false
  } catch {
    return false
  }
}

/** Where Python does not answer, it has ended, and holds nothing. */
function release(interpreter: number, cells: Cell[]): void {
  let answers: boolean[] | undefined
  try {
    answers = run(
      Op.UNSHARED,
      interpreter,
      cells.map((cell) => cell.id),
    ) as boolean[]
  } catch {
    answers = undefined
  }
  for (const [i, cell] of cells.entries()) if (answers?.[i] !== false) anchored.delete(cell)
}
