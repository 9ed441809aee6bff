/** The two native addons: built by cargo, then put where lib/native.ts looks for them. */
import { copyFileSync, mkdirSync, renameSync, utimesSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { addons, inRoot, newest, oldest, prebuilds, root } from './paths.mjs'
import { run, say } from './process.mjs'

const SOURCES = ['native', 'Cargo.toml', 'Cargo.lock', '.cargo'].map((name) => inRoot(name))

const NO_RUST =
  'Rust is needed to build the native addons, and `cargo` is not on the PATH.\n' +
  'Install it from https://rustup.rs (or with your system’s packages), open a new terminal, and try again.'

export function buildNative() {
  if (oldest(...addons.map(({ file }) => file)) > newest(...SOURCES)) return
  const start = new Date()
  say('building the native addons (the first time takes a minute or two)')
  const locked = process.env.CI ? ['--locked'] : []
  run('cargo', ['build', '--release', ...locked], { missing: NO_RUST })
  mkdirSync(prebuilds, { recursive: true })
  for (const { name, file } of addons) replace(built(name), file, start)
}

/**
 * Never writes into a file that a running process may have mapped: a new file takes its name. It is as old as the start
 * of the build, so that sources changed since then are newer.
 */
function replace(source, target, start) {
  const fresh = `${target}.${process.pid}`
  copyFileSync(source, fresh)
  utimesSync(fresh, start, start)
  renameSync(fresh, target)
}

function built(name) {
  const folder = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target')
  return join(folder, 'release', libraryName(`python_ts_${name}`))
}

function libraryName(name) {
  if (process.platform === 'win32') return `${name}.dll`
  return process.platform === 'darwin' ? `lib${name}.dylib` : `lib${name}.so`
}
