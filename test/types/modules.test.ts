/** Every name in the typings of modules is one of the real module, and of the objects described with it. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe } from 'node:test'
import { Python, type PythonModules } from 'python-ts'
import { test } from '../support/leaks'

const MODULES = resolve(__dirname, '../../../types/modules')
const py = new Python()
const isLinux = process.platform === 'linux'

/** What an interface describes, as an expression. */
const OBJECTS: Record<string, string> = {
  DateObject: "__import__('datetime').date.today()",
  TimeObject: "__import__('datetime').time()",
  TimedeltaObject: "__import__('datetime').timedelta()",
  PathObject: "__import__('pathlib').Path()",
  RandomObject: "__import__('random').Random()",
  PatternObject: "__import__('re').compile('')",
  MatchObject: "__import__('re').match('', '')",
}

describe('the names of the typings exist', { skip: isLinux ? false : 'they are those of Linux' }, () => {
  for (const file of readdirSync(MODULES).filter((name) => name !== 'index.d.ts')) {
    const module = file.replace('.d.ts', '').replace('-', '.')
    for (const [name, members] of interfacesOf(readFileSync(join(MODULES, file), 'utf8'))) {
      test(`${module}: ${name}`, () => {
        assert.ok(members.length > 3, `${members.length} members`)
        const names = py.dir(name.endsWith('Module') ? py.import(module) : py.eval(OBJECTS[name] ?? ''))
        assert.deepEqual(
          members.filter((member) => !names.includes(member)),
          [],
        )
      })
    }
  }
})

test('values are of the types that are promised', () => {
  const modules = <Name extends keyof PythonModules>(name: Name): PythonModules[Name] => py.import(name)
  const os = modules('os')
  const re = modules('re')
  const { datetime, timedelta } = modules('datetime')
  const path = modules('pathlib').Path('a', 'b.txt')
  const match = re.search('b+', 'abbc')
  assert.equal(os.getcwd(), process.cwd())
  assert.ok(os.listdir('.').includes('package.json'))
  assert.ok(Buffer.isBuffer(os.listdir(Buffer.from('.'))[0]))
  assert.deepEqual(os.path.splitext('a.b'), ['a', '.b'])
  assert.equal(os.getenv('NO_SUCH_VARIABLE'), null)
  assert.equal(modules('math').factorial(30), 265252859812191058636308480000000n)
  assert.ok(new datetime(2024, 2, 29) instanceof Date)
  assert.ok(datetime.now() instanceof Date)
  assert.equal(timedelta(1).total_seconds(), 86400)
  assert.equal(path.with_suffix('.md').name, 'b.md')
  assert.deepEqual(path.parts, ['a', 'b.txt'])
  assert.deepEqual(match?.span(), [1, 3])
  assert.deepEqual(re.subn('b', 'x', 'abbc'), ['axxc', 2])
  assert.deepEqual([...modules('builtins').range(3)], [0, 1, 2])
  assert.equal(typeof modules('sys').version_info.major, 'number')
  assert.equal(typeof modules('time').time_ns(), 'bigint')
  assert.equal(modules('time').sleep(0), null)
  assert.equal(modules('json').dumps([1]), '[1]')
})

function interfacesOf(source: string): [name: string, members: string[]][] {
  const found = source.matchAll(/^export interface (\w+) .*\{\n([\s\S]*?)^\}/gm)
  return [...found].map(([, name = '', body = '']) => [
    name,
    [...body.matchAll(/^ {2}(\w+):/gm)].map((match) => match[1] ?? ''),
  ])
}
