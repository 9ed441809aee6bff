/** What python-ts does for the rows of arrays: each gives the last number, as a proof that it was there. */
import { doubles } from './inputs.mjs'

export const arrayOperations = {
  array: (py) => () => using(py, py.ndarray(doubles()), (array) => released(py.buffer(array))),
  'array-there': (py) => () => using(py, py.ndarray(doubles()), (array) => array.item(-1)),
  'array-back': (py) => {
    const array = py.ndarray(doubles())
    return () => released(py.buffer(array))
  },
  'array-copied': (py) => {
    const array = py.ndarray(doubles())
    return () => released(py.buffer(array, { copy: true }))
  },
  'array-shared': (py) => {
    const shared = new Float64Array(new SharedArrayBuffer(doubles().byteLength))
    shared.set(doubles())
    const last = lastOf(py)
    return () => using(py, py.shared(shared), last)
  },
  'array-argument': (py) => {
    const last = lastOf(py)
    return () => last(doubles())
  },
  'array-result': (py) => {
    const array = py.ndarray(doubles())
    const offset = 8 * (doubles().length - 1)
    return () => array.tobytes().readDoubleLE(offset)
  },
}

const lastOf = (py) => py.import('operator').itemgetter(-1)

function using(py, object, use) {
  const result = use(object)
  py.gc(object)
  return result
}

function released(buffer) {
  const result = buffer.data.at(-1)
  buffer.release()
  return result
}
