/** Python's extension modules use their own libraries, not the ones of the same name that Node exports. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test as plainTest } from 'node:test'
import { deflateSync, gunzipSync, inflateSync } from 'node:zlib'
import { Python } from 'python-ts'
import { test } from '../support/leaks'

const py = new Python()
const executable: string = py.import('sys').executable
const folder = mkdtempSync(join(tmpdir(), 'python-ts-isolation-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const outside = (code: string): string => execFileSync(executable, ['-c', code], { encoding: 'utf8' }).trim()
const has = (module: string): boolean =>
  py.eval(`__import__('importlib.util').util.find_spec(m) is not None`, { m: module })

const VERSIONS: [module: string, code: string][] = [
  ['ssl', 'ssl.OPENSSL_VERSION'],
  ['zlib', 'zlib.ZLIB_RUNTIME_VERSION'],
  ['sqlite3', 'sqlite3.sqlite_version'],
  ['pyexpat', 'pyexpat.EXPAT_VERSION'],
  ['lzma', 'lzma.LZMADecompressor.__module__'],
  ['_ssl', '_ssl._OPENSSL_API_VERSION'],
]
for (const [module, code] of VERSIONS) {
  test(`${code} is the same inside as outside`, () => {
    if (!has(module)) return assert.throws(() => py.import(module), { pytype: 'ModuleNotFoundError' })
    const inside = String(
      py.eval(`str(__import__('${module}') and (lambda ${module}: ${code})(__import__('${module}')))`),
    )
    assert.equal(inside, outside(`import ${module}; print(${code})`))
  })
}

test('ssl works: contexts, certificates, random numbers', () => {
  const ssl = py.import('ssl')
  const context = ssl.create_default_context()
  assert.ok(context.get_ciphers().length > 0)
  assert.equal(typeof context.cert_store_stats().x509, 'number')
  assert.equal(ssl.RAND_bytes(16).length, 16)
  py.exec(`
import ssl
def handshake():
    client, server = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ssl.create_default_context().wrap_bio(client, server, server_hostname='localhost')
    try: tls.do_handshake()
    except ssl.SSLWantReadError: return len(server.read())
`)
  assert.ok(py.eval('handshake()') > 100)
})

test('hashlib and zlib give what Node gives', () => {
  const data = Buffer.from('é😀'.repeat(1000))
  const { sha256, sha3_256, blake2b, new: named } = py.import('hashlib')
  assert.equal(sha256(data).hexdigest(), createHash('sha256').update(data).digest('hex'))
  assert.equal(named('sha512', data).hexdigest(), createHash('sha512').update(data).digest('hex'))
  assert.equal(sha3_256(data).hexdigest(), createHash('sha3-256').update(data).digest('hex'))
  assert.equal(blake2b(data).hexdigest(), createHash('blake2b512').update(data).digest('hex'))
  const zlib = py.import('zlib')
  assert.deepEqual(zlib.decompress(zlib.compress(data)), data)
  assert.deepEqual(inflateSync(zlib.compress(data)), data)
  assert.deepEqual(zlib.decompress(deflateSync(data)), data)
  assert.deepEqual(gunzipSync(py.import('gzip').compress(data)), data)
})

test('sqlite3, xml, bz2, lzma, ctypes and decimal work', () => {
  py.exec(`
def everyone():
    import sqlite3, xml.etree.ElementTree as tree, bz2, lzma, ctypes, decimal, uuid, socket, select
    db = sqlite3.connect(':memory:')
    db.execute('create table t (a)'); db.execute('insert into t values (?)', (5,))
    row = db.execute('select sum(a) from t').fetchone()[0]
    db.close()
    return [row, tree.fromstring('<a b="1"/>').get('b'), bz2.decompress(bz2.compress(b'x')), lzma.decompress(lzma.compress(b'y')),
            ctypes.sizeof(ctypes.c_int), str(decimal.Decimal('0.1') + 1)]
`)
  assert.deepEqual(py.eval('everyone()'), [5, '1', Buffer.from('x'), Buffer.from('y'), 4, '1.1'])
})

const WHEELS = ['numpy', 'pandas', 'matplotlib', 'openpyxl']
plainTest('numpy, pandas, matplotlib and openpyxl work in one process', (t) => {
  const missing = WHEELS.filter((module) => !has(module))
  if (missing.length > 0) return t.skip(`this Python has no ${missing.join(', ')}`)
  py.exec(`
def wheels(folder):
    import os, numpy as np, pandas as pd, matplotlib, openpyxl
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt
    a = np.arange(12.0).reshape(3, 4)
    frame = pd.DataFrame(a, columns=list('abcd'))
    figure, axes = plt.subplots()
    axes.plot(a.sum(axis=0)); axes.set_title('é')
    figure.savefig(os.path.join(folder, 'plot.png')); plt.close(figure)
    frame.to_excel(os.path.join(folder, 'frame.xlsx'), index=False)
    back = pd.read_excel(os.path.join(folder, 'frame.xlsx'))
    return [float(np.linalg.det(a[:, :3] + np.eye(3))), float(back['d'].sum()), float((a @ a.T).trace())]
`)
  const [det, sum, trace] = py.eval('wheels')(folder)
  assert.ok(Math.abs(det - 4) < 20 && Number.isFinite(det))
  assert.deepEqual([sum, trace], [21, 506])
  const png = readFileSync(join(folder, 'plot.png'))
  assert.equal(png.subarray(1, 4).toString(), 'PNG')
  assert.ok(png.length > 1000)
})

test('Node still uses its own', () => {
  assert.deepEqual(inflateSync(deflateSync(Buffer.from('x'))), Buffer.from('x'))
  assert.equal(createHash('sha256').update('').digest('hex').slice(0, 8), 'e3b0c442')
})
