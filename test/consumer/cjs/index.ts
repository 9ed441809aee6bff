/** A strict CommonJS consumer: everything here must compile, and each `@ts-expect-error` must be an error. */
import { clib, kwargs, PoolItemError, Python, PythonError, PythonPool } from 'python-ts'

import pythonTs = require('python-ts')

export const py: pythonTs.Python = new Python({ runtime_path: '.venv', context: false, debug: false })
new Python()
new Python({})

// @ts-expect-error: no such option
new Python({ runtimePath: '.venv' })
// @ts-expect-error: exactOptionalPropertyTypes: leave it out instead
new Python({ runtime_path: undefined })
// @ts-expect-error: null is no boolean
new Python({ context: null })
// @ts-expect-error: wrong kind of a context
new Python({ context: { gil: 'both' } })
export const gil: pythonTs.Gil | undefined = new Python({ context: { gil: 'shared' } }).context.gil
// @ts-expect-error: a path is a string
new Python({ runtime_path: 1 })
// @ts-expect-error: not a function
Python()

py.add_syspath('plugins')
// @ts-expect-error: a path is a string
py.add_syspath(1)

export const listing: string[] = py.import('os').listdir()
const xls = py.import('Excel').Excel().unwrap()
xls.open_workbook('test.xlsx')
export const cell: string = xls.read_cell(0, 0)
export const again: unknown = py.unwrap(xls).read_cell(0, 0)
// @ts-expect-error: a module has a name
py.import()
// @ts-expect-error: a name is a string
py.import(1)

py.exec('a = 1')
py.exec('b = a', { a: 1 })
export const sum: number = py.eval('1 + 2')
export const own: number = py.eval('a + 1', { a: 1 })
// @ts-expect-error: code is a string
py.eval(1)
// @ts-expect-error: code is a string
py.exec(() => 1)

py.import('numpy').ones([2, 3], kwargs({ dtype: 'int16' }))
// @ts-expect-error: the arguments by name are an object
kwargs('dtype')
// @ts-expect-error: a live object, the method's name, arguments, arguments by name
py.call(xls, 1)
export const called: number = py.call(xls, 'read_cell', [0, 0], { row: 1 })
py.call(xls, 'save')
export const names: string[] = py.dir(xls)
// @ts-expect-error: names are strings
export const numbers: number[] = py.dir(xls)

interface Os {
  listdir(path?: string): string[]
  sep: string
}
const os = py.import<Os>('os')
export const first: string | undefined = os.listdir('.')[0]
// @ts-expect-error: noUncheckedIndexedAccess
export const unchecked: string = os.listdir('.')[0]
// @ts-expect-error: no such attribute in the type given
os.no_such_attribute

export const floats: Float64Array | undefined = py.buffer<Float64Array>(xls).data
export const layout: [readonly number[], 'C' | 'F' | null] = [py.buffer(xls).shape, py.buffer(xls).order]
export const matrix: pythonTs.PyObject = py.ndarray(new Float32Array(4), [2, 2])
export const memory: pythonTs.PyObject = py.shared(new Int32Array(new SharedArrayBuffer(8)))
// @ts-expect-error: an option is a boolean
py.buffer(xls, { copy: 1 })
// @ts-expect-error: no memory that threads share
py.shared(new ArrayBuffer(8))

new Python({ stdout: (text: string) => text.length, output: 'lines', stdin: () => null })
// @ts-expect-error: no such mode
new Python({ output: 'words' })
export const stop: () => void = py.onLog(({ level, time }) => `${level} ${time.getTime()}`, { level: 'INFO' })
py.onWarning(({ category }: pythonTs.WarningRecord) => category)()

py.refresh(xls)
py.reload(py.import('Excel'))
export const truths: boolean[] = [py.isPyObject(xls), py.sameContext(xls), py.gc(xls)]
py.clear()
py.delete()

export function describe(error: unknown): string {
  if (!(error instanceof PythonError)) throw error
  const asError: Error = error
  const parts: string[] = [error.name, error.message, error.pytype, error.traceback, asError.message]
  parts.push(...error.notes, String(error.errors?.length), String(error.lineno))
  // @ts-expect-error: the type's name is a string
  const wrong: number = error.pytype
  return [...parts, wrong, error.value, error.cause].join()
}

export const counts: unknown[] = [clib.references, clib.contexts, clib.objects]
clib._set_debug(false)
clib._set_runtime_path('.venv')
clib._init_python()
clib._destroy_python()
// @ts-expect-error: no such function
clib._no_such_function()

export async function inParallel(pool: PythonPool): Promise<unknown[]> {
  const options: pythonTs.MapOptions = {
    concurrency: 2,
    onProgress: (done: number, total) => done + (total ?? 0),
  }
  const results: number[] = await pool.map<number>('math.sqrt', [4, 9], options)
  const one: string = await pool.call<string>('os.getcwd')
  // @ts-expect-error: no such option
  await pool.map('math.sqrt', [4], { limit: 1 })
  await pool.close()
  return [results, one, pool.size]
}
export const pool = new PythonPool({ size: 2, modules: ['math'], init: (each) => each.exec('x = 1') })
// @ts-expect-error: a size is a number
new PythonPool({ size: '2' })
export const indexOf = (error: unknown): number | undefined =>
  error instanceof PoolItemError ? error.index : undefined
