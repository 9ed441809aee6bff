/** `node scripts/setup.mjs [--no-python]`: does the set-up that is not done yet. */
import { build, setup } from './setup/all.mjs'
import { main } from './setup/process.mjs'

main(process.argv.includes('--no-python') ? build : setup)
