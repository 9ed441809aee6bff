/** The npm packages that the build and the tests need. */
import { inRoot, oldest } from './paths.mjs'
import { npm, say } from './process.mjs'

export function installPackages() {
  // npm writes this file at the end of every install.
  const installed = inRoot('node_modules', '.package-lock.json')
  if (oldest(installed) >= oldest(inRoot('package-lock.json'))) return
  say('installing npm packages')
  npm(['ci', '--no-audit', '--no-fund', '--ignore-scripts'])
}
