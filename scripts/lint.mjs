/** `node scripts/lint.mjs [--fix]`: formats and lints of Rust, TypeScript and Python, and the dependency arrows. */
import { prepareEnvironment } from './setup/environment.mjs'
import { installPackages } from './setup/packages.mjs'
import { inRoot, pythonOf } from './setup/paths.mjs'
import { main, show } from './setup/process.mjs'
import { choosePython } from './setup/python.mjs'

const fix = process.argv.includes('--fix')
const colors = process.stdout.isTTY ? [] : ['--colors=off']
const biome = inRoot('node_modules', '@biomejs', 'biome', 'bin', 'biome')
const environment = inRoot('.cache', 'venvs', 'lint')
const python = pythonOf(environment)
const ruff = (...args) => [
  python,
  ['-m', 'ruff', ...args, '--config', 'plugins/ruff.toml', 'plugins', 'scripts', 'native'],
]

const checks = {
  'cargo fmt': ['cargo', fix ? ['fmt'] : ['fmt', '--check']],
  'cargo clippy': ['cargo', ['clippy', '--all-targets', '--quiet', '--', '-D', 'warnings']],
  biome: [
    process.execPath,
    [biome, ...(fix ? ['check', '--write'] : ['ci']), '--error-on-warnings', ...colors, '.'],
  ],
  'ruff check': ruff('check', ...(fix ? ['--fix'] : [])),
  'ruff format': ruff('format', ...(fix ? [] : ['--check'])),
  arrows: [process.execPath, [inRoot('scripts', 'arrows.mjs')]],
}

main(() => {
  installPackages()
  prepareEnvironment(environment, choosePython, inRoot('scripts', 'requirements-lint.txt'))
  const failed = Object.entries(checks).filter(([name, check]) => !passes(name, check))
  console.log(failed.length ? `lint: ${failed.map(([name]) => name).join(', ')} failed` : 'lint: all clean')
  return failed.length ? 1 : 0
})

function passes(name, [command, args]) {
  console.log(`lint: ${name}`)
  return show(command, args) === 0
}
