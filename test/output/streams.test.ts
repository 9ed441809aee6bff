/** stdout, stderr and stdin of a Python: what arrives, from where, and in which order. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { Worker } from 'node:worker_threads'
import { Python, type PythonOptions } from 'python-ts'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (_py, test) => {
  /** Runs `body` with a Python of these options, in the main context and in one of its own. */
  function both(title: string, options: () => PythonOptions, body: (py: Python) => void): void {
    for (const context of [false, true]) {
      test(`${title}, ${context ? 'in a context' : 'in the main context'}`, () => {
        const py = new Python({ ...options(), context })
        try {
          body(py)
        } finally {
          py.delete()
        }
      })
    }
  }

  let out: string[] = []
  let err: string[] = []
  const collected = (mode?: 'lines' | 'chunks') => (): PythonOptions => {
    out = []
    err = []
    const output = mode === undefined ? {} : { output: mode }
    return { stdout: (text) => void out.push(text), stderr: (text) => void err.push(text), ...output }
  }

  both('text arrives as it is flushed', collected(), (py) => {
    py.exec('import sys\nprint("a")\nprint("b", "c", sep="-")\nprint("é😀", file=sys.stderr)')
    assert.deepEqual([out, err], [['a\n', 'b-c\n'], ['é😀\n']])
    py.exec('print("no", end="")\nprint(" end", end="", flush=True)')
    assert.deepEqual(out.slice(2), ['no end'])
    py.exec(
      'sys.stdout.buffer.write(b"\\xff raw \\xc3"); sys.stdout.flush(); sys.stdout.buffer.write(b"\\xa9\\n"); sys.stdout.flush()',
    )
    assert.equal(out.slice(3).join(''), '\ufffd raw é\n')
    py.exec('sys.stdout.writelines(["x\\n", "y"]); sys.stdout.write("")')
    assert.equal(out.at(-1), 'x\n')
    py.exec('print("long " * 10000)')
    assert.equal(out.join('').length, 'a\nb-c\nno end\ufffd raw é\nx\ny'.length + 50_001)
  })

  both('lines arrive without their ends, whole', collected('lines'), (py) => {
    py.exec(
      'import sys\nprint("one\\ntwo"); print("thr", end="", flush=True); print("ee"); print(); print("rest", end="")',
    )
    assert.deepEqual(out, ['one', 'two', 'three', ''])
    py.delete()
    assert.deepEqual(out.slice(4), ['rest'])
  })

  both('the streams are text streams like any other', collected(), (py) => {
    py.exec('import sys, io')
    const facts = '[s.isatty(), s.encoding, s.errors, s.writable(), s.readable(), s.name, s.mode, s.closed]'
    assert.deepEqual(py.eval(facts.replaceAll('s.', 'sys.stdout.')), [
      false,
      'utf-8',
      'strict',
      true,
      false,
      '<stdout>',
      'w',
      false,
    ])
    assert.equal(py.eval('sys.stderr.errors'), 'backslashreplace')
    assert.equal(thrown(() => py.eval('sys.stdout.fileno()')).name, 'UnsupportedOperation')
    assert.equal(py.eval('isinstance(sys.stdout, io.TextIOBase)'), true)
    assert.equal(thrown(() => py.exec('print("\\ud800")')).name, 'UnicodeEncodeError')
    py.exec('print("\\ud800", file=sys.stderr)')
    assert.deepEqual(err, ['\\ud800\n'])
  })

  both('an uncaught exception of a Python thread goes to stderr', collected(), (py) => {
    py.exec(
      'import threading\ndef fails(): raise ValueError("in a thread")\nt = threading.Thread(target=fails); t.start(); t.join()\nprint()',
    )
    assert.match(err.join(''), /Exception in thread[\s\S]*ValueError: in a thread\n$/)
  })

  both('threads print while JavaScript is inside a call, and nothing waits', collected('lines'), (py) => {
    py.exec(`
import threading
def many(name):
    for i in range(200): print(f'{name} {i}')
threads = [threading.Thread(target=many, args=(name,)) for name in 'abc']
for thread in threads: thread.start()
for thread in threads: thread.join()
print('end')
`)
    assert.equal(out.length, 601)
    assert.equal(out.at(-1), 'end')
    for (const name of 'abc') {
      const mine = out.filter((line) => line.startsWith(name))
      assert.deepEqual(
        mine,
        Array.from({ length: 200 }, (_, i) => `${name} ${i}`),
      )
    }
  })

  test('asynchronous calls print, and what they print is there when they are done', async () => {
    const lines: string[] = []
    const py = new Python({ context: true, output: 'lines', stdout: (line) => void lines.push(line) })
    for (let i = 0; i < 50; i++) {
      await py.exec_async(`print(${i})`)
      assert.equal(lines.at(-1), String(i))
    }
    py.delete()
  })

  test('a thread prints while JavaScript is idle', async () => {
    const lines: string[] = []
    let arrived: (() => void) | undefined
    const py = new Python({
      context: true,
      output: 'lines',
      stdout: (line) => {
        lines.push(line)
        if (line === 'last') arrived?.()
      },
    })
    const last = new Promise<void>((resolve) => (arrived = resolve))
    const alive = setInterval(() => undefined, 1000)
    py.exec(
      'import threading\ndef run():\n  for i in range(50): print(i)\n  print("last")\nthread = threading.Thread(target=run)\nthread.start()',
    )
    await last
    clearInterval(alive)
    assert.deepEqual(lines, [...Array.from({ length: 50 }, (_, i) => String(i)), 'last'])
    py.exec('thread.join()')
    py.delete()
  })

  both(
    'a function that prints, calls and raises in Python',
    () => {
      const options = collected('lines')()
      return options
    },
    (py) => {
      const inner = new Python()
      const seen: string[] = []
      const other = new Python({
        context: true,
        output: 'lines',
        stdout: (line) => {
          seen.push(line)
          if (line.length < 4) other.exec(`print(${JSON.stringify(`${line}+`)})`)
          assert.equal(inner.eval('1 + 1'), 2)
        },
      })
      other.exec('print("a"); print("b")')
      assert.deepEqual(seen.slice(0, 2).sort(), ['a', 'a+'])
      assert.deepEqual(
        seen.filter((line) => line.startsWith('b')),
        ['b', 'b+', 'b++', 'b+++'],
      )
      other.delete()
      py.exec('print("still here")')
      assert.deepEqual(out, ['still here'])
    },
  )

  test('what the function throws is a warning of the process, and Python goes on', async () => {
    const warnings: Error[] = []
    const listen = (warning: Error): void => void warnings.push(warning)
    process.on('warning', listen)
    const py = new Python({
      stdout: () => {
        throw new RangeError('from the function')
      },
    })
    try {
      py.exec('print(1)\nvalue = 5')
      assert.equal(py.eval('value'), 5)
    } finally {
      py.delete()
    }
    await new Promise((done) => setImmediate(done))
    process.off('warning', listen)
    assert.equal(warnings.length, 1)
    assert.equal(warnings[0]?.name, 'PythonOutputWarning')
    assert.match(
      String(warnings[0]?.message),
      /^The stdout function given to python-ts threw: RangeError: from the function/,
    )
  })

  test('a Node stream gets the bytes', () => {
    const stream = new PassThrough()
    const py = new Python({ context: true, stdout: stream })
    py.exec('import sys\nprint("é")\nsys.stdout.buffer.write(bytes([0, 255])); sys.stdout.flush()')
    // Newer versions of Node read one chunk at a time.
    const chunks = [stream.read(), stream.read()].filter(Boolean)
    assert.deepEqual(Buffer.concat(chunks), Buffer.from([0xc3, 0xa9, 10, 0, 255]))
    py.delete()
  })

  test('an object with a write method, and no more, is a stdout', () => {
    const chunks: unknown[] = []
    const py = new Python({
      context: true,
      stdout: { write: (chunk: unknown) => chunks.push(chunk) } as unknown as NodeJS.WritableStream,
    })
    py.exec('print("é")')
    assert.deepEqual(chunks, [Buffer.from('é\n')])
    py.delete()
  })

  test('a line that comes in many pieces is put together once', () => {
    const lines: string[] = []
    const py = new Python({ context: true, output: 'lines', stdout: (line) => void lines.push(line) })
    py.exec(`
import sys
for _ in range(100): sys.stdout.write('x' * 100_000)
print('end'); print('next')`)
    assert.deepEqual(
      lines.map((line) => line.length),
      [10_000_003, 4],
    )
    py.delete()
  })

  test('the streams are restored by delete, and two Pythons do not get in their way', () => {
    const plain = new Python()
    plain.exec('import sys')
    const before = plain.eval('sys.stdout')
    const first: string[] = []
    const second: string[] = []
    const one = new Python({ stdout: (text) => void first.push(text) })
    const two = new Python({ stdout: (text) => void second.push(text) })
    plain.exec('print("to the second")')
    one.delete()
    plain.exec('print("to the second still")')
    two.delete()
    plain.exec('kept = sys.stdout')
    assert.deepEqual([first, second], [[], ['to the second\n', 'to the second still\n']])
    const three = new Python({ stdout: (text) => void first.push(text) })
    const four = new Python({ stdout: (text) => void second.push(text) })
    four.delete()
    plain.exec('print("to the third")')
    three.delete()
    assert.equal(first.at(-1), 'to the third\n')
    assert.equal(plain.eval('sys.stdout') === before || plain.eval('sys.stdout.name') === '<stdout>', true)
    plain.exec('del kept')
  })

  const answers = (...lines: (string | null)[]) => {
    return () => lines.shift() ?? null
  }

  test('input() gets its lines from a function', () => {
    const stdout: string[] = []
    const py = new Python({
      context: true,
      stdin: answers('one', 'two\n', '', 'é\ud800', 'rest', 'more'),
      stdout: (text) => void stdout.push(text),
    })
    py.exec('import sys')
    assert.equal(py.eval('input("name? ")'), 'one')
    assert.equal(stdout.join(''), 'name? ')
    assert.deepEqual(py.eval('[input(), input(), input()]'), ['two', '', 'é\ud800'])
    assert.equal(py.eval('sys.stdin.readline()'), 'rest\n')
    assert.deepEqual(py.eval('[sys.stdin.isatty(), sys.stdin.encoding]'), [false, 'utf-8'])
    assert.equal(py.eval('sys.stdin.read()'), 'more\n')
    assert.equal(thrown(() => py.eval('input()')).name, 'EOFError')
    py.delete()
  })

  test('a function that gives no line, or throws', () => {
    const mine = new RangeError('no more paper')
    const odd = new Python({ context: true, stdin: (() => 5) as never })
    assert.match(
      thrown(() => odd.eval('input()')).message,
      /^stdin gave int where it has to give a string or null\.$/,
    )
    odd.delete()
    const throws = new Python({
      context: true,
      stdin: () => {
        throw mine
      },
    })
    assert.equal(
      thrown(() => throws.eval('input()')),
      mine,
    )
    throws.delete()
  })

  test('a Python thread reads a Node stream; the JavaScript thread is told that it cannot', async () => {
    const py = new Python({ context: true, stdin: Readable.from([Buffer.from('first\nsec'), 'ond\nthird']) })
    assert.match(thrown(() => py.eval('input()')).message, /^stdin is a Node stream/)
    py.exec(`
import threading
def read(done):
    lines = [input(), input(), input()]
    try: input()
    except EOFError: lines.append('the end')
    done(lines)
def start(done):
    global reader
    reader = threading.Thread(target=read, args=(done,))
    reader.start()
`)
    const alive = setInterval(() => undefined, 1000)
    const lines = await new Promise((done) => py.eval('start')(done))
    assert.deepEqual(lines, ['first', 'second', 'third', 'the end'])
    clearInterval(alive)
    py.exec('reader.join()')
    py.delete()
  })

  test('in a worker, and after it was terminated', async () => {
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads')
     const { Python } = require('python-ts')
     const py = new Python({ context: true, output: 'lines', stdout: (line) => parentPort.postMessage(line) })
     py.exec('print("from the worker"); import threading; t = threading.Thread(target=print, args=("its thread",)); t.start(); t.join(); print("rest", end="")')`,
      { eval: true },
    )
    const lines: string[] = []
    worker.on('message', (line) => lines.push(line))
    await once(worker, 'exit')
    assert.deepEqual(lines, ['from the worker', 'its thread', 'rest'])
  })

  const REFUSED: [options: object, message: string][] = [
    [{ stdout: 5 }, 'The option stdout of Python must be a function or a writable stream.'],
    [{ stderr: null }, 'The option stderr of Python must be a function or a writable stream.'],
    [{ stdin: {} }, 'The option stdin of Python must be a function or a readable stream.'],
    [{ output: 'words' }, "The option output of Python must be 'chunks' or 'lines'."],
  ]
  for (const [options, message] of REFUSED) {
    test(`refused: ${JSON.stringify(options)}`, () => {
      assert.throws(() => new Python(options as PythonOptions), { name: 'TypeError', message })
    })
  }
})
