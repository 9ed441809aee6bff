import { core, run } from '../codec/bridge'
import { place, result } from '../codec/registers'
import { Op } from '../codec/tags'
import { internName } from './names'

/** The module of that name, as importlib gives it. */
export function importModule(interpreter: number, name: string): unknown {
  const id = internName(name)
  if (id < 0) return run(Op.IMPORT, interpreter, name)
  place(interpreter, id)
  const direct = core.importModule()
  return direct === undefined ? result() : direct
}
