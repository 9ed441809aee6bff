/** Other JavaScript runtimes to test and measure with, from their npm packages, in .cache/nodes/ and .cache/hosts/. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot } from './paths.mjs'
import { npm, SetupError, say } from './process.mjs'

const { platform, arch } = process
const suffix = platform === 'win32' ? '.exe' : ''

/** @returns the version and the executable of the newest Node of that major version */
export function installNode(major) {
  const system = { win32: 'win' }[platform] ?? platform
  const name = `node-${system === 'darwin' && arch === 'arm64' ? 'bin-' : ''}${system}-${arch}`
  return install(
    `Node ${major}`,
    join('nodes', String(major)),
    `${name}@${major}`,
    join('bin', `node${suffix}`),
  )
}

export function installBun() {
  const system = { win32: 'windows' }[platform] ?? platform
  const name = `@oven/bun-${system}-${arch === 'arm64' ? 'aarch64' : arch}`
  return install('Bun', join('hosts', 'bun'), `${name}@${BUN}`, join('bin', `bun${suffix}`))
}

export function installDeno() {
  const name = `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`
  return install('Deno', join('hosts', 'deno'), `${name}@${DENO}`, `deno${suffix}`)
}

const BUN = '1'
const DENO = '2'

function install(title, folder, specifier, program) {
  const cwd = inRoot('.cache', folder)
  const home = join(cwd, 'node_modules', ...specifier.replace(/@[^@/]*$/, '').split('/'))
  const executable = join(home, program)
  if (!existsSync(executable)) {
    say(`installing ${title}`)
    mkdirSync(cwd, { recursive: true })
    writeFileSync(join(cwd, 'package.json'), '{ "private": true }')
    npm(['install', '--no-audit', '--no-fund', '--no-package-lock', specifier], { cwd })
  }
  if (!existsSync(executable)) throw new SetupError(`${specifier} has no ${program}.`)
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  return { version, executable }
}
