/** One Python with the names that the rows of the conversion tests use, and the ways in which a value can cross. */
import assert from 'node:assert/strict'
import { kwargs, type Python } from 'python-ts'

/** Naive datetimes are local time, and the rows expect this one. */
process.env.TZ = 'Europe/Berlin'

const CODE = `
import array, collections, dataclasses, datetime, decimal, enum, fractions, math, struct, sys, types, uuid
from datetime import timedelta, timezone

try:
    import ctypes, numpy as np
except ImportError:
    ctypes = np = None

class Int(int): pass
class Float(float): pass
class Str(str): pass
class Bytes(bytes): pass
class List(list): pass
class Tuple(tuple): pass
class Dict(dict): pass
class Set(set): pass
class When(datetime.datetime): pass
class Color(enum.Enum): RED = 1
class Level(enum.IntEnum): LOW = 1
Pair = collections.namedtuple('Pair', 'a b')
@dataclasses.dataclass
class Data:
    x: int = 1
class Box: pass
box = Box()

def released(view):
    view.release()
    return view

def nested(levels, make=list, put=list.append):
    top = make()
    for _ in range(levels - 1):
        outer = make()
        put(outer, top)
        top = outer
    return top

def depth(value):
    levels = 0
    while isinstance(value, (list, dict)):
        levels += 1
        value = next(iter(value.values() if isinstance(value, dict) else value), None)
    return levels

def same(a, b):
    """Equal, of the same types, with the same order of keys; nan is the same as nan and -0.0 is not 0.0."""
    if type(a) is not type(b): return False
    if type(a) is float: return struct.pack('d', a) == struct.pack('d', b) or (math.isnan(a) and math.isnan(b))
    if type(a) in (list, tuple): return len(a) == len(b) and all(map(same, a, b))
    if type(a) is dict: return same(list(a), list(b)) and same(list(a.values()), list(b.values()))
    if type(a) is memoryview: return a.format == b.format and a.shape == b.shape and same(a.tobytes(), b.tobytes())
    return a == b

def view(format, *values):
    return memoryview(array.array(format, values))

def is_half(view, *values):
    """Before CPython 3.12 a memoryview of half-precision floats cannot be indexed."""
    packed = struct.pack(f'{len(values)}e', *values)
    return view.format == 'e' and view.shape == (len(values),) and view.tobytes() == packed

def holds(v, code):
    """Whether code is true of v, or its value is the same as v."""
    result = eval(code, globals(), {'v': v})
    return result if code.startswith('(v') else same(v, result)

def is_clean():
    return sys.exc_info() == (None, None, None)

def of_list(values, code): return holds(values[0], code)
def of_many(a, b, c, d, code): return holds(d, code)
def of_keyword(code='', v=None): return holds(v, code)
def of_result(f, code): return holds(f(), code)
def of_box(code): return holds(box.v, code)
def put(code): box.v = eval(code)
def give(f, code): f(eval(code))
`

export interface Ways {
  comesFromPython(code: string, check: (value: unknown) => void): Promise<void>
  arrivesInPython(make: () => unknown, code: string): Promise<void>
  isClean(): void
  isLive(value: unknown, pytype: string): void
  isRefused(code: string): boolean
}

/** The names and ways of one Python. */
export function waysOf(py: Python): Ways {
  py.exec(CODE)
  /** Contexts with a GIL of their own refuse NumPy, and ctypes before CPython 3.13; rows that need them say so there. */
  const refuses = py.eval('np is None') as boolean

  /** Whether this Python refuses what `code` needs. */
  const isRefused = (code: string): boolean => {
    if (!refuses || !/\b(np|ctypes)\./.test(code)) return false
    assert.throws(() => py.import('numpy'), { pytype: 'ImportError' })
    return true
  }

  /** Every way from Python to JavaScript, sync and async, gives a value that `check` accepts. */
  async function comesFromPython(code: string, check: (value: unknown) => void): Promise<void> {
    if (isRefused(code)) return
    check(py.eval(code))
    check((py.eval(`[${code}]`) as unknown[])[0])
    check((py.eval(`[0, (${code},)]`) as unknown[][])[1]?.[0])
    py.eval('put')(code)
    check(py.eval('box').v)
    py.exec('del box.v')
    let called = 0
    py.eval('give')((value: unknown) => {
      called++
      check(value)
    }, code)
    assert.equal(called, 1)
    check(await py.eval_async(code))
    check(((await py.eval_async(`[${code}]`)) as unknown[])[0])
    await py.import('__main__').give_async((value: unknown) => {
      called++
      check(value)
    }, code)
    assert.equal(called, 2)
  }

  /** On every way from JavaScript to Python, sync and async, what arrives is the same as `code`, or true of it. */
  async function arrivesInPython(make: () => unknown, code: string): Promise<void> {
    if (isRefused(code)) return
    const { holds, of_list, of_many, of_keyword, of_result, of_box, box } = py.import('__main__')
    const show = (way: string) => `${way}: not ${code}`
    assert.ok(holds(make(), code), show('as an argument'))
    assert.ok(py.call(py.import('__main__'), 'holds', [make(), code]), show('by py.call'))
    assert.ok(of_list([make()], code), show('in an Array'))
    assert.ok(of_many(1, 2, 3, make(), code), show('as a late argument'))
    assert.ok(of_keyword(code, kwargs({ v: make() })), show('by keyword'))
    assert.ok(of_result(make, code), show('as the result of a callback'))
    box.v = make()
    assert.ok(of_box(code), show('as an attribute'))
    py.delattr(box, 'v')
    const { holds_async, of_list_async, of_many_async, of_keyword_async, of_result_async } =
      py.import('__main__')
    assert.ok(await holds_async(make(), code), show('as an argument of a twin'))
    assert.ok(await py.call_async(py.import('__main__'), 'holds', [make(), code]), show('by py.call_async'))
    assert.ok(await of_list_async([make()], code), show('in an Array of a twin'))
    assert.ok(await of_many_async(1, 2, 3, make(), code), show('as a late argument of a twin'))
    assert.ok(await of_keyword_async(code, kwargs({ v: make() })), show('by keyword of a twin'))
    assert.ok(await of_result_async(make, code), show('as the result of a callback on a worker thread'))
  }

  /** After a conversion that failed, nothing of it is left. */
  function isClean(): void {
    assert.equal(py.eval('1 + 1'), 2)
    assert.equal(py.eval('is_clean()'), true)
  }

  /** A live Python object of that type, on its own. In contexts, CPython 3.12 has the datetime that is written in Python. */
  function isLive(value: unknown, pytype: string): void {
    assert.ok(py.isPyObject(value), `${String(value)} is no live object`)
    const { pytype: found } = (value as { __wrapper__: { pytype: string } }).__wrapper__
    assert.equal(found.replace(/^_pydatetime\./, 'datetime.'), pytype)
  }

  return { comesFromPython, arrivesInPython, isClean, isLive, isRefused }
}
