import { core, run } from '../codec/bridge'
import { Cell, stamp } from '../codec/cell'
import { Op } from '../codec/tags'
import { createLiveObject } from './live'

const cells = new Map<number, Cell>()
const registry = new FinalizationRegistry<Cell>(forget)
let issued = 0

/** The live object of a reference that was just handed out: the same one as long as it is alive. */
export function receive(id: number, flags: number): object {
  const known = cells.get(id)
  const object = known === undefined || known.released ? undefined : known.target?.deref()
  if (known === undefined || object === undefined) return add(new Cell(id, flags, ++issued))
  known.handed += 1
  return object
}

/** The cells of the live objects, of one interpreter or of all. */
export function liveCells(interpreter?: number): Cell[] {
  const isLive = (cell: Cell): boolean =>
    !cell.released &&
    (interpreter === undefined || cell.interpreter === interpreter) &&
    cell.target?.deref() !== undefined
  return [...cells.values()].filter(isLive)
}

/** The qualified type name of a reference; of a released one, as far as it was noted. Never throws. */
export function typeNameOf(id: number): string | undefined {
  const cell = cells.get(id)
  if (cell !== undefined && !cell.released) noteTypeName(cell)
  return cell?.pytype
}

/** The qualified type name of an object. */
export function typeName(cell: Cell): string {
  cell.pytype ??= run(Op.PYTYPE, cell.interpreter, cell) as string
  return cell.pytype
}

/** Releases one object now. False if it was released before. */
export function release(cell: Cell): boolean {
  if (cell.released) return false
  noteTypeName(cell)
  return drop(cell)
}

/** Releases an object that nobody can use afterwards, so that its type name will not be wanted. */
export function drop(cell: Cell): boolean {
  cell.released = true
  return core.gc(cell.id)
}

/**
 * Runs `end`, which releases all objects of an interpreter (or of all) at once, and marks them as released. Their type names
 * are asked for before, so that a later use can say what was released.
 */
export function releaseAll<T>(interpreter: number | undefined, end: () => T): T {
  const ending = liveCells(interpreter)
  for (const cell of ending) noteTypeName(cell)
  const result = end()
  for (const cell of ending) cell.released = true
  return result
}

/** A type that hides its name is no reason to keep its object. */
function noteTypeName(cell: Cell): void {
  try {
    typeName(cell)
  } catch {
    cell.pytype = undefined
  }
}

function add(cell: Cell): object {
  const object = createLiveObject(cell)
  stamp(object, cell)
  cell.target = new WeakRef(object)
  cells.set(cell.id, cell)
  registry.register(object, cell)
  return object
}

/** The live object died: gives back what the core handed out for it. */
function forget(cell: Cell): void {
  if (cells.get(cell.id) === cell) cells.delete(cell.id)
  if (!cell.released) core.release(cell.id, cell.handed)
}
