/** A Matplotlib figure as a PNG in a Buffer: to be sent, stored or shown, without a file in between. */
import { kwargs, Python } from 'python-ts'

const py = new Python()
py.import('matplotlib').use('Agg') // draws without a window
const pyplot = py.import('matplotlib.pyplot')
const { BytesIO } = py.import('io')

const png = draw('Sales in 2024', { Jan: 182, Feb: 164, Mar: 204, Apr: 251 })
console.log(`${png.length > 5000 ? 'drawn' : 'too small'}:`, png.subarray(0, 8))
console.log(`${png.readUInt32BE(16)} × ${png.readUInt32BE(20)} pixels`)

function draw(title, values) {
  const [figure, axes] = pyplot.subplots(kwargs({ figsize: [6, 4], dpi: 100 }))
  const bars = axes.bar(Object.keys(values), Object.values(values), kwargs({ color: '#0969da' }))
  axes.bar_label(bars)
  axes.set_title(title)
  const file = new BytesIO()
  figure.savefig(file, kwargs({ format: 'png' }))
  pyplot.close(figure)
  return file.getvalue() // bytes are a Buffer
}
