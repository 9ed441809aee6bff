/** The end of V8's stack, and Python's recursion limit, at every step of a conversion: it is an error, and nothing is left of it. */
import assert from 'node:assert/strict'
import { kwargs } from 'python-ts'
import { Encoder } from '#dist/codec/encode'
import { References } from '#dist/codec/refs'
import { everywhere } from '../support/places'
import { nearTheEnd } from '../support/stack'

/** An act is through when it succeeds for so long, from the end of the stack on. */
const ENOUGH = 24
const FULL = { mayLeak: 'the stack was full' }

class Point {
  readonly x = 5
}

everywhere(__filename, (py, test) => {
  py.exec(`
class Thing:
    name = 'a name of a class'
    def add(self, a, b=2, c=3): return a + b + c
thing = Thing()
texts = {}
def text(i): return texts.setdefault(i, f'text {i}')
def echo(x): return x
def call(f, *args, **kwargs): return f(*args, **kwargs)
def near_limit(room, act):
    left = room
    def dive():
        nonlocal left
        try: dive()
        except RecursionError:
            if left < 0: raise
        left -= 1
        if left == -1: act()
    dive()
def kind(x): return type(x).__name__
def fail(): raise KeyError('key')
def caught(f):
    try: return f()
    except KeyError as error: return [type(error).__name__, str(error)]
`)
  const { call, caught, echo, fail, kind, near_limit, text, thing } = py.import('__main__')

  const values = () => {
    const list = [1, 2.5, 'x', 'ü', '中', true, null]
    const record = (id: number) => ({ id, name: `n${id}`, list: [id] })
    return [
      list,
      list,
      record(1),
      record(2),
      new Map([[1, new Set(['k'])]]),
      2n ** 70n,
      new Date(0),
      Buffer.from('b'),
    ]
  }
  /** What each gives is known. */
  const ACTS: Record<string, [act: () => unknown, expected: unknown]> = {
    numbers: [() => thing.add(1), 6],
    'a str': [() => echo('abc'), 'abc'],
    'keyword arguments': [() => thing.add(1, kwargs({ c: 4 })), 7],
    values: [() => echo(values()), values()],
    'a live object': [() => echo(thing) === thing, true],
    'an attribute': [() => thing.name, 'a name of a class'],
    'a getter that converts': [() => echo({ a: [1], get b() { return echo([{ c: 2 }]) } }), { a: [1], b: [{ c: 2 }] }], // biome-ignore format: one line
    'a callback of numbers': [() => call((a: number, b: number) => a + b, 1, 2), 3],
    'a callback of values': [() => call((...args: unknown[]) => args, ...values()), values()],
    'callbacks within callbacks': [
      () => {
        const down = (list: number[]): unknown =>
          list.length > 3 ? list : call(down, [...list, list.length])
        return down([])
      },
      [0, 1, 2, 3],
    ],
    'the class of an object': [() => kind(new Point()), 'Point'],
    'an exception': [() => caught(fail), ['KeyError', "'key'"]],
  }
  const stackIsFull = { name: /^(RangeError|RecursionError)$/, message: /stack|recursion/ }

  const ENDS = { 'at the end of the stack': nearTheEnd, "at Python's recursion limit": near_limit }

  /** Runs an act from an end on, until it succeeds; what becomes of it each time is checked by `after`. */
  function fromTheEnd(share: number, act: () => void, after: () => void, near = nearTheEnd): void {
    const stride = share === 1 ? 1 : 4
    // V8 needs 40 kB to compile what has not run yet.
    act()
    after()
    for (let room = 0, successes = 0; successes < ENOUGH; room += stride) {
      successes += stride
      try {
        near(room, act)
      } catch (error) {
        successes = 0
        assert.throws(() => {
          throw error
        }, stackIsFull)
      }
      after()
    }
  }

  for (const [end, near] of Object.entries(ENDS)) {
    for (const [name, [act, expected]] of Object.entries(ACTS)) {
      test(`${name} ${end}: right or an error, and right afterwards`, FULL, (share) => {
        let result = expected
        const before = Error.stackTraceLimit
        const actHere = () => {
          result = expected
          result = act()
        }
        const check = () => {
          assert.deepEqual(result, expected)
          assert.deepEqual(
            call((list: unknown[]) => [...list], values()),
            values(),
          )
        }
        fromTheEnd(share, actHere, check, near)
        assert.equal(Error.stackTraceLimit, before)
      })
    }
  }

  test("an object whose class cannot be made at Python's recursion limit is not kept", (share) => {
    let count = 0
    const see = () => {
      const name = `Unmade${count++}`
      kind(new ({ [name]: class {} }[name] as new () => object)())
    }
    fromTheEnd(share, see, () => assert.deepEqual(echo([1]), [1]), near_limit)
  })

  test('a str that comes again is that str', FULL, (share) => {
    let count = 0
    const next = () => count
    fromTheEnd(
      share,
      () => text(next()),
      () => {
        for (let i = 0; i < 3; i++) assert.equal(text(next()), `text ${next()}`)
        count += 1
        assert.equal(text(next()), `text ${next()}`)
      },
    )
  })

  test('the instances of each JavaScript class are of a class of that name', FULL, (share) => {
    let count = 0
    let [name, seen] = ['', '']
    const see = () => {
      const next = `Class${count++}`
      name = next
      seen = next
      seen = kind(new ({ [next]: class {} }[next] as new () => object)())
    }
    fromTheEnd(share, see, () => {
      assert.equal(seen, name)
      see()
      assert.equal(seen, name)
    })
  })

  test('what is left of a message that could not be cleared is not in the next', () => {
    const own = new References()
    const encoder = new Encoder(own)
    const shared = [1]
    const written = (value: unknown) => {
      encoder.begin(0)
      encoder.value(value)
      const { words, wordCount, text: all } = encoder.message
      return [...words.subarray(0, wordCount), all]
    }
    const [first, second] = [written([shared, shared, 'x']), written(() => 1)]
    assert.equal(own.size, 1)
    encoder.clear()
    assert.equal(own.size, 0)
    for (const value of [[shared, shared, 'x'], () => 1]) {
      const before = written(value)
      for (let room = 0; room < 10; room++) {
        assert.throws(() => nearTheEnd(room, () => encoder.clear()), RangeError)
      }
      assert.deepEqual(before, typeof value === 'function' ? second : first)
      assert.deepEqual(written([shared, shared, 'x']), first)
    }
    encoder.clear()
    assert.equal(own.size, 0)
  })

  test('a reference is taken back as a whole, or not at all', (share) => {
    const own = new References()
    const [object, method] = [{}, () => 1]
    const ids = () => [own.send(object), own.send(method, object)]
    let sent = ids()
    let done = 0
    fromTheEnd(
      share,
      () => {
        done = 0
        for (const id of sent) {
          own.release(id, 1)
          done += 1
        }
      },
      () => {
        assert.equal(own.size, 2 - done)
        for (const id of sent.slice(done)) own.release(id, 1)
        assert.equal(own.size, 0)
        sent = ids()
        done = 0
      },
    )
    for (const id of sent) own.release(id, 1)
  })
})
