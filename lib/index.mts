/** The ES module face of the package: the same classes and functions as `require('python-ts')` gives. */

// All of it, by `*`: that lets users add to PythonModules.
export type * from './index.js'
export {
  CallOptions,
  callOptions,
  clib,
  Kwargs,
  kwargs,
  PoolItemError,
  PyBuffer,
  Python,
  PythonError,
  PythonPool,
} from './index.js'
