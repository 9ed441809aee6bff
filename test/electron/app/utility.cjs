require('./check.cjs')
  .check()
  .then((result) => process.parentPort.postMessage(result))
