/** What python-ts does in a process or thread of Electron's. */
const { Python } = require(process.env.PYTHON_TS_PACKAGE)

async function check() {
  const py = new Python()
  const printed = []
  const context = new Python({ context: true, output: 'lines', stdout: (line) => printed.push(line) })
  context.exec('print("line")')
  context.delete()
  const buffer = py.buffer(py.live.eval('__import__("array").array("i", [1, 2, 3])'))
  return {
    sum: py.eval('1 + 2'),
    bytes: py.eval('b"abc"').toString(),
    isShared: buffer.shared,
    items: [...buffer.data],
    called: py.eval('lambda f: f(3)')((n) => n * 2),
    awaited: await py.eval_async('2 + 2'),
    printed,
    tls: py.eval('__import__("ssl").OPENSSL_VERSION').startsWith('OpenSSL'),
  }
}

module.exports = { check, Python }
