import assert from 'node:assert/strict'
import type { System } from '#dist/discovery/index'
import { find, machine, type Tree, unix } from './trees'

/** Four installations, told apart by their folder. */
export const four: Tree = { ...unix('a'), ...unix('b'), ...unix('c'), ...unix('d') }

/** The folder (relative to the root) of what is chosen, and where each candidate came from. */
export function chosen(root: string, changes: Partial<System>, runtimePath?: string): [string, string[]] {
  const { runtime, candidates } = find(machine(root, changes), runtimePath)
  const last = candidates.at(-1)
  assert.equal(last?.verdict, 'chosen')
  assert.equal(last?.reason, runtime.reason)
  return [(runtime.venv ?? runtime.prefix).slice(root.length + 1), candidates.map(({ source }) => source)]
}
