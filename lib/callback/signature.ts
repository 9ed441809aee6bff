/** A parameter of a function: its name, and whether a call may leave it out. */
export type Parameter = [name: string, kind: 'required' | 'optional' | 'rest']

/**
 * The parameters of a function as its source names them. Undefined where that cannot be told without guessing: of native and
 * bound functions, of parameters that are taken apart, and of defaults that are more than simple text.
 */
export function parametersOf(func: object): Parameter[] | undefined {
  const source = Function.prototype.toString.call(func)
  if (source.endsWith('{ [native code] }')) return undefined
  const list = parameterList(source)
  if (list === undefined) return undefined
  const parameters = list.map(parameterOf)
  return parameters.includes(undefined) ? undefined : distinct(parameters as Parameter[])
}

// By hand, because V8 ends the process when it has to compile a regular expression at the very end of the stack.

function parameterList(source: string): string[] | undefined {
  if (source.startsWith('class')) return undefined
  const single = arrowOfOne(source)
  if (single !== undefined) return [single]
  const end = endOfHead(source)
  return end === undefined ? undefined : parts(source, end)
}

/** The parameter of `x => …` and `async x => …`. */
function arrowOfOne(source: string): string | undefined {
  const isAsync = source.startsWith('async') && isSpace(source[5])
  const start = isAsync ? skip(source, 5, isSpace) : 0
  const end = skip(source, start, isOfName)
  const name = source.slice(start, end)
  return name !== '' && source.startsWith('=>', skip(source, end, isSpace)) ? name : undefined
}

/** Where the parameters begin: behind `async`, `function`, `*`, a method's name, `get`, `set`, `static`, and the bracket. */
function endOfHead(source: string): number | undefined {
  for (let at = 0; at < source.length; at++) {
    const char = source[at] as string
    if (char === '(') return at + 1
    if (char === '[') at = skip(source, at + 1, isOfPath)
    if (char === '[' ? source[at] !== ']' : !isOfHead(char)) return undefined
  }
  return undefined
}

function skip(source: string, start: number, isSkipped: (char: string) => boolean): number {
  let at = start
  while (at < source.length && isSkipped(source[at] as string)) at++
  return at
}

const isSpace = (char: string | undefined): boolean => char !== undefined && char.trim() === ''
const isOfPath = (char: string): boolean => char === '.' || isOfName(char)
const isOfHead = (char: string): boolean => '$#*'.includes(char) || isSpace(char) || isOfName(char)

/** In source that JavaScript has accepted, what is beyond ASCII and no space is of a name. */
function isOfName(char: string): boolean {
  const isAscii = char < '\x80'
  if (!isAscii) return !isSpace(char)
  return (
    (char >= 'a' && char <= 'z') ||
    (char >= 'A' && char <= 'Z') ||
    (char >= '0' && char <= '9') ||
    char === '_'
  )
}

const OPENING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** Cuts at the commas up to the closing bracket. Undefined for what only a parser understands: templates and slashes. */
function parts(source: string, start: number): string[] | undefined {
  const found: string[] = []
  const open: string[] = []
  let from = start
  for (let at = start; at < source.length; at++) {
    const char = source[at] as string
    if (char === '`' || char === '/') return undefined
    if (char === '"' || char === "'") at = endOfText(source, at)
    else if (OPENING[char] !== undefined) open.push(OPENING[char])
    else if (char === open.at(-1)) open.pop()
    else if (open.length === 0 && (char === ',' || char === ')')) {
      found.push(source.slice(from, at).trim())
      from = at + 1
      if (char === ')') return found.at(-1) === '' ? found.slice(0, -1) : found
    }
  }
  return undefined
}

function endOfText(source: string, start: number): number {
  let at = start + 1
  while (at < source.length && source[at] !== source[start]) at += source[at] === '\\' ? 2 : 1
  return at
}

function parameterOf(text: string): Parameter | undefined {
  const isRest = text.startsWith('...')
  const [name = '', ...rest] = (isRest ? text.slice(3) : text).split('=')
  if (name.trim() === '' || skip(name.trim(), 0, isOfName) < name.trim().length) return undefined
  if (isRest) return [name.trim(), 'rest']
  return [name.trim(), rest.length === 0 ? 'required' : 'optional']
}

/**
 * As Python's rules have it: no name twice, and none that is required after one that is optional. Names with `$` are none of
 * Python's.
 */
function distinct(parameters: Parameter[]): Parameter[] | undefined {
  if (new Set(parameters.map(([name]) => name)).size < parameters.length) return undefined
  let isOptional = false
  return parameters.map(([name, kind]) => {
    isOptional ||= kind === 'optional'
    return [name, isOptional && kind === 'required' ? 'optional' : kind]
  })
}
