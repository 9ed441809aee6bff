/** Rust source with comments and strings blanked; lines stay where they are. */

const COMMENT_OR_STRING =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|r(#*)"[\s\S]*?"\1|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[^']+|[^'\\])'/g

export function withoutComments(text) {
  return text.replace(COMMENT_OR_STRING, (match) => match.replace(/[^\n]/g, ' '))
}
