/** How the examples print: headings and rows, in colour only where a person watches. */
import * as util from 'node:util'

const WIDTH = 24
const isColoured = process.stdout.isTTY && !process.env.NO_COLOR

/** Node.js before 20.12 has no `styleText`. */
const style = (format, text) => (isColoured && util.styleText ? util.styleText(format, text) : text)

export function heading(text) {
  console.log(`\n${style('bold', text)}`)
}

/** One line: what was asked, and what came of it. Text is printed as it is, anything else as `console.log` shows it. */
export function row(label, value) {
  const text =
    typeof value === 'string' ? value : util.inspect(value, { breakLength: 90, colors: isColoured })
  const indented = text.replaceAll('\n', `\n${' '.repeat(WIDTH + 2)}`)
  console.log(`  ${style('cyan', label.padEnd(WIDTH))}${indented}`)
}

/** Text of several lines, like a table or a traceback. */
export function block(text) {
  console.log(String(text).trimEnd().replace(/^/gm, '    '))
}

export function note(text) {
  console.log(`  ${style('yellow', text)}`)
}
