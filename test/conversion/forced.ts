/** Has values cross in every way there is: by the layout of Python's objects and by calls, in buffers that grow at every boundary, with and without tables. */
import { core } from '#dist/codec/bridge'
import { tuning } from '#dist/codec/tuning'
import { onlyInMain } from '../support/places'

onlyInMain()

Object.assign(tuning, { words: 1, doubles: 1, kept: 0, few: 2, run: 3 })

const ALL = 1023
let state = 1

/** The same numbers at each run of the tests. */
function random(): number {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0
  return state >>> 16
}

/** Before each call of Python: some facts, all or none, and now and then small buffers. */
function disturb(): void {
  const choice = random() % 4
  core.restrictLayout(choice === 0 ? 0 : choice === 1 ? ALL : random() & ALL)
  if (random() % 8 === 0) core.shrinkOutput()
  tuning.compiles = random() % 2 === 0
  tuning.record = random() % 2 === 0 ? 2 : 512
}

/** To be called when Python has started. */
export function force(): void {
  for (const name of ['run', 'call', 'callNumbers', 'getattr'] as const) {
    const native = core[name] as (...args: unknown[]) => unknown
    const disturbed = (...args: unknown[]) => {
      disturb()
      return native(...args)
    }
    Object.defineProperty(core, name, { value: disturbed, configurable: true, writable: true })
  }
}
