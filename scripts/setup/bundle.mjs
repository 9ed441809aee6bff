/**
 * Puts all modules of lib/ into one file, dist/python-ts.js: a hundred files take Node as long to load as Python takes to start (bench row `start`).
 * What the compiler wrote for each module becomes a reference into that file, by way of lib/load.ts; the command line stays as it is.
 */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, relative, sep } from 'node:path'
import { filesBelow, inRoot } from './paths.mjs'

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
  writeFileSync(BUNDLE, named(outputFiles[0].text))
  for (const name of modules) writeFileSync(inRoot('dist', `${name}.js`), referenceTo(name))
}

/** Each module as a namespace, under its path. */
function entryOf(modules) {
  const imports = modules.map((name, index) => `import * as m${index} from './${name}'`)
  const exports = modules.map((name, index) => `m${index} as ${JSON.stringify(name)}`)
  return `${imports.join('\n')}\nexport { ${exports.join(', ')} }\n`
}

/** Behind a line that tells the contents, by which lib/load.ts knows what V8 compiled of it. */
function named(text) {
  return `// python-ts ${createHash('sha256').update(text).digest('hex').slice(0, 16)}\n${text}`
}

function referenceTo(name) {
  const path = relative(dirname(inRoot('dist', name)), LOADER).replaceAll(sep, '/')
  const module = `require(${JSON.stringify(path.startsWith('.') ? path : `./${path}`)})[${JSON.stringify(name)}]`
  return name === 'index' ? publicFace(module) : `'use strict'\nmodule.exports = ${module}\n`
}

/** Node finds the names that an ES module may import by reading assignments. */
function publicFace(module) {
  const lines = Object.keys(require(BUNDLE).index).map((name) => `exports.${name} = library.${name}`)
  return [
    "'use strict'",
    "Object.defineProperty(exports, '__esModule', { value: true })",
    `const library = ${module}`,
    ...lines,
    '',
  ].join('\n')
}
