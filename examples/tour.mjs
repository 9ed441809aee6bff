/** `npm start`: what python-ts does, on real input. Everything it writes goes to build/tour/. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { clib, kwargs, Python, PythonError } from 'python-ts'
import { effort, measure } from '../bench/measure.mjs'
import { rowNamed } from '../bench/rows.mjs'
import { block, heading, note, row } from './print.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const output = join(root, 'build', 'tour')
const workbook = join(output, 'orders.xlsx')

mkdirSync(output, { recursive: true })
copyFileSync(join(root, 'test', 'fixtures', 'test.xlsx'), workbook)

tellWhichPython()
const py = new Python()
py.add_syspath(join(root, 'plugins'))

useModules()
changeWorkbook()
computeWithNumpy()
readWithPandas()
plotWithMatplotlib()
passCircularData()
callBack()
catchAnError()
isolateAContext()
measureCalls()
giveBack()

function tellWhichPython() {
  const { runtime, error } = doctor()
  heading('The Python that was found')
  if (error) throw new Error(error)
  row('version', runtime.version)
  row('executable', runtime.executable)
  row('library', runtime.library)
  row('why this one', runtime.reason)
}

/** What `npx python-ts doctor` knows, before anything is loaded. */
function doctor() {
  const cli = join(root, 'dist', 'cli', 'main.js')
  return JSON.parse(
    execFileSync(process.execPath, [cli, 'doctor', '--json', '--no-start'], { encoding: 'utf8' }),
  )
}

function useModules() {
  heading('Python modules are JavaScript objects')
  const sys = py.import('sys')
  const { listdir, getpid } = py.import('os') // methods are bound
  const { Fraction } = py.import('fractions')
  const half = new Fraction('0.5')
  row('sys.version', sys.version)
  row('os.listdir()', listdir().filter(isVisible).sort().join(', '))
  row('the same process', getpid() === process.pid)
  row('2 ** 100', py.eval('2 ** 100'))
  row("Fraction('0.5')", half)
  row('half.denominator', half.denominator)
}

function isVisible(name) {
  return !name.startsWith('.')
}

function changeWorkbook() {
  heading('A plugin in Python: an Excel workbook, read, changed, saved and read back')
  const xls = py.import('Excel').Excel()
  xls.open_workbook(workbook)
  row('sheets', xls.sheet_names())
  row('size of Orders', xls.size())
  row('B2', xls.read_cell(1, 1))
  xls.append_row([new Date(2024, 3, 1), '樱桃 🍒', 40, 0.1, '=C5*D5'])
  xls.write_cell(1, 2, xls.read_cell(1, 2) + 5)
  row('saved as', relative(root, xls.save()))
  xls.open_workbook(workbook)
  for (const cells of xls.rows()) block(cells.map(asCell).join(''))
}

function asCell(value) {
  const text = value instanceof Date ? value.toLocaleDateString('sv') : String(value)
  return text.padEnd(13)
}

function computeWithNumpy() {
  const np = importIfThere('numpy')
  if (!np) return
  heading(`NumPy ${np.__version__}`)
  const matrix = np.arange(6, kwargs({ dtype: 'float64' })).reshape(2, 3)
  row('a live array', matrix)
  row('matrix.shape', matrix.shape)
  row('matrix.mean()', matrix.mean())
  row('matrix · its transpose', matrix.dot(matrix.T).tolist())
}

function readWithPandas() {
  const pd = importIfThere('pandas')
  if (!pd) return
  heading(`pandas ${pd.__version__}, on the workbook above`)
  const orders = pd.read_excel(workbook, kwargs({ usecols: ['Item', 'Count', 'Price'] }))
  const priced = orders.assign(kwargs({ Total: orders.Count.mul(orders.Price) }))
  block(priced)
  row('sum of all orders', priced.Total.sum())
  row('the largest, by value', priced.nlargest(1, 'Total').to_dict('records'))
}

function plotWithMatplotlib() {
  const matplotlib = importIfThere('matplotlib')
  if (!matplotlib) return
  heading(`Matplotlib ${matplotlib.__version__}`)
  matplotlib.use('Agg')
  const pyplot = py.import('matplotlib.pyplot')
  const [figure, axes] = pyplot.subplots()
  const x = Array.from({ length: 100 }, (_, index) => index / 10)
  axes.plot(x, x.map(Math.sin), kwargs({ label: 'Math.sin, computed in JavaScript' }))
  axes.legend()
  const file = join(output, 'sine.png')
  figure.savefig(file)
  pyplot.close(figure)
  row('drawn', `${relative(root, file)} (${statSync(file).size} bytes)`)
}

/** The module, or undefined where it is not installed: the rest of the tour does not need it. */
function importIfThere(name) {
  try {
    return py.import(name)
  } catch (error) {
    if (!(error instanceof PythonError && error.name === 'ModuleNotFoundError')) throw error
    heading(name)
    note(`${name} is not installed in this Python: left out.`)
    return undefined
  }
}

function passCircularData() {
  heading('Circular and shared data, both ways')
  py.exec(
    'family = {"name": "parent", "children": []}\nfamily["children"].append({"name": "child", "parent": family})',
  )
  row('from Python', py.eval('family'))
  const ring = { name: 'ring', links: [] }
  ring.links.push(ring)
  py.exec('def is_ring(value): return value["links"][0] is value')
  row('to Python', ring)
  row('the same there', py.import('__main__').is_ring(ring))
}

function callBack() {
  heading('Python calls JavaScript')
  const words = ['banana', 'fig', 'cherry', 'kiwi']
  const { sorted, map, list } = py.import('builtins')
  row('sorted(key=…)', sorted(words, kwargs({ key: (word) => word.length })))
  row('list(map(…))', list(map((word) => word.toUpperCase(), words)))
}

function catchAnError() {
  heading('A Python exception is a JavaScript error')
  const xls = py.import('Excel').Excel()
  xls.open_workbook(workbook)
  try {
    xls.select_sheet('Invoices')
  } catch (error) {
    row('error.name', error.name)
    row('error.message', error.message)
    block(error.traceback)
  }
}

function isolateAContext() {
  heading('An isolated context: its own modules and globals')
  const other = new Python({ context: true })
  py.exec('where = "the main context"')
  other.exec('where = "a context of its own"')
  row('there', other.eval('where'))
  row('here', py.eval('where'))
  row('deleted', other.delete())
}

/** In this process, a tenth of a second each; `npm run bench` measures thoroughly. */
function measureCalls() {
  heading('How fast')
  const dummy = py.import('Dummy').Dummy()
  const { input } = rowNamed('document')
  const time = (operation, expected) => measure(operation, expected, effort.quick)
  row('method()', perSecond(time(() => dummy.dummy(), 'dummy')))
  row('method(2, 3)', perSecond(time(() => dummy.add(2, 3), 5)))
  row('attribute', perSecond(time(() => dummy.number, 7)))
  row('10 kB there and back', perSecond(time(() => dummy.echo(input), input)))
  row('the same as JSON', perSecond(time(() => JSON.parse(JSON.stringify(input)), input)))
  note('The last row is JSON.parse(JSON.stringify(…)) in JavaScript alone, without any Python.')
}

function perSecond(nanoseconds) {
  const rate = Math.round(1e9 / nanoseconds).toLocaleString('en')
  return `${rate.padStart(10)} a second, ${(nanoseconds / 1000).toFixed(2).padStart(7)} µs each`
}

function giveBack() {
  heading('The end')
  row('live Python objects', clib.references.length)
  row('released', py.clear())
}
