/** What a Python exception is in JavaScript, and the other way round. */
import { Python, PythonError } from 'python-ts'

const py = new Python()
const json = py.import('json')

console.log(parse('{"ready": true}'))
console.log(parse('{"ready": tru}'))
showCause()
catchInPython()
surviveExit()

function parse(text) {
  try {
    return json.loads(text)
  } catch (error) {
    if (!(error instanceof PythonError) || error.pytype !== 'json.decoder.JSONDecodeError') throw error
    // `value` is the live exception, with the attributes of its class.
    return `line ${error.value.lineno}, column ${error.value.colno}: ${error.value.msg}`
  }
}

function showCause() {
  py.exec(`
def load(settings):
    try:
        return settings['port']
    except KeyError as error:
        raise RuntimeError('the settings are incomplete') from error
`)
  try {
    py.import('__main__').load({})
  } catch (error) {
    console.log(`${error.name}: ${error.message}, caused by ${error.cause.name}: ${error.cause.message}`)
  }
}

/** An Error that JavaScript throws is an exception for Python; `except Exception` catches it. */
function catchInPython() {
  py.exec(`
def attempt(action):
    try:
        return action()
    except Exception as error:
        return f'{type(error).__name__}: {error.name}: {error.message}'
`)
  const fail = () => {
    throw new RangeError('out of paper')
  }
  console.log(py.import('__main__').attempt(fail))
}

/** sys.exit() ends no Node process: it is an exception like any other. */
function surviveExit() {
  try {
    py.import('sys').exit(3)
  } catch (error) {
    console.log(`${error.name}, code ${error.value.code}`)
  }
}
