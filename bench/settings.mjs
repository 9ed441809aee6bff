/** What drivers need to know: the Python that python-ts discovers, so that all measure the same one. */
import { createRequire } from 'node:module'
import { addons, inRoot, root } from '../scripts/setup/paths.mjs'
import { buildFloor } from './floor/build.mjs'

/** With the floor addon, built for it. */
export function prepare() {
  const settings = runtimeSettings()
  return { ...settings, floor: buildFloor(settings) }
}

export function runtimeSettings() {
  const { discoverRuntime } = createRequire(import.meta.url)('../dist/discovery')
  const runtime = discoverRuntime({ cwd: root })
  const loader = addons.find(({ name }) => name === 'loader').file
  return { ...runtime, plugins: inRoot('plugins'), modules: inRoot('bench', 'python'), loader }
}

/** The names asked for on the command line, `a,b`; all of them when nothing was asked. */
export function chosen(names, asked) {
  if (asked === undefined) return names
  const unknown = asked.split(',').filter((name) => !names.includes(name))
  if (unknown.length) throw new Error(`There is no ${unknown.join(', ')}; there are ${names.join(', ')}.`)
  return names.filter((name) => asked.split(',').includes(name))
}
