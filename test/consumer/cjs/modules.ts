/** The typings of Python modules: what they know, and that nothing valid is refused. */
import {
  callOptions,
  kwargs,
  type PathObject,
  type PyFunction,
  type PyModule,
  Python,
  type PythonModules,
} from 'python-ts'

declare module 'python-ts' {
  interface PythonModules {
    my_plugin: MyPlugin
  }
}

interface MyPlugin extends PyModule {
  greet: PyFunction<[name: string, times?: number], string>
}

const py = new Python()
const plugin = py.import('my_plugin')
export const greeting: string = plugin.greet('王芳')
export const byName: string = plugin.greet(kwargs({ name: '王芳' }))
// @ts-expect-error: a name is a string
plugin.greet(1)
// @ts-expect-error: a name is needed
plugin.greet()

const os = py.import('os')
export const cwd: string = os.getcwd()
export const names: string[] = os.listdir('.')
export const joined: string = os.path.join(cwd, 'a', 'b')
export const size: number | bigint = py.import('os.path').getsize(joined)
os.makedirs('build/a', kwargs({ exist_ok: true }))
// @ts-expect-error: a folder is a string
export const wrongCwd: number = os.getcwd()
// @ts-expect-error: names are strings
export const wrongNames: number[] = os.listdir('.')
export const bytes: Buffer[] = os.listdir(Buffer.from('.'))

const math = py.import('math')
export const root: number = math.sqrt(2)
// @ts-expect-error: no number
math.sqrt('2')
// @ts-expect-error: an int can be a bigint
export const wrongFactorial: number = math.factorial(30)

const { datetime, timedelta } = py.import('datetime')
export const moment: Date = new datetime(2024, 2, 29)
export const now: Date = datetime.now()
export const seconds: number = timedelta(1).total_seconds()

const { Path } = py.import('pathlib')
const file: PathObject = new Path('a', 'b').with_suffix('.txt')
export const text: string = file.read_text(kwargs({ encoding: 'utf-8' }))
for (const child of file.parent.iterdir()) child.name.toUpperCase()

const re = py.import('re')
export const start: number | undefined = re.search('b', 'abc', re.IGNORECASE)?.start()
// @ts-expect-error: there may be no match
re.search('b', 'abc').start()

export const version: string = py.import('sys').version
export const json: string = py.import('json').dumps({ a: 1 }, kwargs({ indent: 2 }))
export const sorted: string[] = py.import('builtins').sorted(['b', 'a'], kwargs({ reverse: true }))
export const seven: number = py.import('builtins').range(3, 10).__len__()
py.import('platform').system().toUpperCase()
py.import('random').randint(1, 6).toFixed()
py.import('time').sleep(0)

// Live objects are open: what the typings do not know is a PyValue, as are other modules.
export const unknownName: number = os.a_name_of_another_version(1)
export const ofFunction: string = os.getcwd.__qualname__.toUpperCase()
os.added_by_me = 1
export const other: string = py.import('numpy').ones(3).dtype.name
export const anyName: string = py.import(cwd).anything
os.getcwd[Symbol.dispose]()

// @ts-expect-error: modules are known by their exact names
export const unknownModule: PythonModules['numpy'] = os

export const files: Promise<string[]> = os.listdir_async('.')
export const rootLater: Promise<number> = py.import('math').sqrt_async(4)
export const folder: Promise<string> = os.getcwd_async()
export const limited: Promise<string> = plugin.greet_async('x', callOptions({ timeout: 100 }))
// @ts-expect-error: the twin takes the same arguments
plugin.greet_async(1)
// @ts-expect-error: it gives a promise
export const late: string = plugin.greet_async('x')
