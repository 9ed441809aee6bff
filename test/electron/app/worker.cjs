const { parentPort } = require('node:worker_threads')

require('./check.cjs')
  .check()
  .then((result) => parentPort.postMessage(result))
