import { readFileSync } from 'node:fs'

/**
 * The program of a Markdown file: its ```js run blocks, one after the other. A comment `// → value` behind an expression is
 * checked against what `console.log` would show, and `// throws Name: message` against what is thrown.
 */
export function programOf(file: string): string {
  const program = runnable(readFileSync(file, 'utf8')).join('\n')
  return program === '' ? '' : `${PRELUDE}\n${program.split('\n').map(checked).join('\n')}\n`
}

/** All code blocks of a Markdown file, fences included. */
export function codeBlocks(file: string): string[] {
  return readFileSync(file, 'utf8').match(/^```[\s\S]*?^```$/gm) ?? []
}

function runnable(markdown: string): string[] {
  return [...markdown.matchAll(/^```js run\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '')
}

const PRELUDE = `
import $assert from 'node:assert/strict'
import { inspect as $inspect } from 'node:util'
const $show = (value) => $inspect(value, { breakLength: Infinity })
const $equal = (value, expected) => $assert.equal($show(value), expected)
const $is = (error, expected) => $assert.equal(\`\${error.name}: \${error.message}\`, expected)
const $throws = (run, expected) => {
  try { run() } catch (error) { return $is(error, expected) }
  $assert.fail(\`nothing was thrown: \${expected}\`)
}
const $rejects = async (run, expected) => {
  try { await run() } catch (error) { return $is(error, expected) }
  $assert.fail(\`nothing was thrown: \${expected}\`)
}
`

function checked(line: string): string {
  const value = /^(\s*)(?!const |let )(\S.*?) +\/\/ → (.*)$/.exec(line)
  if (value) return `${value[1]}$equal(${value[2]}, ${JSON.stringify(value[3])})`
  const thrown = /^(\s*)(\S.*?) +\/\/ throws (.*)$/.exec(line)
  if (!thrown) return line
  const [, indent, code, error] = thrown
  const isAsync = code?.startsWith('await ')
  const check = isAsync ? `await $rejects(async () => ${code}` : `$throws(() => ${code}`
  return `${indent}${check}, ${JSON.stringify(error)})`
}
