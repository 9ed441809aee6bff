/** Values of NumPy and pandas, whose extension modules refuse contexts. */
import assert from 'node:assert/strict'
import { everywhereButInContexts } from '../support/places'

everywhereButInContexts(__filename, (py, test) => {
  py.exec('import enum, numpy as np, pandas as pd\nclass Color(enum.Enum): RED = 1')
  py.toJS(py.eval('np.array(5)'))

  const VALUES: [code: string, value: unknown][] = [
    [
      'np.array([[1, 2], [3, 4]])',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['np.array(5)', 5],
    ['np.array([None, Color.RED], dtype=object)', [null, 1]],
    ['pd.Series([1, 2])', [1, 2]],
    [
      "pd.DataFrame({'a': [1, 2], 'b': ['x', None]}, dtype=object)",
      [
        { a: 1, b: 'x' },
        { a: 2, b: null },
      ],
    ],
    ["pd.Timestamp('2024-01-01', tz='UTC')", new Date('2024-01-01T00:00:00Z')],
    ['pd.NaT', null],
  ]

  test('toJS', () => {
    for (const [code, value] of VALUES) {
      assert.deepStrictEqual(py.toJS(py.eval(code)), value, code)
      assert.deepStrictEqual(py.toJS(py.live.eval(code)), value, `live ${code}`)
    }
  })

  test('JavaScript’s operators', () => {
    const make = (code: string) => py.eval(code)
    assert.deepEqual([make('np.array(2.5)') * 2, make('np.longdouble(0.5)') + 1], [5, 1.5])
    assert.equal(make('np.array(2 ** 62 + 1)') > 2n ** 62n, true)
    assert.equal(make("pd.Timestamp('2024-01-01')") > make("pd.Timestamp('2023-01-01')"), true)
    assert.equal(Number.isNaN(+py.live.eval('pd.NaT')), true)
    for (const code of [
      "np.longdouble('0.1')",
      "pd.Timestamp('2024-01-01 00:00:00.000000001')",
      'np.array([1, 2])',
    ]) {
      const object = make(code)
      assert.throws(() => object < 1, { pytype: 'TypeError' }, code)
      assert.equal(typeof object.valueOf(), 'object', code)
    }
  })

  test('items, slices and templates', () => {
    const grid = py.eval`np.arange(20).reshape(4, 5)`
    assert.deepEqual(py.toJS(py.getitem(grid, py.slice('1:3, ::2'))), [
      [5, 7, 9],
      [10, 12, 14],
    ])
    py.setitem(grid, py.op(grid, '>', 2), 0)
    assert.equal(py.int(grid.sum()), 3)
    const frame = py.eval`pd.DataFrame({'C': [1, 2, 3], 'D': list('abc')})`
    assert.deepEqual(py.toJS(py.eval`${frame}[${frame}['C'] <= ${2}]`), [
      { C: 1, D: 'a' },
      { C: 2, D: 'b' },
    ])
    py.exec`${frame}['E'] = ${frame}['C'] * ${10}`
    assert.deepEqual(py.toJS(py.getitem(frame, 'E')), [10, 20, 30])
  })

  test('a converter for DataFrames, by rows', () => {
    const toJS = (frame: unknown) => py.call(frame, 'to_dict', ['records'])
    const remove = py.registerConverter({ python: 'pandas.DataFrame', toJS })
    try {
      assert.deepEqual(py.eval("{'frame': pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']})}"), {
        frame: [
          { a: 1, b: 'x' },
          { a: 2, b: 'y' },
        ],
      })
      const frame = py.live.eval("pd.DataFrame({'a': [1]})")
      assert.equal(py.isPyObject(frame), true)
      assert.deepEqual(frame.copy(), [{ a: 1 }])
    } finally {
      remove()
    }
  })
})
