/**
 * `node scripts/test-native.mjs [ARG …]`: `cargo test`. The addons leave Python's symbols to be found at load time, which a test
 * program cannot do: it is linked to the libpython of the best Python, in a target folder of its own.
 */
import { dirname } from 'node:path'
import { inRoot } from './setup/paths.mjs'
import { main, show } from './setup/process.mjs'
import { choosePython } from './setup/python.mjs'

main(() => {
  const { library } = choosePython()
  const env = { RUSTFLAGS: linkTo(library), CARGO_TARGET_DIR: inRoot('target', 'tests') }
  return show('cargo', ['test', '--quiet', ...process.argv.slice(2)], { env })
})

function linkTo(library) {
  const rpath = `-C link-arg=-Wl,-rpath,${dirname(library)}`
  return process.platform === 'win32' ? '' : `-C link-arg=${library} ${rpath}`
}
