/** The main process: what `check.cjs` finds here, in a utility process and in a worker thread, as one line of JSON. */
const { once } = require('node:events')
const { join } = require('node:path')
const { Worker } = require('node:worker_threads')
const { app, utilityProcess } = require('electron')
const { check, Python } = require('./check.cjs')

async function main() {
  await app.whenReady()
  const main = await check()
  const [utility] = await once(utilityProcess.fork(join(__dirname, 'utility.cjs')), 'message')
  const [worker] = await once(new Worker(join(__dirname, 'worker.cjs')), 'message')
  console.log(JSON.stringify({ main, utility, worker }))
  new Python().exec('import atexit; atexit.register(print, "python has ended", flush=True)')
  app.quit()
}

main().catch((error) => {
  console.error(error)
  app.exit(1)
})
