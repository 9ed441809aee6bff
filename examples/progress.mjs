/** Python reports its progress to JavaScript, which can stop it by throwing. */
import { kwargs, Python } from 'python-ts'

class Cancelled extends Error {}

const py = new Python()
py.exec(`
def convert(files, on_progress):
    converted = []
    for done, file in enumerate(files, start=1):
        converted.append(file.removesuffix('.csv') + '.xlsx')
        on_progress(done, total=len(files))
    return converted
`)
const { convert } = py.import('__main__')
const files = ['january.csv', 'february.csv', 'march.csv', 'april.csv']

// Keyword arguments of Python arrive as a last argument, made by kwargs().
const bar = (done, { values: { total } }) =>
  console.log(`${'█'.repeat(done).padEnd(total, '░')} ${done} of ${total}`)
console.log(convert(files, kwargs({ on_progress: bar })))

try {
  convert(files, (done) => {
    if (done === 2) throw new Cancelled('The user pressed Escape.')
  })
} catch (error) {
  // The very object that was thrown, after it went through Python.
  console.log(error instanceof Cancelled, error.message)
}
