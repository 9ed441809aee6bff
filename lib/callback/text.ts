import { inspect } from 'node:util'
import { throwOverflow } from '../errors/overflow'

/** What people read: the object's own toString(), or what console.log shows. Throws at the end of the stack alone. */
export function describe(target: unknown): string {
  try {
    return hasOwnText(target) ? String(target) : shown(target)
  } catch (error) {
    throwOverflow(error)
    return tagged(target)
  }
}

function tagged(target: unknown): string {
  try {
    return Object.prototype.toString.call(target)
  } catch (error) {
    throwOverflow(error)
    return '[object Object]'
  }
}

function hasOwnText(target: unknown): boolean {
  if (typeof target === 'function' || Array.isArray(target)) return false
  const { toString: own } = target as { toString?: unknown }
  return typeof own === 'function' && !isBuiltIn(own)
}

function isBuiltIn(func: object): boolean {
  return Function.prototype.toString.call(func).endsWith('{ [native code] }')
}

function shown(target: unknown): string {
  return inspect(target, { depth: 1, breakLength: Number.POSITIVE_INFINITY, compact: true })
}
