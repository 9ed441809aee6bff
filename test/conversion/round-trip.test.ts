/** Ten thousand random values in each direction come back equal, with the same sharing. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { everywhere } from '../support/places'
import { assertSameShape, build, recipe } from './graphs'

everywhere(__filename, (py, test) => {
  const RUNS = 10_000

  py.exec(`
import datetime, random, struct

UTC = datetime.timezone.utc
POINTS = [0, 9, 65, 127, 128, 233, 255, 256, 0x6c49, 0xd800, 0xdfff, 0xfffe, 0xffff, 0x10000, 0x1f600, 0x10ffff]

def text(r):
    points = (r.choice(POINTS) if r.random() < 0.5 else r.randrange(0x110000) for _ in range(r.randrange(8)))
    return joined(''.join(map(chr, points)))

def joined(text):
    """Two surrogates that make a character are that character in JavaScript."""
    return text.encode('utf-16-le', 'surrogatepass').decode('utf-16-le', 'surrogatepass')

def number(r):
    """A float that is no safe integer: those come back as int."""
    bits = struct.unpack('d', r.randbytes(8))[0]
    value = r.choice([bits, r.random(), 0.5, -0.0, 2.0 ** 53, 1e300, float('inf'), float('-inf'), 5e-324])
    return -0.0 if value == 0 else 0.5 if abs(value) < 2 ** 53 and value == int(value) else value

def integer(r):
    size = r.choice([1, 8, 27, 28, 29, 31, 32, 53, 54, 63, 64, 65, 200])
    return r.choice([-1, 1]) * (r.getrandbits(size) + r.choice([0, 1, 2 ** size - 1]))

def moment(r):
    seconds = datetime.timedelta(seconds=r.randrange(3652059 * 86400), milliseconds=r.randrange(1000))
    return datetime.datetime(1, 1, 1, tzinfo=UTC) + seconds

SCALARS = [lambda r: None, lambda r: r.random() < 0.5, integer, number, text]
LEAVES = [*SCALARS, lambda r: r.randbytes(r.randrange(9)), moment]

def hashable(r):
    """Neither nan, which is no key that one finds again, nor -0.0, which is 0 as a key in JavaScript."""
    value = r.choice(SCALARS)(r)
    return 0.25 if type(value) is float and (value != value or value == 0) else value

def fill(r, container, choices):
    for _ in range(r.randrange(8)):
        value = r.choice(choices) if r.random() < 0.5 else r.choice(LEAVES)(r)
        if type(container) is list: container.append(value)
        elif type(container) is set: container.add(hashable(r))
        elif 0.5 in container: container[hashable(r)] = value
        else: container[text(r)] = value

def graph(seed):
    """Containers that refer to each other at random, seen from the first."""
    r = random.Random(seed)
    makers = [list, list, dict, dict, set, lambda: {0.5: 'a Map'}]
    containers = [r.choice(makers)() for _ in range(r.randrange(1, 30))]
    for container in containers: fill(r, container, containers)
    return containers[0]

def is_same_shape(a, b):
    """Equal by ==, of the same types, shared alike."""
    counterpart, taken, work, kept = {}, set(), [(a, b)], []
    while work:
        a, b = work.pop()
        if type(a) is not type(b): return f'{type(a)} is not {type(b)}'
        if type(a) is float and a != a and b != b: continue
        if type(a) not in (list, dict, set):
            if a != b or repr(a) != repr(b): return f'{a!r} is not {b!r}'
            continue
        if id(a) in counterpart:
            if counterpart[id(a)] != id(b): return 'a reference is not shared as it was'
            continue
        if id(b) in taken: return 'a reference is shared that was not'
        counterpart[id(a)] = id(b)
        taken.add(id(b))
        if len(a) != len(b): return f'{len(a)} items are {len(b)}'
        if type(a) is set:
            if a != b or sorted(map(repr, a)) != sorted(map(repr, b)): return f'{a!r} is not {b!r}'
        elif type(a) is list: work.extend(zip(a, b))
        else:
            if {str(k) for k in a} != {str(k) for k in b}: return f'{list(a)!r} is not {list(b)!r}'
            work.extend((a[k], b[k]) for k in a)
            work.extend(zip(ordered(a), ordered(b)))
    return ''

def ordered(keys):
    """The keys whose order an Object keeps: not those like array indices."""
    is_index = lambda k: type(k) is str and k.isascii() and k.isdigit() and str(int(k)) == k
    return [k for k in keys if not is_index(k)]

def echo(seed, through):
    made = graph(seed)
    return is_same_shape(made, through(made))

def give(seed): return graph(seed)
def check(seed, value): return is_same_shape(graph(seed), value)
`)

  function assertRuns<T>(share: number, property: fc.IProperty<T>): void {
    fc.assert(property, { numRuns: RUNS * share })
  }

  test('JavaScript → Python → JavaScript: graphs come back the same', (share) => {
    const same = py.eval('lambda value: value')
    assertRuns(
      share,
      fc.property(recipe, (made) => assertSameShape(same(build(made)), build(made))),
    )
  })

  test('the same as the result of a callback, and as the argument of one', (share) => {
    const through = py.eval('lambda get, put: put(get())')
    assertRuns(
      share,
      fc.property(recipe, (made) => {
        const value = build(made)
        let back: unknown
        through(
          () => value,
          (given: unknown) => {
            back = given
          },
        )
        assertSameShape(back, value)
      }),
    )
  })

  test('trees of JSON come back deeply equal', (share) => {
    const same = py.eval('lambda value: value')
    const value = fc.jsonValue({ maxDepth: 8, stringUnit: 'binary' })
    assertRuns(
      share,
      fc.property(value, (json) => assert.deepStrictEqual(same(json), json)),
    )
  })

  test('numbers, BigInts and strings come back the same, one by one', (share) => {
    const same = py.eval('lambda value: value')
    const scalar = fc.oneof(fc.double(), fc.maxSafeInteger(), fc.string({ unit: 'binary' }))
    assertRuns(
      share,
      fc.property(scalar, (value) => assert.ok(Object.is(same(value), value))),
    )
    const number = (value: bigint) =>
      BigInt.asIntN(54, value) === value && value !== -(2n ** 53n) ? Number(value) : value
    assertRuns(
      share,
      fc.property(fc.bigInt(), (value) => assert.ok(Object.is(same(value), number(value)))),
    )
  })

  test('Python → JavaScript → Python: graphs come back the same', (share) => {
    const { give, check } = py.import('__main__')
    for (let seed = 0; seed < RUNS * share; seed++) assert.equal(check(seed, give(seed)), '', `seed ${seed}`)
  })

  test('the same through a callback', (share) => {
    const { echo } = py.import('__main__')
    const through = (value: unknown) => value
    for (let seed = RUNS; seed < RUNS * (1 + share); seed++)
      assert.equal(echo(seed, through), '', `seed ${seed}`)
  })
})
