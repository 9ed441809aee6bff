/**
 * Puts all modules of lib/ into one file, dist/python-ts.js: a hundred files take Node as long to load as Python takes to start (bench row `start`).
 * What the compiler wrote for each module becomes a reference into that file, by way of lib/load.ts; the command line stays as it is.
 */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, relative, sep } from 'node:path'
import { filesBelow, inRoot, root } from './paths.mjs'

const require = createRequire(import.meta.url)
const BUNDLE = inRoot('dist', 'python-ts.js')
const LOADER = inRoot('dist', 'load.js')
const CLI = `cli${sep}`

export function bundleLibrary() {
  const modules = filesBelow(inRoot('lib'))
    .map((file) => relative(inRoot('lib'), file))
    .filter((file) => file.endsWith('.ts') && !file.startsWith(CLI) && file !== 'load.ts')
    .map((file) => file.slice(0, -'.ts'.length).replaceAll(sep, '/'))
  // Not a dependency of this file: it is installed by the set-up itself.
  const { outputFiles } = require('esbuild').buildSync({
    stdin: { contents: entryOf(modules), resolveDir: inRoot('lib'), loader: 'ts' },
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node18',
    logLevel: 'warning',
  })
  writeFileSync(BUNDLE, named(inAscii(outputFiles[0].text)))
  for (const name of modules) writeFileSync(inRoot('dist', `${name}.js`), referenceTo(name))
}

/** A function that gives a module's exports, by its path. They are put together when asked for: most are for tests. */
function entryOf(modules) {
  const exported = exportsOf(modules)
  const imports = modules.map((name, index) => {
    const names = exported[index].map((each) => `${each} as m${index}_${each}`)
    return `import { ${names.join(', ')} } from './${name}'`
  })
  const cases = modules.map((name, index) => {
    const getters = exported[index].map((each) => `get ${each}() { return m${index}_${each} }`)
    return `case ${JSON.stringify(name)}: return { ${getters.join(', ')} }`
  })
  return `${imports.join('\n')}
const made = new Map<string, object | undefined>()
function make(name: string): object | undefined {
  switch (name) {
    ${cases.join('\n    ')}
  }
}
module.exports = (name: string): object | undefined => {
  if (!made.has(name)) made.set(name, make(name))
  return made.get(name)
}
`
}

/** The names of the values that each module exports. */
function exportsOf(modules) {
  const { metafile } = require('esbuild').buildSync({
    entryPoints: modules.map((name) => inRoot('lib', `${name}.ts`)),
    outdir: inRoot('dist'),
    absWorkingDir: root,
    format: 'esm',
    metafile: true,
    logLevel: 'error',
    write: false,
  })
  return modules.map((name) => metafile.outputs[`dist/${name}.js`].exports)
}

/** What is not ASCII is in comments, and would double the memory of the text, and the time to read it. */
function inAscii(text) {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Behind a line that tells the contents, by which lib/load.ts knows what V8 compiled of it. */
function named(text) {
  return `// python-ts ${createHash('sha256').update(text).digest('hex').slice(0, 16)}\n${text}`
}

function referenceTo(name) {
  const path = relative(dirname(inRoot('dist', name)), LOADER).replaceAll(sep, '/')
  const module = `require(${JSON.stringify(path.startsWith('.') ? path : `./${path}`)})(${JSON.stringify(name)})`
  return name === 'index' ? publicFace(module) : `'use strict'\nmodule.exports = ${module}\n`
}

/** Node finds the names that an ES module may import by reading assignments. */
function publicFace(module) {
  const lines = Object.keys(require(BUNDLE)('index')).map((name) => `exports.${name} = library.${name}`)
  return [
    "'use strict'",
    "Object.defineProperty(exports, '__esModule', { value: true })",
    `const library = ${module}`,
    ...lines,
    '',
  ].join('\n')
}
