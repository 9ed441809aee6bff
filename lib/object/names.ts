import { core } from '../codec/bridge'

const ids = new Map<string, number>()

/** JavaScript itself reads these (JSON.stringify, console.log, await), so their reads never run `__getattr__`. */
const PROBED_NAMES: readonly string[] = ['toJSON', 'constructor', 'then']

/** What `readName` answers for one of them. */
export const PROBED = -2

const read = new Map<string, number>(PROBED_NAMES.map((name) => [name, PROBED]))

/** The same as `internName`, but PROBED for a name that JavaScript reads on its own account: one look for both. */
export function readName(name: string): number {
  const known = read.get(name)
  if (known !== undefined) return known
  const id = internName(name)
  if (id >= 0) read.set(name, id)
  return id
}

/** The core's id of an attribute name; negative when it has no room for more names. */
export function internName(name: string): number {
  const known = ids.get(name)
  if (known !== undefined) return known
  const id = core.intern(name)
  if (id >= 0) ids.set(name, id)
  return id
}
