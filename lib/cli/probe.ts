/** Runs in the doctor's child process: starts Python as any program would, and prints what it is. */
import { MARK, type Started } from './start'

/** The part of the public package that is used here. */
interface Package {
  Python: new (options: { runtime_path?: string }) => { import(name: string): Sys }
}

interface Sys {
  version: string
  prefix: string
  executable: string
  path: string[]
}

function probe(runtimePath: string | undefined): Started {
  const { Python } = require('../index') as Package
  const sys = new Python(runtimePath === undefined ? {} : { runtime_path: runtimePath }).import('sys')
  const sitePackages = sys.path.filter((folder) => /[\\/](site|dist)-packages$/.test(folder))
  return { version: sys.version, prefix: sys.prefix, executable: sys.executable, sitePackages }
}

process.stdout.write(`\n${MARK}${JSON.stringify(probe(process.argv[2]))}\n`)
