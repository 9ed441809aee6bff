/** A reporter of node:test: the paths of the test files in which a test failed, one a line. */
export default async function* failingFiles(events) {
  const seen = new Set()
  for await (const { type, data } of events) {
    if (type !== 'test:fail' || !data.file || seen.has(data.file)) continue
    seen.add(data.file)
    yield `${data.file}\n`
  }
}
