/** Every row of the tables in docs/conversions.md is what happens. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import vm from 'node:vm'
import { everywhere } from '../support/places'
import { waysOf } from './rows'

interface Table {
  columns: string[]
  rows: [given: string, expected: string][]
}

const tables = parse(readFileSync(resolve(__dirname, '../../../docs/conversions.md'), 'utf8'))

everywhere(__filename, (py, test) => {
  const { isClean, isLive, isRefused } = waysOf(py)

  py.exec(`
released = memoryview(b'')
released.release()

def show(v):
    if type(v) is memoryview: return f"memoryview({array.array(v.format, v.tolist())!r})"
    return repr(v)

def show_eval(code): return show(eval(code))
def is_true(v, code): return eval(code, globals(), {'v': v})
def echo_of(code, through): return show(through(eval(code)))
def same_value(v): return v
`)

  /** How a row of each table is checked, by the heads of the first two columns. */
  const CHECKS: Record<string, (given: string, expected: string) => void> = {
    'Python expression, JavaScript value': fromPython,
    'JavaScript expression, Python value': fromJavaScript,
    'Python expression, comes back to Python as': backToPython,
    'JavaScript expression, comes back to JavaScript as': backToJavaScript,
  }

  test('the page has the tables that are checked, and no others', () => {
    assert.deepEqual(
      tables.map(({ columns }) => columns.slice(0, 2).join(', ')),
      Object.keys(CHECKS),
    )
    assert.ok(tables.every(({ rows }) => rows.length >= 5))
  })

  for (const { columns, rows } of tables) {
    const name = columns.slice(0, 2).join(', ')
    for (const [given, expected] of rows) {
      test(`${name}: ${given} | ${expected}`, () => {
        if (isRefused(given)) return
        CHECKS[name]?.(codeOf(given), expected)
        isClean()
      })
    }
  }

  function fromPython(code: string, expected: string): void {
    if (expected.startsWith('throws ')) throwsAs(() => py.eval(code), expected)
    else if (expected.startsWith('live ')) isLive(py.eval(code), codeOf(expected.slice('live '.length)))
    else assert.deepStrictEqual(py.eval(code), evaluate(codeOf(expected)))
  }

  function fromJavaScript(code: string, expected: string): void {
    const { show, is_true } = py.import('__main__')
    if (expected.startsWith('throws ')) throwsAs(() => show(evaluate(code)), expected)
    else if (expected.startsWith('by reference ')) {
      assert.equal(is_true(evaluate(code), codeOf(expected.slice('by reference '.length))), true)
    } else {
      assert.equal(show(evaluate(code)), codeOf(expected))
    }
  }

  function backToPython(code: string, expected: string): void {
    const { echo_of, show_eval } = py.import('__main__')
    const back = echo_of(code, (value: unknown) => value)
    assert.equal(back, codeOf(expected))
    assert.notEqual(show_eval(code), back, 'it comes back as it was')
  }

  function backToJavaScript(code: string, expected: string): void {
    const back = py.eval('same_value')(evaluate(code))
    assert.deepStrictEqual(back, evaluate(codeOf(expected)))
    assert.notDeepStrictEqual(back, evaluate(code), 'it comes back as it was')
  }

  /** The class of the error: a JavaScript one, or the type of the Python exception. */
  function throwsAs(act: () => unknown, expected: string): void {
    assert.throws(act, { name: codeOf(expected.slice('throws '.length)) })
  }

  /** An expression in this realm, with `py` in sight. */
  function evaluate(code: string): unknown {
    return (vm.runInThisContext(`(py) => (${code})`) as (python: typeof py) => unknown)(py)
  }
})

/** The code between the backticks; the cell is nothing else. */
function codeOf(cell: string): string {
  const code = /^`([^`]+)`$/.exec(cell)?.[1]
  assert.ok(code, `no code: ${cell}`)
  return code
}

function parse(text: string): Table[] {
  return [...text.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => {
    const [columns, , ...rows] = table.trim().split('\n').map(cellsOf)
    assert.ok(columns)
    return { columns, rows: rows.map(([given, expected]) => [given ?? '', expected ?? '']) }
  })
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
}
