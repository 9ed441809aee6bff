/** The package as its users get it: packed, unpacked into a project's node_modules, compiled against and loaded. */
import assert from 'node:assert/strict'
import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'

const root = resolve(__dirname, '..', '..', '..')
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const folder = mkdtempSync(join(tmpdir(), 'python-ts-consumer-'))

before(() => {
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  unpackInto(modules)
  symlinkSync(join(root, 'node_modules', '@types'), join(modules, '@types'), 'junction')
  cpSync(join(root, 'test', 'consumer'), folder, { recursive: true })
})
after(() => rmSync(folder, { recursive: true, force: true }))

describe('a strict consumer compiles, and its deliberate mistakes are found', () => {
  for (const kind of ['cjs', 'esm']) {
    test(kind, () => {
      const { status, stdout } = compile(kind)
      assert.equal(stdout, '')
      assert.equal(status, 0)
    })

    test(`${kind}: a mistake fails the compilation`, () => {
      const file = join(folder, kind, 'mistake.ts')
      writeFileSync(file, `import { Python } from 'python-ts'\nnew Python({ context: 'yes' })\n`)
      try {
        const { status, stdout } = compile(kind)
        assert.match(stdout, /mistake\.ts\(2,14\): error TS2322/)
        assert.notEqual(status, 0)
      } finally {
        rmSync(file)
      }
    })
  }
})

test('require and import give the same classes and functions', () => {
  const script = `
    import * as esm from 'python-ts'
    import { createRequire } from 'node:module'
    const cjs = createRequire(import.meta.url)('python-ts')
    const names = Object.keys(cjs).filter((name) => name !== '__esModule').sort()
    const same = names.every((name) => esm[name] === cjs[name])
    console.log(JSON.stringify({ names, same, missing: Object.keys(esm).filter((name) => !(name in cjs)) }))`
  const { names, same, missing } = runScript(script)
  for (const name of ['Python', 'PythonError', 'clib', 'kwargs']) assert.ok(names.includes(name), name)
  assert.equal(same, true)
  assert.deepEqual(
    missing.filter((name: string) => name !== 'default' && name !== 'module.exports'),
    [],
  )
})

test('loading the package starts nothing', () => {
  const script = `
    const before = process.listenerCount('exit') + process.listenerCount('SIGINT')
    await import('python-ts')
    const after = process.listenerCount('exit') + process.listenerCount('SIGINT')
    const addons = Object.keys((await import('node:module')).default._cache).filter((file) => file.endsWith('.node'))
    console.log(JSON.stringify({ listeners: after - before, addons, handles: process.getActiveResourcesInfo().length }))`
  const { listeners, addons } = runScript(script)
  assert.equal(listeners, 0)
  assert.deepEqual(addons, [])
})

function compile(kind: string): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [tsc, '--pretty', 'false', '-p', kind], {
    cwd: folder,
    encoding: 'utf8',
  })
}

function runScript(script: string) {
  const file = join(folder, 'esm', 'script.mjs')
  writeFileSync(file, script)
  return JSON.parse(execFileSync(process.execPath, [file], { encoding: 'utf8' }))
}

/** As `npm install` would, from what `npm publish` would send. */
function unpackInto(modules: string) {
  const options = { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' } as const
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], options)
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  assert.ok(archive)
  execFileSync('tar', ['-xzf', archive], { cwd: folder })
  cpSync(join(folder, 'package'), join(modules, 'python-ts'), { recursive: true })
  rmSync(join(folder, 'package'), { recursive: true })
}
