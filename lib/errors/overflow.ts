import { types } from 'node:util'

/**
 * Throws an error again which says that the stack is full: for those who catch whatever user code throws. At the end of the stack, what was tried may have failed
 * for no other reason, and nothing can be concluded from it.
 */
export function throwOverflow(error: unknown): void {
  if (types.isNativeError(error) && messageOf(error)?.startsWith('Maximum call stack size exceeded'))
    throw error
}

/** Read without running anything of the user's. */
function messageOf(error: Error): string | undefined {
  const message: unknown = Object.getOwnPropertyDescriptor(error, 'message')?.value
  return typeof message === 'string' ? message : undefined
}
