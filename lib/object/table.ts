import { core, run } from '../codec/bridge'
import { Cell, indexOf, interpreterOf, stamp } from '../codec/cell'
import { Op, WEIGHT_SHIFT } from '../codec/tags'
import { createLiveObject } from './live'

/** The cells by interpreter and index: a Map would hash ids, which are no small integers, in C++ (bench: make, same). */
const tables: (Cell | undefined)[][] = []
const registry = new FinalizationRegistry<Cell>(forget)
let issued = 0

/** The live object of a reference that was just handed out: the same one as long as it is alive. */
export function receive(id: number, flags: number): object {
  const known = cellOf(id)
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
  return tables.flatMap((table) => table.filter((cell): cell is Cell => cell !== undefined && isLive(cell)))
}

/** The qualified type name of a reference; of a released one, as far as it was noted. Never throws. */
export function typeNameOf(id: number): string | undefined {
  const cell = cellOf(id)
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
  weigh(cell, -1)
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
  for (const cell of ending) {
    cell.released = true
    weigh(cell, -1)
  }
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
  const [table, index] = [tableOf(cell.interpreter), indexOf(cell.id)]
  const object = createLiveObject(cell)
  stamp(object, cell)
  cell.target = new WeakRef(object)
  weigh(cell, 1)
  // At the end of the stack any call can throw: what is in the table is whole, and will be released.
  registry.register(object, cell)
  table[index] = cell
  return object
}

function cellOf(id: number): Cell | undefined {
  const cell = tables[interpreterOf(id)]?.[indexOf(id)]
  return cell?.id === id ? cell : undefined
}

function tableOf(interpreter: number): (Cell | undefined)[] {
  while (tables.length <= interpreter) tables.push([])
  return tables[interpreter] as (Cell | undefined)[]
}

/** Tells V8 what is large in Python and small in JavaScript, so that it collects in time. */
function weigh(cell: Cell, sign: 1 | -1): void {
  if (cell.flags >>> WEIGHT_SHIFT !== 0) core.weigh(sign * 2 ** (cell.flags >>> WEIGHT_SHIFT))
}

/** The live object died: gives back what the core handed out for it. */
function forget(cell: Cell): void {
  if (cellOf(cell.id) === cell) tableOf(cell.interpreter)[indexOf(cell.id)] = undefined
  if (cell.released) return
  weigh(cell, -1)
  core.release(cell.id, cell.handed)
}
