import { core } from '../codec/bridge'

const ids = new Map<string, number>()

/** The core's id of an attribute name; negative when it has no room for more names. */
export function internName(name: string): number {
  const known = ids.get(name)
  if (known !== undefined) return known
  const id = core.intern(name)
  if (id >= 0) ids.set(name, id)
  return id
}
