/**
 * The drivers. One is a module in drivers/ with its `title`, `open(settings)`, and for each row it knows the operation, made by
 * `operations[row](what open returned, row)`. `environment(settings)` is what its process needs; `isAsync` means that every operation
 * returns a promise; `expected` replaces a row's value where a peer rightly gives another one.
 */
import { chosen } from './settings.mjs'

const OURS = ['python-ts', 'floor', 'raw-json', 'copy', 'node']

/** Ours, and the peers that were installed; or those asked for. */
export function loadDrivers(peers, asked) {
  const installed = Object.keys(peers).filter((name) => peers[name].error === undefined)
  return Promise.all(chosen([...OURS, ...installed], asked).map((name) => load(name, peers[name]?.version)))
}

async function load(name, version) {
  const { title, operations, isPeer = false, environment } = await import(`./drivers/${name}.mjs`)
  const full = version ? `${title} ${version}` : title
  return { name, title: full, isPeer, environment, known: Object.keys(operations) }
}
