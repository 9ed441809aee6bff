/** Compiles lib/ to dist/, in one file, and test/ to build/test/. */
import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { bundleLibrary } from './bundle.mjs'
import { filesBelow, inRoot, newest, oldest, tsc } from './paths.mjs'
import { run, say } from './process.mjs'

const OUTPUT = /(?:\.d)?\.([cm]?)[jt]s(?:\.map)?$/

export function compileLibrary() {
  const sources = [
    'lib',
    'types',
    'tsconfig.json',
    'package-lock.json',
    join('scripts', 'setup', 'bundle.mjs'),
  ]
  compile({
    project: '.',
    name: 'lib',
    sources,
    from: inRoot('lib'),
    to: inRoot('dist'),
    finish: bundleLibrary,
  })
}

export function compileTests() {
  const sources = ['test', 'lib', 'types', 'tsconfig.json', 'package-lock.json']
  compile({ project: 'test', name: 'tests', sources, from: inRoot('test'), to: inRoot('build', 'test') })
}

function compile({ project, name, sources, from, to, finish }) {
  const stamp = inRoot('build', 'stamps', name)
  if (oldest(stamp) > newest(...sources.map((path) => inRoot(path))) && existsSync(to)) return
  const start = new Date()
  say(`compiling ${name === 'lib' ? 'TypeScript' : 'the tests'}`)
  removeOrphans(from, to)
  run(process.execPath, [tsc, '-p', project])
  finish?.()
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, '')
  utimesSync(stamp, start, start)
}

/** A compiled file whose source is gone would still be imported, or run as a test. */
function removeOrphans(from, to) {
  for (const file of filesBelow(to)) {
    const source = join(from, relative(to, file)).replace(OUTPUT, '.$1ts')
    if (OUTPUT.test(file) && !existsSync(source)) rmSync(file)
  }
}
