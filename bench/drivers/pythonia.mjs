/** pythonia: Python in a process of its own, so that every operation is awaited. Containers cross as proxies: no data rows. */
import { peerEnvironment } from '../peers/environment.mjs'
import { requirePeer } from '../peers/install.mjs'
import { BATCH, identity } from '../rows.mjs'
import { inFlight } from './node.mjs'

export const title = 'pythonia'
export const isPeer = true
export const isAsync = true

export const environment = (settings) => ({
  ...peerEnvironment(settings),
  PYTHONHOME: undefined,
  PYTHON_BIN: settings.executable,
})

export const open = () => requirePeer('pythonia').python

const dummy = async (python) => (await python('Dummy')).Dummy()
const rows = async (python) => (await python('bench_rows')).Rows()

const echo = async (python, { input }) => {
  const object = await dummy(python)
  return () => object.echo(input)
}

export const operations = {
  async method(python) {
    const object = await dummy(python)
    return () => object.dummy()
  },
  async add(python) {
    const object = await dummy(python)
    return () => object.add(2, 3)
  },
  async attribute(python) {
    const object = await dummy(python)
    return () => object.number
  },
  async keywords(python) {
    const object = await rows(python)
    return () => object.keywords$(1, { b: 2, c: 3 })
  },
  async callback(python) {
    const object = await rows(python)
    return () => object.call_back(identity, BATCH)
  },
  ascii: echo,
  cjk: echo,
  async 'async-one'(python) {
    const object = await dummy(python)
    return () => object.dummy()
  },
  async 'async-many'(python) {
    const object = await dummy(python)
    return inFlight(BATCH, () => object.dummy())
  },
  start: (python) => async () => (await dummy(python)).dummy(),
}
