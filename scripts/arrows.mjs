/**
 * `node scripts/arrows.mjs [FOLDER]`: checks that the dependency arrows point one way, that unsafe code stays in `sys` with its SAFETY notes, and that
 * files stay short. STYLE of the project: a picture that a script checks cannot rot.
 */
import { readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { relativeImports } from './arrows/imports.mjs'
import { crateUses } from './arrows/rust.mjs'
import { unsafeFaults } from './arrows/unsafe.mjs'
import { filesBelow, root } from './setup/paths.mjs'

/**
 * A module may use itself, every layer below its own, what is usable by `all`, and what `beside` adds for it within
 * its layer. `above` names what is not a module of the picture: it may use everything.
 */
const RUST = {
  folder: 'native/core/src',
  above: ['lib'],
  layers: [
    ['exports'],
    ['call', 'lifecycle'],
    ['output'],
    ['convert', 'callback', 'buffer', 'environment', 'inflight'],
    ['isolate'],
    ['attach'],
    ['runtime'],
    ['errors'],
    // Plain data: each interpreter of the runtime owns a table of references and a release queue.
    ['refs'],
    ['sys'],
  ],
  // A function is converted to a callable, and a callback converts its arguments: the only cycle.
  beside: {
    convert: ['callback', 'buffer'],
    callback: ['convert', 'environment'],
    environment: ['convert', 'inflight'],
    buffer: ['environment'],
    inflight: ['convert'],
  },
  all: ['errors'],
}

const TYPESCRIPT = {
  folder: 'lib',
  above: [],
  layers: [
    ['cli', 'load'],
    ['index'],
    ['pool'],
    ['python', 'clib'],
    ['check', 'runtime'],
    ['output'],
    ['object', 'callback', 'buffer'],
    ['codec'],
    ['call-options'],
    ['kwargs'],
    ['errors', 'native', 'plain'],
    ['asar'],
    ['discovery'],
  ],
  beside: { python: ['clib'] },
  all: [],
}

const LIMIT = 400
const base = resolve(process.argv[2] ?? root)
const COUNTED = {
  native: /\.rs$/,
  lib: /\.ts$/,
  scripts: /\.(mjs|py)$/,
  plugins: /\.py$/,
  bench: /\.m?[jt]s$/,
  test: /\.ts$/,
}

const faults = [
  ...arrowFaults(RUST, /\.rs$/, crateUses),
  ...arrowFaults(TYPESCRIPT, /\.m?ts$/, relativeImports),
  ...below('native', /\.rs$/).flatMap((file) => unsafeFaults(file, read(file))),
  ...Object.entries(COUNTED).flatMap(([folder, names]) => below(folder, names).flatMap(lengthFault)),
]
for (const fault of faults) console.error(fault)
console.log(faults.length ? `arrows: ${faults.length} faults` : 'arrows: all point one way')
process.exitCode = faults.length ? 1 : 0

function arrowFaults(picture, names, usesOf) {
  const known = new Set([...picture.above, ...picture.layers.flat()])
  return below(picture.folder, names).flatMap((file) => {
    const module = moduleOf(picture, file)
    if (!known.has(module)) return [`${file}: the module ${module} is not in the table of scripts/arrows.mjs`]
    return usesOf(read(file), relative(picture.folder, file))
      .filter(({ target }) => known.has(moduleName(target)) && !allowed(picture, module, moduleName(target)))
      .map(
        ({ line, target }) =>
          `${file}:${line} → ${picture.folder}/${target}: ${module} may not use ${moduleName(target)}`,
      )
  })
}

function allowed({ above, layers, beside, all }, from, to) {
  if (from === to || above.includes(from) || all.includes(to)) return true
  const layer = (name) => layers.findIndex((names) => names.includes(name))
  return layer(to) > layer(from) || (beside[from]?.includes(to) ?? false)
}

function moduleOf({ folder }, file) {
  return moduleName(relative(folder, file))
}

/** The first folder, or the file's name without its ending. */
function moduleName(path) {
  return path.split(/[\\/]/)[0].replace(/\.\w+$/, '')
}

function lengthFault(file) {
  const lines = read(file).split('\n').length - 1
  return lines > LIMIT ? [`${file}: ${lines} lines, more than ${LIMIT}`] : []
}

function below(folder, names) {
  return filesBelow(join(base, folder))
    .filter((file) => names.test(file))
    .map((file) => relative(base, file).replaceAll('\\', '/'))
}

function read(file) {
  return readFileSync(join(base, file), 'utf8')
}
