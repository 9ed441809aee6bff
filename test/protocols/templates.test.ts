/** Templates: py.eval`…` and py.exec`…`. */
import assert from 'node:assert/strict'
import { runScript } from '../support/child'
import { everywhere } from '../support/places'
import { thrown } from '../support/thrown'

everywhere(__filename, (py, test) => {
  py.exec('factor = 10\ndef raises(): raise KeyError("k")\n')
  py.eval`None`

  test('values arrive as arguments do, and as the very objects', () => {
    assert.deepEqual(py.eval`(${1}, ${'a'}, ${[1, { b: null }]}, ${2n ** 70n})`, [
      1,
      'a',
      [1, { b: null }],
      2n ** 70n,
    ])
    const object = py.eval('object()')
    assert.equal(py.eval`${object}`, object)
    assert.equal(py.eval`${object} is ${object}`, true)
    const shared = [1]
    assert.equal(py.eval`${shared} is ${shared}`, true)
    assert.equal(py.eval`${(n: number) => n + 1}(${1})`, 2)
  })

  test('on worker threads', async () => {
    assert.deepEqual(await py.eval_async`[${1}, ${'a'}] * ${2}`, [1, 'a', 1, 'a'])
    const list = py.list()
    await Promise.all([1, 2, 3].map((n) => py.exec_async`${list}.append(${n})`))
    assert.deepEqual([...list].sort(), [1, 2, 3])
    await assert.rejects(py.eval_async`${1} +`, { name: 'SyntaxError' })
    await assert.rejects(py.exec_async`\unicode`, { name: 'TypeError' })
  })

  test('no value ever is source text', () => {
    const evil = '__import__("os")._exit(3)'
    assert.equal(py.eval`${evil}`, evil)
    assert.equal(py.eval`f"{${evil}}"`, evil)
    assert.equal(py.eval`[${evil}][0] + ${'"; 1'}`, `${evil}"; 1`)
  })

  test('closures, comprehensions and lambdas see the values and __main__', () => {
    const list = [1, 2, 3]
    assert.deepEqual(py.eval`[x * ${2} * factor for x in ${list} if x > ${1}]`, [40, 60])
    assert.equal(py.eval`(lambda x: x + ${1} + factor)(${5})`, 16)
    assert.deepEqual(py.eval`sorted(${list}, key=lambda x: -x * ${1})`, [3, 2, 1])
    assert.equal(py.eval`sum(x for x in ${list})`, 6)
  })

  test('many lines, comments, and no values', () => {
    const text = 'abc'
    assert.equal(
      py.eval`
      ${text}
        .upper()   # so it is louder
        .lower() + ${'d'}
    `,
      'abcd',
    )
    assert.equal(py.eval`1 + 1`, 2)
  })

  test('exec assigns in __main__ and keeps the values', () => {
    const five = 5
    py.exec`
    total = ${five}
    import math as maths
    def later(x): return x + ${five} + total
    class Kept:
        value = ${'v'}
    for item in ${[1, 2]}:
        total += item
  `
    assert.deepEqual(py.eval('total, later(1), Kept.value, item, maths.floor(1.5)'), [8, 14, 'v', 2, 1])
    const list = py.list([1, 2, 3])
    py.exec`${list}[0] = ${'a'}; del ${list}[1:]`
    assert.deepEqual([...list], ['a'])
    py.exec``
    py.exec('del total, later, Kept, item, maths')
  })

  test('the result is by value, or live when asked for', () => {
    const list = py.live.eval`[${1}, 2]`
    assert.equal(py.isPyObject(list), true)
    list.append(3)
    assert.deepEqual([...list], [1, 2, 3])
  })

  const BROKEN: [title: string, run: () => unknown, line: number, text: string, offset: number][] = [
    ['in the middle', () => py.eval`${1} + * ${2}`, 1, `\${0} + * \${1}`, 8],
    [
      'behind ten values',
      () => py.eval`[${0},${1},${2},${3},${4},${5},${6},${7},${8},${9},${10} ${11}]`,
      1,
      '',
      0,
    ],
    ['on a later line', () => py.eval`${1} +\n  (${2} ]`, 2, `  (\${1} ]`, 9],
    ['on the first of many', () => py.eval`${1} + * 2 +\n 3`, 1, `\${0} + * 2 +`, 8],
    ['in a statement', () => py.exec`x = 1\nif ${1}:\npass`, 3, 'pass', 1],
  ]

  for (const [title, run, line, text, offset] of BROKEN) {
    test(`a SyntaxError points into the template: ${title}`, () => {
      const { value, name } = thrown(run)
      assert.match(name, /^(SyntaxError|IndentationError)$/)
      assert.equal(value.filename, '<template>')
      assert.equal(value.lineno, line)
      if (text !== '') assert.deepEqual([value.text.trimEnd(), value.offset], [text, offset])
    })
  }

  test('a traceback shows the template', () => {
    const { traceback } = thrown(() => py.eval`${1} + raises()`)
    assert.match(traceback, /File "<template \d+>", line 1/)
    assert.ok(traceback.includes(`\${0} + raises()`))
  })

  test('what is no template, and what no source can hold', () => {
    assert.throws(() => py.eval`a\0b`, TypeError)
    assert.throws(() => py.eval`\unicode`, { name: 'TypeError', message: /no invalid escape/ })
    assert.throws(() => py.eval(['1'] as never), {
      name: 'TypeError',
      message: /takes the expression as a string/,
    })
    assert.throws(() => py.exec`return 1`, { name: 'SyntaxError' })
    assert.throws(() => py.eval`x = 1`, { name: 'SyntaxError' })
    assert.throws(() => py.eval`) + (`, { name: 'SyntaxError' })
  })

  test('names like those of the values are no harm', () => {
    py.exec('_v0_ = "mine"')
    assert.deepEqual(py.eval`[_v0_, ${1}]`, ['mine', 1])
    py.exec('del _v0_')
  })

  test('thousands of templates, kept for a while each', () => {
    for (let i = 0; i < 3000; i++) {
      const parts = Object.assign([`${i} + `, ''], {
        raw: [`${i} + `, ''],
      }) as unknown as TemplateStringsArray
      assert.equal(py.eval(parts, 1), i + 1)
    }
    assert.ok(py.eval("sum(k.startswith('<template') for k in __import__('linecache').cache)") <= 2048)
  })

  test('they survive the end of Python, and a new start', async () => {
    const { code, stderr } = await runScript(`
    const add = (py, a, b) => py.eval\`\${a} + \${b}\`
    for (let i = 0; i < 3; i++) {
      const py = new Python()
      assert.equal(add(py, 1, i), 1 + i)
      const context = new Python({ context: true })
      assert.equal(add(context, 1, i), 1 + i)
      clib._destroy_python()
    }
  `)
    assert.deepEqual([code, stderr], [0, ''])
  })
})
