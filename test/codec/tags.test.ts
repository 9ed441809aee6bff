/** The two halves of the flat encoding hold the same numbers. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { Result } from '#dist/codec/registers'
import {
  AsyncOp,
  Const,
  DERIVED,
  Dispatch,
  Ext,
  Flag,
  Format,
  JsKind,
  JsTrait,
  LIVE,
  MAX_DEPTH,
  Misuse,
  Op,
  SHAPED,
  TAG_BITS,
  TAG_MASK,
  Tag,
  WEIGHT_SHIFT,
} from '#dist/codec/tags'

const rust = source('convert/tags.rs')

const TABLES = { result: Result, tag: Tag, constant: Const, ext: Ext, js_kind: JsKind }

for (const [module, table] of Object.entries(TABLES)) {
  test(`mod ${module}`, () => {
    const constants = constantsOf(module)
    assert.ok(Object.keys(constants).length > 0)
    for (const [name, value] of Object.entries(constants)) {
      assert.equal(value, (table as Record<string, number>)[name], name)
    }
  })
}

test('every tag and extension is known to both', () => {
  assert.deepEqual(constantsOf('tag'), { ...Tag })
  assert.deepEqual(constantsOf('ext'), { ...Ext })
  assert.deepEqual(constantsOf('result'), { ...Result })
})

test('single numbers', () => {
  assert.deepEqual(constants(rust.slice(0, rust.indexOf('pub mod'))), {
    TAG_BITS,
    TAG_MASK,
    PAYLOAD_BITS: 28,
    DERIVED,
    MAX_DEPTH,
    SHAPED,
    WEIGHT_SHIFT,
  })
})

/** The letters of Python's struct module. */
const LETTERS: Record<keyof typeof Format, string | undefined> = {
  BYTES: undefined,
  INT8: 'b',
  UINT8: 'B',
  INT16: 'h',
  UINT16: 'H',
  INT32: 'i',
  UINT32: 'I',
  INT64: 'q',
  UINT64: 'Q',
  FLOAT16: 'e',
  FLOAT32: 'f',
  FLOAT64: 'd',
}

test('formats', () => {
  const table = between(rust, 'pub const FORMATS: [Option<&str>; 12] = [', '];')
  const formats = [...table.matchAll(/None|Some\("(\w)"\)/g)].map(([, letter]) => letter)
  for (const [name, index] of Object.entries(Format)) {
    assert.equal(formats[index], LETTERS[name as keyof typeof Format], name)
  }
  assert.equal(formats.length, Object.keys(Format).length)
})

/** What shows that an entry of the table of operations is the one for this operation. */
const ENTRIES: Record<keyof typeof Op, string> = {
  CALL: 'call',
  CALL_METHOD: 'call_method',
  APPLY: 'call',
  GETATTR: 'attribute',
  SETATTR: 'setattr',
  DELATTR: 'delattr',
  HASATTR: 'hasattr',
  STATIC_HAS: 'static_has',
  DIR: 'object::dir',
  STR: 'object::str',
  REPR: 'object::repr',
  FLOAT: 'object::to_float',
  PYTYPE: 'type_name',
  VALUE: 'Outcome::ByBase',
  ITER: 'object::iter',
  NEXT: 'protocols::next',
  ISINSTANCE: 'object::is_instance',
  IMPORT: 'object::import',
  RELOAD: 'reload',
  EXEC: 'exec',
  EVAL: 'eval',
  ADD_SYSPATH: 'add_syspath',
  REF: 'Outcome::Reference',
  CLOSE: 'protocols::close',
  SEND: 'protocols::send',
  THROW: 'protocols::throw',
  ENTER: 'protocols::enter',
  EXIT: 'protocols::exit',
  OPERATE: 'protocols::operate',
  TEMPLATE: 'protocols::template',
  OUTPUT: 'output',
  CONVERTER: 'converters::set',
  DERIVE: 'callback::derive',
  SUBCLASS: 'callback::subclass',
  UNSHARED: 'unshared',
  NODE: 'callback::node',
}

test('operations', () => {
  const operations = source('call/operations.rs')
  const table = between(operations, 'const OPERATIONS: [(Operation, usize); ', '\n];')
  const entries = table.split(/^ {4}\(/m).slice(1)
  assert.equal(entries.length, Object.keys(Op).length)
  for (const [name, index] of Object.entries(Op)) {
    const shown = ENTRIES[name as keyof typeof Op]
    assert.match(entries[index] as string, new RegExp(`(?<![\\w:])${shown}(?!\\w)`), name)
  }
  assert.match(operations, new RegExp(`^const APPLY: usize = ${Op.APPLY};$`, 'm'))
  const awaited = between(operations, 'pub fn awaits', '\n}')
  for (const [, name, number] of awaited.matchAll(/const (\w+): usize = (\d+);/g))
    assert.equal(Number(number), (Op as Record<string, number>)[name as string], name)
  assert.match(operations, new RegExp(`^pub const LIVE: usize = ${LIVE};$`, 'm'))
  assert.ok(Object.keys(Op).length <= LIVE)
})

test('operations of asynchronous calls', () => {
  const operations = source('call/operations.rs')
  for (const [name, value] of Object.entries(AsyncOp)) {
    assert.match(operations, new RegExp(`const ${name}: usize = ${value};`))
  }
})

test('questions to the dispatcher', () => {
  const inRust = [...source('callback/dispatch.rs').matchAll(/const ([A-Z_]+): Self = Self\((\d+)\);/g)]
  const files = ['javascript', 'iterators', 'promises', 'containers', 'numbers']
  const inPython = files.flatMap((file) => [
    ...source(`callback/${file}.py`).matchAll(/^([A-Z_]+) = (\d+)$/gm),
  ])
  assert.ok(inRust.length > 10 && inPython.length > 10)
  for (const [, name, value] of [...inRust, ...inPython])
    assert.equal(Number(value), (Dispatch as Record<string, number>)[name as string], name)
  const asked = new Set([...inRust, ...inPython].map(([, name]) => name))
  assert.deepEqual([...asked].sort(), Object.keys(Dispatch).sort())
  assert.match(
    source('environment/mod.rs'),
    new RegExp(`^const DISCONNECT: f64 = ${Dispatch.DISCONNECT}\\.0;$`, 'm'),
  )
})

test('kinds and traits of JavaScript values', () => {
  const keys = (name: string) =>
    [...between(source('callback/javascript.py'), `\n${name} = {`, '\n}').matchAll(/^ {4}(\d+): /gm)].map(
      ([, key]) => Number(key),
    )
  assert.deepEqual(keys('CLASSES'), Object.values(JsKind))
  assert.deepEqual(keys('TRAITS'), Object.values(JsTrait))
})

test('classes of misuse', () => {
  assert.deepEqual(Object.fromEntries(numbered(between(source('errors.rs'), 'pub enum ErrorClass {', '}'))), {
    ...Misuse,
  })
})

/** What the bit of each flag is made of. */
const CAPABILITIES: Record<keyof typeof Flag, string> = {
  CALLABLE: 'PyCallable_Check',
  CLASS: 'is_class)',
  ITERABLE: 'Py_tp_iter',
  ITERATOR: 'PyIter_Check',
  ASYNC_ITERABLE: 'Py_am_aiter',
  AWAITABLE: 'Py_am_await',
  MODULE: 'PyModule_Type',
}

test('flags of live objects', () => {
  const body = between(source('sys/class.rs'), 'pub fn capabilities', '\n}')
  const terms = body.slice(body.indexOf('u32::from(ffi::PyCallable_Check')).split(/\| u32::from/)
  assert.equal(terms.length, Object.keys(Flag).length)
  for (const [name, bit] of Object.entries(Flag)) {
    const term = terms.find((text) => text.includes(CAPABILITIES[name as keyof typeof Flag])) ?? ''
    const shift = /<<\s*(\d+)\s*$/.exec(term.replace(/\s*\}\s*$/, ''))?.[1] ?? '0'
    assert.equal(2 ** Number(shift), bit, name)
  }
})

function source(path: string): string {
  return readFileSync(resolve(__dirname, '../../../native/core/src', path), 'utf8')
}

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start)
  assert.ok(from >= 0, start)
  return text.slice(from + start.length, text.indexOf(end, from + start.length))
}

/** The variants of a Rust enum, by their names in capitals. */
function numbered(body: string): [name: string, value: number][] {
  const variants = [...body.matchAll(/(\w+) = (\d+),/g)]
  return variants.map(([, name, value]) => [capitals(name as string), Number(value)])
}

const capitals = (name: string) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()

function constantsOf(module: string): Record<string, number> {
  const body = new RegExp(`pub mod ${module} \\{([^}]*)\\}`).exec(rust)?.[1]
  assert.ok(body, module)
  return constants(body)
}

function constants(text: string): Record<string, number> {
  const found = [...text.matchAll(/pub const (\w+): \w+ = (\d+);/g)]
  return Object.fromEntries(found.map(([, name, value]) => [name, Number(value)]))
}
