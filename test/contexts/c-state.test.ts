/** What extension modules keep in C, one for all interpreters of the process, and what each interpreter has of it. */
import assert from 'node:assert/strict'
import { Python, type PyValue } from 'python-ts'
import { quiet, runScript } from '../support/child'
import { test } from '../support/leaks'

const py = new Python()

const IN_A_THREAD = `
def in_a_thread(f):
    import threading
    seen = []
    thread = threading.Thread(target=lambda: seen.append(f()))
    thread.start(); thread.join()
    return seen[0]`

const DECIMAL = `
import decimal
def third(precision):
    decimal.getcontext().prec = precision
    return str(decimal.Decimal(1) / 3)
def again(): return str(decimal.Decimal(1) / 3)`

test('the precision of Decimals is that of the interpreter', { mayLeak: 'modules stay' }, () => {
  const all = [5, 7, 9].map((precision) => {
    const own = precision === 5 ? py : new Python({ context: { gil: 'shared' } })
    own.exec(DECIMAL + IN_A_THREAD)
    own.exec(`third(${precision})`)
    return { own, expected: `0.${'3'.repeat(precision)}`, again: own.eval<PyValue>('again') }
  })
  for (let round = 0; round < 3; round++) {
    for (const { own, expected, again } of all) {
      assert.equal(again(), expected)
      const more = expected.length - 1
      assert.equal(own.eval(`in_a_thread(lambda: third(${more}) == again())`), true)
    }
  }
  for (const { own } of all.slice(1)) own.delete()
  assert.equal(all[0]?.again(), '0.33333')
})

test('nothing of a context that is gone is used in another', { mayLeak: 'modules stay' }, () => {
  const makes = 'str(__import__("decimal").Decimal("1.50") + 1)'
  for (let round = 0; round < 20; round++) {
    const own = new Python({ context: { gil: 'shared' } })
    assert.equal(own.eval(makes), '2.50')
    assert.equal(own.delete(), true)
    assert.equal(py.eval(makes), '2.50')
  }
})

test('a division by zero in NumPy, which warns from C, warns in a context too', async () => {
  const script = `
    const main = new Python()
    const own = new Python({ context: { gil: 'shared' } })
    own.exec([
      'import numpy, warnings',
      'warnings.simplefilter("error")',
      'def divide():',
      '    try: return float(numpy.float64(1) / 0)',
      '    except RuntimeWarning: return "warned"'
    ].join('\\n'))
    for (let round = 0; round < 3; round++) console.log(own.eval('divide()'), main.eval('1 + 1'))`
  const env = { PYTHONWARNINGS: 'ignore' }
  assert.deepEqual(await runScript(script, { env, timeout: 60_000 }), quiet('warned 2\n'.repeat(3)))
})
