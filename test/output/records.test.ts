/** Log records and warnings of Python, heard in JavaScript. */
import assert from 'node:assert/strict'
import { type LogRecord, Python, type WarningRecord } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  const contexts: [title: string, make: () => Python][] = [
    ['in the main context', () => new Python()],
    ['in a context', () => new Python({ context: true })],
  ]

  for (const [title, make] of contexts) {
    test(`log records arrive as plain objects, ${title}`, () => {
      const py = make()
      const records: LogRecord[] = []
      const stop = py.onLog((record) => void records.push(record))
      py.exec(`
import logging
logging.getLogger('app.db').warning('slow %s: %d ms', 'é\\ud800', 5)
logging.debug('detail')
try: 1 / 0
except ZeroDivisionError: logging.exception('failed')
`)
      stop()
      stop()
      py.exec('logging.getLogger("app.db").debug("not heard")')
      const [first, second, third] = records
      assert.equal(records.length, 3)
      assert.ok(first && second && third)
      assert.deepEqual([first.level, first.levelNumber, first.logger], ['WARNING', 30, 'app.db'])
      assert.deepEqual([first.message, first.file, first.line], ['slow é\ud800: 5 ms', '<string>', 3])
      assert.ok(first.time instanceof Date && Math.abs(first.time.getTime() - Date.now()) < 60_000)
      assert.equal('exception' in first, false)
      assert.deepEqual([second.level, second.logger], ['DEBUG', 'root'])
      assert.match(third.exception ?? '', /^Traceback[\s\S]*ZeroDivisionError: division by zero\n$/)
      assert.equal(Object.getPrototypeOf(first), Object.prototype)
      assert.equal(py.eval('logging.getLogger().level'), 30)
      assert.deepEqual(py.eval('logging.getLogger().handlers'), [])
      py.delete()
    })

    test(`records with extra, stacks and odd values, ${title}`, () => {
      const py = make()
      const records: LogRecord[] = []
      const stop = py.onLog((record) => void records.push(record), { logger: 'odd' })
      py.exec(`
import logging, math
log = logging.getLogger('odd')
logging.addLevelName(25, 'NOTICE')
log.log(25, 'custom', extra={'user': 'é', 'tags': ['a', 1, None, (True, 1.5)], 'big': 2 ** 70, 'nan': math.nan, 'huge': 1e300, 'of': {1: range(2)}})
log.warning('where', stack_info=True)
log.error('given', exc_info=ValueError('v'))
log.handle(logging.makeLogRecord({'msg': 'made', 'created': math.nan, 'levelno': 99}))
`)
      stop()
      const [custom, where, given, made] = records
      assert.ok(custom && where && given && made)
      assert.equal(records.length, 4)
      assert.deepEqual([custom.level, custom.levelNumber], ['NOTICE', 25])
      assert.deepEqual(custom.extra, {
        user: 'é',
        tags: ['a', 1, null, [true, 1.5]],
        big: '1180591620717411303424',
        nan: 'nan',
        huge: 1e300,
        of: { 1: 'range(0, 2)' },
      })
      assert.match(where.stack ?? '', /^Stack \(most recent call last\):\n[\s\S]*line 6/)
      assert.equal('extra' in where || 'stack' in given, false)
      assert.equal(given.exception, 'ValueError: v\n')
      assert.ok(Number.isNaN(made.time.getTime()))
      py.delete()
    })

    test(`warnings arrive as plain objects, ${title}`, () => {
      const py = make()
      const warnings: WarningRecord[] = []
      const others: WarningRecord[] = []
      const stop = py.onWarning((warning) => void warnings.push(warning))
      const stopOther = py.onWarning((warning) => void others.push(warning))
      py.exec(`
import warnings
before = warnings.showwarning
warnings.simplefilter('always')
warnings.warn('careful')
class Own(DeprecationWarning): pass
warnings.warn('old', Own)
`)
      stopOther()
      py.exec("warnings.warn('once more')")
      stop()
      assert.deepEqual(warnings.slice(0, 2), [
        { category: 'UserWarning', message: 'careful', file: '<string>', line: 5 },
        { category: 'Own', message: 'old', file: '<string>', line: 7 },
      ])
      assert.deepEqual([warnings.length, others.length], [3, 2])
      assert.equal(py.eval('warnings.showwarning is before'), false)
      py.exec('warnings.resetwarnings()')
      py.delete()
    })
  }

  py.exec('import logging, threading')

  test('a level and a logger choose', () => {
    const names: string[] = []
    const stop = py.onLog(({ message }) => void names.push(message), { level: 'error', logger: 'chosen' })
    py.exec(`
chosen = logging.getLogger('chosen')
chosen.propagate = False
chosen.warning('too low'); chosen.error('heard')
logging.getLogger('chosen.below').critical('below')
logging.getLogger('other').propagate = False
logging.getLogger('other').critical('another')
`)
    stop()
    assert.deepEqual(names, ['heard', 'below'])
    const low = py.onLog(({ message }) => void names.push(message), { level: 5, logger: 'chosen' })
    py.exec("chosen.log(4, 'lower'); chosen.log(5, 'five')")
    low()
    assert.equal(names.at(-1), 'five')
    assert.equal(py.eval('chosen.level'), 0)
  })

  test('from threads, in order, also while JavaScript is inside a call', () => {
    const messages: string[] = []
    const stop = py.onLog(({ message }) => void messages.push(message), { logger: 'threads' })
    py.exec(`
log = logging.getLogger('threads'); log.propagate = False
def work(name):
    for i in range(100): log.info('%s %d', name, i)
threads = [threading.Thread(target=work, args=(name,)) for name in 'ab']
for thread in threads: thread.start()
for thread in threads: thread.join()
log.info('end')
`)
    stop()
    assert.equal(messages.length, 201)
    const mine = messages.filter((message) => message.startsWith('a'))
    assert.deepEqual(
      mine,
      Array.from({ length: 100 }, (_, i) => `a ${i}`),
    )
  })

  test('a function that logs is heard too, and one that throws is a warning of the process', async () => {
    const messages: string[] = []
    const warnings: Error[] = []
    const listen = (warning: Error): void => void warnings.push(warning)
    process.on('warning', listen)
    const stop = py.onLog(
      ({ message }) => {
        messages.push(message)
        if (message === 'first') py.exec("logging.getLogger('again').info('second')")
        else throw new Error('from the function')
      },
      { logger: 'again' },
    )
    py.exec("logging.getLogger('again').propagate = False; logging.getLogger('again').info('first')")
    stop()
    await new Promise((done) => setImmediate(done))
    process.off('warning', listen)
    assert.deepEqual(messages, ['first', 'second'])
    assert.match(
      String(warnings[0]?.message),
      /onLog\(\) function given to python-ts threw: Error: from the function/,
    )
  })

  test('misuse', () => {
    const refused = (call: () => unknown, message: string): void => {
      assert.throws(call, { name: 'TypeError', message })
    }
    refused(() => py.onLog(5 as never), 'onLog() takes a function, not a number.')
    refused(() => py.onWarning('x' as never), 'onWarning() takes a function, not a string.')
    const hear = (): void => undefined
    refused(() => py.onLog(hear, [] as never), 'onLog() takes the options as a plain object, not an array.')
    refused(
      () => py.onLog(hear, { name: 'x' } as never),
      "onLog() has no option 'name'; its options are level and logger.",
    )
    refused(
      () => py.onLog(hear, { level: {} } as never),
      'The option level of onLog() must be a string or an integer.',
    )
    assert.equal(thrown(() => py.onLog(hear, { level: 'loud' })).name, 'ValueError')
    py.exec("logging.getLogger('odd').propagate = False")
    const gone = new Python({ context: true })
    gone.delete()
    assert.throws(() => gone.onLog(hear), /was deleted/)
  })
})
