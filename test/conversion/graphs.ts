/** Random values with shared references and cycles, and a check that two graphs have the same shape. */
import assert from 'node:assert/strict'
import fc from 'fast-check'

/** A recipe of a graph: nodes refer to others, or to leaves, by number. Interpreted by `build`. */
export interface Recipe {
  nodes: Node[]
  leaves: unknown[]
}

interface Node {
  kind: 'list' | 'dict' | 'map' | 'set' | 'date' | 'bytes'
  /** From 0 to 1: which of the nodes and leaves. */
  links: number[]
  keys: string[]
}

const FIRST_DAY = new Date('0001-01-01T00:00:00.000Z')
const LAST_DAY = new Date('9999-12-31T23:59:59.999Z')

/** What comes back as it is, by value: no `undefined`, and only such BigInts as are no safe integers. */
const leaf = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(
    null,
    true,
    false,
    -0,
    2 ** 53,
    -(2 ** 63),
    2 ** 27,
    -(2 ** 27) - 1,
    '',
    '\0',
    '\ud800',
    '__proto__',
  ),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }),
  fc.bigInt({ min: -(2n ** 70n), max: -(2n ** 53n) }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
    .map((units) => String.fromCharCode(...units)),
)

const key = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', '', '1', '01', 'then'),
)

const node: fc.Arbitrary<Node> = fc.record({
  kind: fc.constantFrom('list', 'list', 'dict', 'dict', 'map', 'set', 'date', 'bytes'),
  links: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 8 }),
  keys: fc.array(key, { minLength: 8, maxLength: 8 }),
})

/** Graphs of up to 30 containers. */
export const recipe: fc.Arbitrary<Recipe> = fc.record({
  nodes: fc.array(node, { minLength: 1, maxLength: 30 }),
  leaves: fc.array(leaf, { minLength: 1, maxLength: 20 }),
})

/** The graph of a recipe, seen from its first node. */
export function build({ nodes, leaves }: Recipe): unknown {
  const made = nodes.map(empty)
  const choices = [...made, ...leaves]
  const scalars = leaves.filter((value) => typeof value !== 'object' || value === null)
  nodes.forEach(({ links, keys }, index) => {
    links.forEach((link, at) => {
      const scalar = scalars[Math.floor(link * scalars.length)]
      put(made[index], choices[Math.floor(link * choices.length)], { key: keys[at] as string, scalar, at })
    })
  })
  return made[0]
}

function empty({ kind, links }: Node): unknown {
  if (kind === 'list') return []
  if (kind === 'dict') return {}
  if (kind === 'map') return new Map<unknown, unknown>([[0.5, 'a dict with only str keys is no Map']])
  if (kind === 'set') return new Set()
  const part = links[0] ?? 0
  if (kind === 'bytes') return Buffer.from(links.map((link) => link * 256))
  return new Date(Math.floor(FIRST_DAY.getTime() + part * (LAST_DAY.getTime() - FIRST_DAY.getTime())))
}

function put(
  target: unknown,
  value: unknown,
  { key, scalar, at }: { key: string; scalar: unknown; at: number },
): void {
  if (Array.isArray(target)) target.push(value)
  else if (target instanceof Map) target.set(hashable(at % 2 ? key : scalar), value)
  else if (target instanceof Set) target.add(hashable(scalar))
  else if (!(target instanceof Date || Buffer.isBuffer(target))) define(target as object, key, value)
}

function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}

/** Keys that Python tells apart as JavaScript does: True is 1 there, 2.0 ** 53 is 2 ** 53, and −0.0 is 0. */
function hashable(value: unknown): unknown {
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'bigint') return `${value}n`
  return typeof value === 'number' ? value + 0 : value
}

/** Whether two graphs are the same but for identity: equal values, and references shared alike. */
export function assertSameShape(actual: unknown, expected: unknown): void {
  const counterpart = new Map<object, object>()
  const taken = new Set<object>()
  const work: [unknown, unknown][] = [[actual, expected]]
  for (let pair = work.pop(); pair !== undefined; pair = work.pop()) {
    const [a, b] = pair
    if (!isObject(a) || !isObject(b)) {
      assert.ok(Object.is(a, b), `${String(a)} is not ${String(b)}`)
    } else if (counterpart.has(b)) {
      assert.ok(counterpart.get(b) === a, 'a reference is not shared as it was')
    } else {
      assert.ok(!taken.has(a), 'a reference is shared that was not')
      counterpart.set(b, a)
      taken.add(a)
      const [parts, others] = [partsOf(a), partsOf(b)]
      assert.equal(parts.length, others.length)
      for (const [i, part] of parts.entries()) work.push([part, others[i]])
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** What an object consists of, its kind first. Sets have an order of their own in Python. */
function partsOf(value: object): unknown[] {
  const kind = Object.prototype.toString.call(value)
  if (Buffer.isBuffer(value)) return [kind, value.toString('hex')]
  if (value instanceof Date) return [kind, value.getTime()]
  if (value instanceof Set) return [kind, ...[...value].map(sortable).sort()]
  if (value instanceof Map) return [kind, ...[...value].flat()]
  return [kind, Object.getPrototypeOf(value) === Object.prototype, ...Object.entries(value).flat()]
}

function sortable(value: unknown): string {
  return `${typeof value} ${Object.is(value, -0) ? '-0' : String(value)}`
}
