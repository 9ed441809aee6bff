/** Runs what the documents say: a process for each file, with all its `js run` blocks in order. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import { Python } from 'python-ts'
import { codeBlocks, programOf } from './blocks'

const ROOT = resolve(__dirname, '../../..')
const ENGLISH = join(ROOT, 'README.md')
const CHINESE = join(ROOT, 'README.zh-CN.md')
const PAGES = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'))
const DOCUMENTS = [ENGLISH, CHINESE, ...PAGES.map((name) => join(ROOT, 'docs', name))]

/** Pages about what only CPython 3.12 and later have. */
const NEW = ['parallelism.md']
const isNew: boolean = new Python().eval('__import__("sys").version_info >= (3, 12)')

for (const document of DOCUMENTS) {
  const [name, program] = [basename(document), programOf(document)]
  if (program === '') continue
  if (isNew || !NEW.includes(name)) test(`${name} says what is so`, () => run(name, program))
  else test(`${name} needs CPython 3.12, and an error says so`, () => refused(name, program))
}

test('both READMEs have programs, and the same code', () => {
  assert.notEqual(programOf(ENGLISH), '')
  assert.deepEqual(codeBlocks(CHINESE).map(withoutRemarks), codeBlocks(ENGLISH).map(withoutRemarks))
})

for (const document of [...DOCUMENTS, join(ROOT, 'ARCHITECTURE.md'), join(ROOT, 'CONTRIBUTING.md')]) {
  test(`the links of ${basename(document)} lead to files`, () => {
    for (const target of linksOf(document)) assert.ok(existsSync(target), target)
  })
}

/** Comments are in the language of the reader, except those that are checked. */
function withoutRemarks(block: string): string {
  return block.replace(/ *(?:\/\/(?! →| throws)|#) .*$/gm, '')
}

function run(name: string, program: string): void {
  assert.deepEqual(execute(name, program), { status: 0, signal: null, stderr: '' })
}

function refused(name: string, program: string): void {
  const { status, stderr } = execute(name, program)
  assert.equal(status, 1)
  assert.match(stderr, /Error: A context with a GIL of its own needs CPython 3\.12 or later/)
}

/** In build/, so that the package finds itself by its name. */
function execute(name: string, program: string) {
  const folder = join(ROOT, 'build', 'docs')
  const script = join(folder, `${name}.mjs`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(script, program)
  const { status, signal, stderr } = spawnSync(process.execPath, ['--expose-gc', script], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { status, signal, stderr }
}

function linksOf(document: string): string[] {
  const text = codeBlocks(document).reduce(
    (rest, block) => rest.replace(block, ''),
    readFileSync(document, 'utf8'),
  )
  const targets = [...text.matchAll(/\]\((?!https?:|#)([^)# ]+)/g)].map((match) => match[1] ?? '')
  return targets.map((target) => resolve(dirname(document), target))
}
