import { inspect } from 'node:util'
import { run } from '../codec/bridge'
import { Cell, checkAlive, type Link, linkOf } from '../codec/cell'
import { Flag, Op } from '../codec/tags'
import { lastPart, PythonError } from '../errors'
import { PyAsyncIterator } from './async-iterator'
import { derivedClass } from './derived/classes'
import { PyIterator } from './iterator'
import { ownLink, textOf } from './own'
import { release, typeName } from './table'

/** The method of a JavaScript protocol, as far as the Python object supports it. */
export function protocol(link: Link, symbol: symbol): unknown {
  switch (symbol) {
    case Symbol.iterator:
      return (link.flags & Flag.ITERABLE) !== 0 ? iterate : undefined
    case Symbol.asyncIterator:
      return (link.flags & (Flag.ITERABLE | Flag.ASYNC_ITERABLE)) !== 0 ? iterateAsync : undefined
    case Symbol.toPrimitive:
      return toPrimitive
    case Symbol.hasInstance:
      return (link.flags & Flag.CLASS) !== 0 ? hasInstance : undefined
    case inspect.custom:
      return describe
    case Symbol.dispose:
      return link instanceof Cell ? dispose : undefined
    default:
      return undefined
  }
}

const { iterate, iterateAsync, toPrimitive, hasInstance, describe, dispose } = {
  iterate(this: unknown): PyIterator {
    return new PyIterator(ownLink(this, 'Symbol.iterator'))
  },

  iterateAsync(this: unknown): PyAsyncIterator {
    return new PyAsyncIterator(ownLink(this, 'Symbol.asyncIterator'))
  },

  toPrimitive(this: unknown, hint: string): unknown {
    const link = ownLink(this, 'Symbol.toPrimitive')
    if (hint === 'string') return textOf(link)
    return run(Op.OPERATE, link.interpreter, hint === 'number' ? 'number' : 'primitive', link)
  },

  hasInstance(this: unknown, value: unknown): boolean {
    const derived = typeof this === 'function' && linkOf(this) === undefined ? derivedClass(this) : undefined
    const link = ownLink(derived ?? this, 'instanceof')
    if (link instanceof Cell) checkAlive(link)
    const isPython = linkOf(value) !== undefined || value instanceof PythonError
    return isPython && (run(Op.ISINSTANCE, link.interpreter, value, link) as boolean)
  },

  describe(this: unknown): string {
    const link = linkOf(this)
    return link === undefined ? '[Python prototype]' : descriptionOf(link)
  },

  dispose(this: unknown): void {
    const link = ownLink(this, 'Symbol.dispose')
    if (link instanceof Cell) release(link)
  },
}

/** `repr()` for people; never throws. */
function descriptionOf(link: Link): string {
  const cell = link instanceof Cell ? link : link.cell
  if (cell.released) return `<released ${lastPart(cell.pytype ?? 'Python')} object>`
  try {
    return run(Op.REPR, link.interpreter, link) as string
  } catch (error) {
    return `<${nameOf(cell)} object (its repr raised ${error instanceof Error ? error.name : typeof error})>`
  }
}

function nameOf(cell: Cell): string {
  try {
    return lastPart(typeName(cell))
  } catch {
    return 'Python'
  }
}
