/** The check of the dependency arrows finds what it is there to find. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'

const script = resolve(__dirname, '..', '..', '..', 'scripts', 'arrows.mjs')

/** [what, file, text, the fault reported or undefined for none] */
const ROWS: [what: string, file: string, text: string, fault: RegExp | undefined][] = [
  ['an arrow down', 'lib/python.ts', `import { x } from './codec/encode'`, undefined],
  [
    'an arrow up',
    'lib/codec/encode.ts',
    `\nimport { x } from '../python'`,
    /lib\/codec\/encode\.ts:2 → lib\/python: codec may not use python/,
  ],
  ['a type import up', 'lib/native.ts', `import type { X } from './index'`, /lib\/native\.ts:1 → lib\/index/],
  ['a re-export up', 'lib/errors.ts', `export * from './object/live'`, /errors may not use object/],
  ['a dynamic import up', 'lib/discovery/a.ts', `await import('../python')`, /discovery may not use python/],
  ['a module beside', 'lib/errors.ts', `import './native'`, /errors may not use native/],
  ['a new module', 'lib/misc.ts', '', /the module misc is not in the table/],
  ['a Rust arrow down', 'native/core/src/call/mod.rs', 'use crate::refs::Id;', undefined],
  [
    'a Rust arrow up',
    'native/core/src/sys/mod.rs',
    'use crate::attach;',
    /sys\/mod\.rs:1 → .*src\/attach: sys may not use attach/,
  ],
  [
    'a Rust group',
    'native/core/src/refs/mod.rs',
    'use crate::{sys::{a, b}, call::C};',
    /refs may not use call/,
  ],
  [
    'a Rust path',
    'native/core/src/runtime/a.rs',
    'fn f() { crate::exports::g() }',
    /runtime may not use exports/,
  ],
  ['a Rust super', 'native/core/src/refs/table.rs', 'use super::super::call::C;', /refs may not use call/],
  ['a Rust super within', 'native/core/src/refs/table.rs', 'use super::call;', undefined],
  ['a comment', 'native/core/src/sys/mod.rs', '// use crate::attach; unsafe\n', undefined],
  ['the one cycle', 'native/core/src/convert/a.rs', 'use crate::callback::F;', undefined],
  [
    'unsafe outside sys',
    'native/core/src/attach.rs',
    'fn f() { unsafe { g() } }',
    /attach\.rs:1: unsafe code outside/,
  ],
  [
    'unsafe without a note',
    'native/core/src/sys/a.rs',
    'fn f() { unsafe { g() } }',
    /sys\/a\.rs:1: no SAFETY note/,
  ],
  ['an impl without a note', 'native/core/src/sys/a.rs', 'unsafe impl Send for X {}', /no SAFETY note/],
  ['unsafe with a note', 'native/loader/src/sys.rs', '// SAFETY: so.\nfn f() { unsafe { g() } }', undefined],
  ['a long file', 'lib/index.ts', '\n'.repeat(401), /lib\/index\.ts: 401 lines, more than 400/],
]

for (const [what, file, text, fault] of ROWS) {
  test(`${what} is ${fault ? 'a fault' : 'fine'}`, (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'python-ts-arrows-'))
    context.after(() => rmSync(folder, { recursive: true }))
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
    const { status, stderr } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' })
    if (fault) assert.match(stderr, fault)
    else assert.equal(stderr, '')
    assert.equal(status, fault ? 1 : 0)
  })
}
