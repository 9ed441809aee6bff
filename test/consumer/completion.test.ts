/** What an editor completes, asked of TypeScript's language server in a project that has the package installed. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'

const root = resolve(__dirname, '..', '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'python-ts-completion-'))
const modules = join(folder, 'node_modules')
mkdirSync(modules)
symlinkSync(root, join(modules, 'python-ts'), 'junction')
symlinkSync(join(root, 'node_modules', '@types'), join(modules, '@types'), 'junction')
const options = { strict: true, module: 'node16', target: 'es2022', types: ['node'] }
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['main.ts'] }))
after(() => rmSync(folder, { recursive: true, force: true }))

interface Message {
  id?: number | string
  method?: string
  params?: { items?: unknown[] }
  result?: { items?: { label: string }[] } | null
}

/** TypeScript's language server, spoken to in the Language Server Protocol over its stdio. */
class Server {
  readonly #child = spawn(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '--lsp', '--stdio'],
    {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  )
  readonly #answers = new Map<number | string, (answer: Message) => void>()
  #data: Buffer = Buffer.alloc(0)
  #asked = 0

  constructor() {
    this.#child.stdout.on('data', (data: Buffer) => {
      this.#data = Buffer.concat([this.#data, data])
      for (let message = this.#next(); message !== undefined; message = this.#next()) this.#receive(message)
    })
  }

  ask(method: string, params: object): Promise<Message> {
    const id = ++this.#asked
    this.#send({ id, method, params })
    return new Promise((done) => this.#answers.set(id, done))
  }

  tell(method: string, params: object): void {
    this.#send({ method, params })
  }

  end(): void {
    this.#child.kill()
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message })
    this.#child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }

  #next(): Message | undefined {
    const end = this.#data.indexOf('\r\n\r\n') + 4
    const length = Number(/Content-Length: (\d+)/.exec(this.#data.toString('latin1', 0, end))?.[1])
    if (end < 4 || this.#data.length < end + length) return undefined
    const message = JSON.parse(this.#data.toString('utf8', end, end + length)) as Message
    this.#data = this.#data.subarray(end + length)
    return message
  }

  #receive({ id, method, params, ...answer }: Message): void {
    if (id === undefined) return
    if (method === undefined) this.#answers.get(id)?.(answer)
    // It asks for settings: there are none.
    else this.#send({ id, result: params?.items?.map(() => null) ?? null })
  }
}

/** What is offered at each `|` of the program. */
async function completions(...lines: string[]): Promise<string[][]> {
  const uri = pathToFileURL(join(folder, 'main.ts')).href
  const server = new Server()
  try {
    await server.ask('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(folder).href,
      capabilities: {},
    })
    server.tell('initialized', {})
    const text = lines.join('\n').replaceAll('|', '')
    server.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'typescript', version: 1, text } })
    const places = lines.flatMap((line, index) =>
      line.includes('|') ? [{ line: index, character: line.indexOf('|') }] : [],
    )
    const answers = places.map((position) =>
      server.ask('textDocument/completion', { textDocument: { uri }, position }),
    )
    return (await Promise.all(answers)).map(({ result }) => (result?.items ?? []).map(({ label }) => label))
  } finally {
    server.end()
  }
}

test('the names of modules, what is in them, and what the results are', async () => {
  const [names = [], members = [], results = [], of = []] = await completions(
    "import { Python } from 'python-ts'",
    'const py = new Python()',
    "py.import('|');",
    "py.import('os').|;",
    "py.import('os').getcwd().|;",
    'py.|;',
  )
  assert.deepEqual(names.slice().sort(), [
    'builtins',
    'datetime',
    'json',
    'math',
    'os',
    'os.path',
    'pathlib',
    'platform',
    'random',
    're',
    'sys',
    'time',
  ])
  for (const name of ['getcwd', 'getcwd_async', 'path', 'environ']) assert.ok(members.includes(name), name)
  assert.ok(results.includes('toUpperCase'))
  for (const name of ['import', 'eval_async', 'add_syspath', 'with']) assert.ok(of.includes(name), name)
})
