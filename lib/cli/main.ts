#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { examine } from './doctor'
import { isOfPython, runPython } from './python'
import { toText } from './text'

const USAGE = `Usage: python-ts doctor [options]
       python-ts pip [arguments of pip]
       python-ts python [arguments of python]

doctor tells which Python a program in this folder would use and why, and whether it starts;
pip and python run that Python: \`python-ts pip install numpy\` installs what the program will find.

Options of doctor:
  --runtime-path PATH  folder of a Python or a virtual environment, a python executable, or a libpython
  --no-start           do not start Python
  --json               print the report as JSON
  --help               print this text
  --version            print the version of python-ts
`

const OPTIONS = {
  'runtime-path': { type: 'string' },
  'no-start': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

/** Runs the command line and returns the exit code: 0 when all is well, else 1; that of Python where Python runs. */
function main(args: string[]): number {
  const [command, ...rest] = args
  if (isOfPython(command)) return ofPython(command, rest)
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  if (values.help) return print(USAGE)
  if (values.version) return print(`${packageVersion()}\n`)
  if (positionals.length !== 1 || positionals[0] !== 'doctor') return refuse(unknownCommand(positionals))
  const report = examine({ runtimePath: values['runtime-path'], start: !values['no-start'] })
  print(values.json ? `${JSON.stringify(report, null, 2)}\n` : toText(report))
  return report.healthy ? 0 : 1
}

/** What is wrong with the choice of a Python is told, not thrown. */
function ofPython(command: string, args: string[]): number {
  try {
    return runPython(command, args)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

function print(text: string): 0 {
  process.stdout.write(text)
  return 0
}

function refuse(message: string): 1 {
  process.stderr.write(`${message}\n\n${USAGE}`)
  return 1
}

function unknownCommand(positionals: string[]): string {
  if (positionals.length === 0) return 'A command is missing.'
  return positionals[0] === 'doctor'
    ? `doctor takes no ${positionals[1]}.`
    : `There is no command ${positionals[0]}.`
}

function packageVersion(): string {
  const file = join(__dirname, '../../package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

try {
  process.exitCode = main(process.argv.slice(2))
} catch (error) {
  // The codes of util.parseArgs: a mistake on the command line, not in here.
  if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')))
    throw error
  process.exitCode = refuse(error.message)
}
