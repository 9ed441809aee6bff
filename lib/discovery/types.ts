/** What discovery answers, and what it needs to know about the machine. */

/** A Python that can be loaded into this process. */
export interface Runtime {
  /** Absolute real path of libpython. */
  library: string
  /** Absolute path of the python to show as `sys.executable`: a virtual environment's own one where one was chosen, links not resolved. */
  executable: string
  /** `'3.11'` */
  version: string
  /** Folder of the base installation. */
  prefix: string
  /** Folder of the virtual environment, where one was chosen. */
  venv?: string
  /** Why this one was chosen, in one sentence. */
  reason: string
}

/** A runtime before anyone has said why it is the one. */
export type Installation = Omit<Runtime, 'reason'>

export interface DiscoveryOptions {
  /** Folder of an installation or of a virtual environment, or path of a python executable or of a libpython; relative to `cwd`. */
  runtime_path?: string | undefined
  /** Default: the working directory. */
  cwd?: string | undefined
  /** Default: `process.env`. */
  env?: NodeJS.ProcessEnv | undefined
}

/** Why something that was looked at cannot be used. */
export type Fault =
  | 'missing'
  | 'not-python'
  | 'not-cpython'
  | 'too-old'
  | 'free-threaded'
  | 'no-shared-library'
  | 'other-machine'
  | 'broken-venv'

/** One thing that was looked at, in the order of looking. */
export interface Candidate {
  /** Who named it: `'runtime_path'`, `'PYTHON_TS_RUNTIME'`, `'VIRTUAL_ENV'`, `'PATH'`, … */
  source: string
  path: string
  verdict: 'chosen' | 'passed over'
  /** One sentence. */
  reason: string
  /** Where it was passed over. */
  fault?: Fault
}

/** Everything `python-ts doctor` shows: either a runtime or the error that `discoverRuntime` throws. */
export type Survey = { candidates: Candidate[] } & (
  | { runtime: Runtime; error?: undefined }
  | { runtime?: undefined; error: Error }
)

/** A place to look at. Sources yield proposals lazily, so nothing is examined after the first that fits. */
export interface Proposal {
  source: string
  path: string
  /** Becomes the runtime's reason when it is chosen. */
  reason: string
  /** `required`: the user meant this one, so when it cannot be used discovery ends with its error. */
  weight: 'required' | 'optional'
  /** Throws `Unsuitable`. */
  inspect(): Installation
}

/** Read-only view of the file system. Nothing here throws: what cannot be read is absent. */
export interface Files {
  isFile(path: string): boolean
  isFolder(path: string): boolean
  /** Also true for a link that leads nowhere. */
  exists(path: string): boolean
  realPath(path: string): string | undefined
  /** Names in a folder, sorted; empty where there is no folder. */
  list(folder: string): string[]
  text(path: string): string | undefined
  /** The first `length` bytes, or fewer. */
  head(path: string, length: number): Uint8Array
}

/** What a python says about itself when it is run. */
export interface Answer {
  implementation: string
  major: number
  minor: number
  freeThreaded: boolean
  executable: string
  prefix: string
  /** Paths where its build says libpython is; the first that exists counts. */
  libraries: string[]
}

/** The machine as discovery sees it; tests build their own. */
export interface System {
  readonly platform: NodeJS.Platform
  readonly arch: string
  readonly env: NodeJS.ProcessEnv
  /** Absolute. */
  readonly cwd: string
  readonly home: string
  /** Executables worth a look when PATH has nothing, as absolute paths. */
  readonly places: readonly string[]
  readonly files: Files
  /** Runs a python once; undefined when it does not answer. The last resort: 20 ms and more. */
  ask(executable: string): Answer | undefined
}
