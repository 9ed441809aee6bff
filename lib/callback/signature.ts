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

const NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u
/** What may come before the parameters: `async`, `function`, `*`, a method's name, `get`, `set`, `static`. */
const HEAD = /^(?:[\p{ID_Continue}$#*\s]|\[[\w.]*\])*\(/u
const ARROW_OF_ONE = /^(?:async\s+)?([\p{ID_Start}_][\p{ID_Continue}]*)\s*=>/u

function parameterList(source: string): string[] | undefined {
  if (source.startsWith('class')) return undefined
  const single = ARROW_OF_ONE.exec(source)?.[1]
  if (single !== undefined) return [single]
  const head = HEAD.exec(source)
  return head === null ? undefined : parts(source, head[0].length)
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
  if (!NAME.test(name.trim())) return undefined
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
