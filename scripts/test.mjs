/**
 * `node scripts/test.mjs [WORD …]`: set-up, the TypeScript suite under the default Python, then the plugins' own tests.
 * With words, only the test files whose path holds one of them.
 */
import { setup } from './setup/all.mjs'
import { defaultEnvironment, pythonOf } from './setup/paths.mjs'
import { main, show } from './setup/process.mjs'
import { runSuite, testFiles, unsteadyLine } from './setup/suite.mjs'
import { compileTests } from './setup/typescript.mjs'

main(() => {
  setup()
  compileTests()
  const words = process.argv.slice(2)
  const { status, unsteady } = runSuite(testFiles(words), (args, env) =>
    show(process.execPath, args, { env }),
  )
  if (unsteady.length) console.log(unsteadyLine(unsteady))
  return status || (words.length ? 0 : testPlugins())
})

function testPlugins() {
  return show(pythonOf(defaultEnvironment), [
    '-m',
    'pytest',
    '-q',
    '-c',
    'plugins/pytest.ini',
    'plugins/tests',
  ])
}
