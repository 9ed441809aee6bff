/** What V8 compiled of the library is kept for later processes; with what may be wrong about it, the library works all the same. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { createContext, runInContext } from 'node:vm'

const root = resolve(__dirname, '..', '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'python-ts-load-'))
const cache = join(folder, '.cache')
/** Deno and Bun keep what they compiled in their own way. */
const isNode = process.versions.bun === undefined && process.versions.deno === undefined

cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true })
cpSync(join(root, 'package.json'), join(folder, 'package.json'))
symlinkSync(join(root, 'prebuilds'), join(folder, 'prebuilds'), 'junction')
after(() => rmSync(folder, { recursive: true, force: true }))

const PROGRAM = `
const { Python } = require(${JSON.stringify(folder)})
console.log(new Python().eval('[1, 2]'))
`

/** Runs a process, which must say what Python says and nothing else. */
function runs(...flags: string[]): void {
  const options = { cwd: root, encoding: 'utf8' } as const
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, '-e', PROGRAM], options)
  assert.deepEqual([stdout, stderr, status], ['[ 1, 2 ]\n', '', 0])
}

const kept = (): string[] => readdirSync(cache)
const file = (): string => join(cache, kept()[0] ?? assert.fail('nothing is kept'))

/** The file after a process that found it so. */
function afterwards(content: Buffer): Buffer {
  writeFileSync(file(), content)
  runs()
  assert.equal(kept().length, 1)
  return readFileSync(file())
}

const isWhole = (twice: Buffer): boolean =>
  twice.length > 100_000 && twice.subarray(0, twice.length / 2).equals(twice.subarray(twice.length / 2))

test('the first process that starts Python keeps it, the next ones use it', { skip: !isNode }, () => {
  runs()
  const first = readFileSync(file())
  assert.ok(isWhole(first))
  runs()
  assert.deepEqual(readFileSync(file()), first)
  assert.equal(kept().length, 1)
})

test('what is damaged is made anew', { skip: !isNode }, () => {
  const good = readFileSync(file())
  for (const at of [0, 8, 1000, good.length >> 2, good.length - 1]) {
    const bad = Buffer.from(good)
    bad[at] = (bad[at] ?? 0) ^ 0xff
    assert.ok(isWhole(afterwards(bad)), `a byte at ${at}`)
  }
  for (const bad of [Buffer.alloc(0), Buffer.alloc(1), Buffer.alloc(good.length), good.subarray(0, 1000)])
    assert.ok(isWhole(afterwards(bad)), `${bad.length} bytes`)
})

test('what other flags have made is made anew', { skip: !isNode }, () => {
  runs('--no-lazy')
  runs()
  assert.ok(isWhole(readFileSync(file())))
})

test('what belongs to another build is removed', { skip: !isNode }, () => {
  const mine = file()
  writeFileSync(join(cache, 'compiled-of-another-build'), 'old')
  writeFileSync(join(cache, 'of somebody else'), 'theirs')
  rmSync(mine)
  runs()
  assert.deepEqual(kept().sort(), [basename(mine), 'of somebody else'])
})

test('a folder that cannot be made is no error', () => {
  rmSync(cache, { recursive: true, force: true })
  writeFileSync(cache, 'a file')
  runs()
  rmSync(cache)
})

test('a process that starts no Python keeps nothing', () => {
  mkdirSync(cache)
  const program = `require(${JSON.stringify(folder)})`
  assert.equal(spawnSync(process.execPath, ['-e', program]).status, 0)
  assert.deepEqual(kept(), [])
})

test('in Electron nothing is kept: the application may be signed', { skip: !isNode }, () => {
  const preload = join(folder, 'electron.cjs')
  writeFileSync(
    preload,
    "Object.defineProperty(process.versions, 'electron', { value: '39.0.0', enumerable: true })",
  )
  runs('--require', preload)
  assert.deepEqual(kept(), [])
})

test('in a realm of its own, as test runners make them, the library is of that realm', () => {
  const context = createContext({ process, Buffer })
  const loader = join(folder, 'dist', 'load.js')
  const wrap = (path: string): string =>
    `(function (exports, require, module, __filename, __dirname) {${readFileSync(path, 'utf8')}\n})`
  const load = (path: string): ((name: string) => object) => {
    const module = { exports: (() => ({})) as (name: string) => object }
    const inner = (id: string): unknown =>
      id === './python-ts.js' ? load(join(folder, 'dist', id)) : require(id)
    runInContext(wrap(path), context)(module.exports, inner, module, path, join(folder, 'dist'))
    return module.exports
  }
  const { PythonError } = load(loader)('index') as { PythonError: unknown }
  assert.equal(runInContext('(error) => error.prototype instanceof Error', context)(PythonError), true)
})
