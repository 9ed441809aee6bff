/** Functions of C that call back into Python: they run in the interpreter that called them, in every place. */
import assert from 'node:assert/strict'
import type { PyValue } from 'python-ts'
import { everywhereAndShared } from '../support/places'

everywhereAndShared(__filename, (py, test) => {
  py.exec(`
import sys
try: import ctypes
except ImportError: ctypes = None
sys.mark = mark = object()
where = []
def is_here():
    import sys
    where.append(getattr(sys, 'mark', None) is mark)
def order(items, holds_gil):
    make, library = (ctypes.PYFUNCTYPE, ctypes.PyDLL) if holds_gil else (ctypes.CFUNCTYPE, ctypes.CDLL)
    pointer = ctypes.POINTER(ctypes.c_int)
    @make(ctypes.c_int, pointer, pointer)
    def compare(x, y):
        is_here()
        return x[0] - y[0]
    array = (ctypes.c_int * len(items))(*items)
    library('msvcrt' if sys.platform == 'win32' else None).qsort(array, len(items), ctypes.sizeof(ctypes.c_int), compare)
    return list(array), set(where)
def order_in_thread(*args):
    import threading
    seen = []
    thread = threading.Thread(target=lambda: seen.append(order(*args)))
    thread.start(); thread.join()
    return seen[0]`)
  // CPython 3.12's ctypes cannot be loaded into interpreters with a GIL of their own.
  const hasCtypes = py.eval<boolean>('ctypes is not None')
  const refuses = py.eval<boolean>('sys.version_info[:2] == (3, 12)') && py.context?.gil === 'own'

  test('by ctypes, with the GIL held meanwhile and without', () => {
    assert.equal(hasCtypes, !refuses)
    if (refuses) return
    for (const name of ['order', 'order_in_thread']) {
      const order = py.eval<PyValue>(name)
      for (const holdsGil of [true, false]) {
        assert.deepEqual(order([3, 1, 2], holdsGil), [[1, 2, 3], new Set([true])])
      }
    }
  })

  test('by ctypes, in calls inside calls from JavaScript', () => {
    if (refuses) return
    const order = py.eval<PyValue>('order')
    const inner = (n: number): unknown =>
      n === 0 ? order([2, 1], true) : py.eval<PyValue>('lambda f, n: f(n)')(inner, n - 1)
    assert.deepEqual(inner(3), [[1, 2], new Set([true])])
    assert.deepEqual(order([2, 1], true), [[1, 2], new Set([true])])
  })
})
