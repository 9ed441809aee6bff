/** `node scripts/run.mjs FILE …`: does the set-up that is not done yet, then runs the file with Node. */
import { setup } from './setup/all.mjs'
import { main, show } from './setup/process.mjs'

main(() => {
  setup()
  return show(process.execPath, process.argv.slice(2))
})
