/** How the cost grows: every curve is an operation and the sizes it is measured at. */
import { nested } from './inputs.mjs'

const TENS = [1, 10, 100, 1000, 1e4, 1e5, 1e6]

/**
 * `input(size)` goes to Python and comes back, by the driver's `echo`; `hold(bridge, size)` makes so much of something first, and what is then
 * measured is the driver's method row; of `requests` so many are in flight. `each`: the time is divided by the size.
 */
export const curves = [
  {
    name: 'elements',
    title: 'A list of ints, there and back: time of one element',
    xTitle: 'elements',
    sizes: TENS,
    each: true,
    input: (size) => Array.from({ length: size }, (_, index) => index),
  },
  {
    name: 'keys',
    title: 'A dict, there and back: time of one key',
    xTitle: 'keys',
    sizes: TENS.slice(0, -1),
    each: true,
    input: (size) => Object.fromEntries(Array.from({ length: size }, (_, index) => [`key ${index}`, index])),
  },
  {
    name: 'depth',
    title: 'Nested dicts, there and back: time of one level',
    xTitle: 'levels',
    sizes: [1, 10, 100, 1000],
    each: true,
    input: nested,
  },
  {
    name: 'text',
    title: 'A str of ASCII, there and back',
    xTitle: 'characters',
    sizes: TENS,
    input: (size) => 'python-ts '.repeat(Math.ceil(size / 10)).slice(0, size),
  },
  {
    name: 'in-flight',
    title: 'Asynchronous calls at once: time of one',
    xTitle: 'calls in flight',
    sizes: TENS.slice(0, -1),
    each: true,
    requests: true,
  },
  {
    name: 'objects',
    title: 'A method call, while JavaScript holds live objects',
    xTitle: 'live objects',
    sizes: TENS,
    drivers: ['python-ts'],
    hold: ({ py, rows }, size) => {
      py.clear()
      const object = rows()
      return Array.from({ length: size }, () => object.make())
    },
  },
  {
    name: 'contexts',
    title: 'A method call, while there are contexts',
    xTitle: 'contexts',
    sizes: [1, 3, 10, 30, 100],
    drivers: ['python-ts'],
    hold: ({ another }, size) => Array.from({ length: size }, another),
  },
]

export const curveNamed = (name) => curves.find((curve) => curve.name === name)
