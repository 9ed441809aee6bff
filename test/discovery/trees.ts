/** Fake installations in temporary folders, and a machine that sees nothing else. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import {
  type Candidate,
  hostSystem,
  type Runtime,
  RuntimeNotFoundError,
  type System,
  surveyRuntimes,
} from '#dist/discovery/index'

/** A path is a file with this content; `link(to)` a symbolic link; `DIR` an empty folder. */
export type Tree = Record<string, string | Uint8Array | Link | typeof DIR>

export const DIR = Symbol('folder')

export class Link {
  constructor(readonly to: string) {}
}

export const link = (to: string) => new Link(to)

const made: string[] = []
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

/** The real path of a new folder that holds this tree. */
export function plant(tree: Tree): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'python-ts-')))
  made.push(root)
  plantInto(root, tree)
  return root
}

export function plantInto(root: string, tree: Tree): void {
  for (const [path, content] of Object.entries(tree)) {
    const full = join(root, path)
    mkdirSync(content === DIR ? full : dirname(full), { recursive: true })
    if (content === DIR) continue
    if (content instanceof Link) symlinkSync(content.to, full)
    else writeFileSync(full, content)
  }
}

/** The head of a shared library for Linux. */
export function elf(machine = 62, { wide = true, little = true } = {}): Uint8Array {
  const bytes = new Uint8Array(64)
  bytes.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1])
  new DataView(bytes.buffer).setUint16(18, machine, little)
  return bytes
}

export function machO(cpu = 0x01000007): Uint8Array {
  const bytes = new Uint8Array(64)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 0xcffaedfe)
  view.setUint32(4, cpu, true)
  return bytes
}

export function pe(machine = 0x8664): Uint8Array {
  const bytes = new Uint8Array(256)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 0x4d5a)
  view.setUint32(0x3c, 128, true)
  view.setUint32(128, 0x50450000)
  view.setUint16(132, machine, true)
  return bytes
}

/** A usual installation on Linux. */
export function unix(prefix: string, version = '3.11', library: Uint8Array | null = elf()): Tree {
  return {
    [`${prefix}/bin/python${version}`]: elf(),
    [`${prefix}/bin/python3`]: link(`python${version}`),
    [`${prefix}/bin/python`]: link('python3'),
    [`${prefix}/lib/python${version}/os.py`]: '',
    ...(library && { [`${prefix}/lib/libpython${version}.so.1.0`]: library }),
  }
}

/** A virtual environment as venv makes it, with links; `base` relative to its bin folder. */
export function venv(folder: string, base: string, home: string, version = '3.11'): Tree {
  return {
    [`${folder}/pyvenv.cfg`]: `home = ${home}\nversion = ${version}.7\n`,
    [`${folder}/bin/python3`]: link(`${base}/python3`),
    [`${folder}/bin/python`]: link('python3'),
  }
}

/** A machine with this root as home and working directory. Running a python fails the test unless it says otherwise. */
export function machine(root: string, changes: Partial<System> = {}): System {
  return {
    ...hostSystem(),
    platform: 'linux',
    arch: 'x64',
    env: {},
    cwd: root,
    home: join(root, 'home'),
    places: [],
    ask: (executable) => assert.fail(`${executable} was run`),
    ...changes,
  }
}

export interface Outcome {
  runtime: Runtime
  candidates: Candidate[]
}

export function find(system: System, runtime_path?: string): Outcome {
  const { runtime, error, candidates } = surveyRuntimes({ runtime_path }, system)
  if (runtime === undefined) throw error
  return { runtime, candidates }
}

/** The error where nothing may be found. */
export function refusal(system: System, runtime_path?: string): RuntimeNotFoundError {
  const { error } = surveyRuntimes({ runtime_path }, system)
  assert.ok(error instanceof RuntimeNotFoundError, 'a runtime was found')
  return error
}
