/**
 * `node bench/peers/install.mjs`: installs the peers of python-ts from npm, each into build/peers/NAME, never into the project. Those
 * with an addon are built for the Python that is measured. What fails is remembered with its error, which the report shows.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { inRoot } from '../../scripts/setup/paths.mjs'
import { say } from '../../scripts/setup/process.mjs'
import { nodeHeaders } from '../floor/build.mjs'

const LIMIT = 300_000

/** `overrides`: what must be pinned so that it builds with today's compilers. */
export const peers = [
  { name: 'node-calls-python', module: 'node-calls-python', version: '1.11.1' },
  // Newer node-addon-api wants C++17, and its build asks for C++14.
  { name: 'pymport', module: 'pymport', version: '1.5.1', overrides: { 'node-addon-api': '8.1.0' } },
  { name: 'pynode', module: '@fridgerator/pynode', version: '0.5.2' },
  { name: 'pythonia', module: 'pythonia', version: '1.2.6', needs: { ws: '7' } },
  { name: 'boa', module: '@pipcook/boa', version: '2.1.0' },
  { name: 'python.ts', module: 'python.ts', version: 'latest' },
]

export const peerFolder = (name) => inRoot('build', 'peers', name)

/** How the installation for this Python went: for each peer its version or its error; nothing where none was tried. */
export function installedPeers(runtime) {
  const states = peers.map((peer) => [peer, readState(peer.name)])
  const tried = states.filter(([peer, state]) => state?.key === keyOf(peer, runtime))
  return Object.fromEntries(tried.map(([{ name }, state]) => [name, state]))
}

/** Installs those that were not tried yet for this Python. */
export function installPeers(runtime) {
  for (const peer of peers) {
    const key = keyOf(peer, runtime)
    if (readState(peer.name)?.key === key) continue
    say(`installing ${peer.module} into build/peers`)
    const state = { key, ...install(peer, runtime) }
    writeFileSync(join(peerFolder(peer.name), 'state.json'), `${JSON.stringify(state, null, 2)}\n`)
    if (state.error) say(`${peer.module} cannot be measured here: ${state.error}`)
  }
}

/** Addons are built for one Python and one version of V8. */
function keyOf({ module, version }, runtime) {
  return `${module}@${version} for CPython ${runtime.version}, Node ${process.versions.modules}`
}

function readState(name) {
  const file = join(peerFolder(name), 'state.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

function install({ name, module, version, overrides, needs }, runtime) {
  const folder = peerFolder(name)
  mkdirSync(folder, { recursive: true })
  const dependencies = { [module]: version, ...needs }
  const manifest = { private: true, dependencies, ...(overrides && { overrides }) }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  const env = buildEnvironment(runtime)
  for (const args of [
    ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'],
    ['rebuild', '--foreground-scripts', module],
  ]) {
    const failure = npmFailure(args, folder, env)
    if (failure) return { error: failure }
  }
  const file = join(folder, 'node_modules', module, 'package.json')
  return { version: JSON.parse(readFileSync(file, 'utf8')).version }
}

function npmFailure(args, cwd, env) {
  const options = { cwd, env, encoding: 'utf8', timeout: LIMIT, maxBuffer: 1 << 28 }
  const { status, stdout, stderr } = spawnSync('npm', args, {
    ...options,
    shell: process.platform === 'win32',
  })
  writeFileSync(join(cwd, `${args[0]}.log`), `${stdout}\n${stderr}`)
  return status === 0 ? undefined : reasonIn(`${stderr}\n${stdout}`)
}

/** The line that says why: a compiler's, a network's or npm's own. */
function reasonIn(log) {
  const lines = log.split('\n').map((line) => line.trim())
  const tells = [
    / error: /,
    /unable to resolve|could not resolve|ENOTFOUND|EAI_AGAIN/i,
    /npm error 404 {2}?'?.*(?:not found|could not)/i,
    /npm error/,
  ]
  const found = tells.map((tell) => lines.find((line) => tell.test(line))).find(Boolean)
  return (found ?? 'npm failed')
    .replaceAll(inRoot(), '')
    .replace(/^[\d\s:-]+(?=curl)/, '')
    .replace(/(resolve) host: \S+/, '$1 a host')
    .slice(0, 200)
}

/** The Python of the run comes first, for those that ask `python3-config` or pkg-config. */
function buildEnvironment({ prefix }) {
  return {
    ...process.env,
    PATH: [join(prefix, 'bin'), process.env.PATH].join(delimiter),
    PKG_CONFIG_PATH: join(prefix, 'lib', 'pkgconfig'),
    npm_config_nodedir: join(nodeHeaders(), '..', '..'),
    npm_config_build_from_source: 'true',
  }
}

/** Requires the peer, from where it was installed. */
export const requirePeer = (name, module = name) =>
  createRequire(join(peerFolder(name), 'package.json'))(module)
