/** Linear algebra: fits a line to measured points and solves a system of equations. */
import { kwargs, Python } from 'python-ts'

const py = new Python()
const np = py.import('numpy')

const x = [0, 1, 2, 3, 4, 5]
const y = [1.1, 2.9, 5.2, 7.1, 8.8, 11.1]
const [slope, intercept] = np.polyfit(x, y, 1)
console.log(`y = ${slope.toFixed(3)} x + ${intercept.toFixed(3)}`)

const solution = np.linalg.solve(
  [
    [3, 1],
    [1, 2],
  ],
  [9, 8],
)
console.log('solution:', solution.tolist())

// A live array stays in Python: nothing is copied until a value is asked for.
const noise = np.random.default_rng(42).normal(kwargs({ size: 1_000_000 }))
console.log(`a million numbers: mean ${noise.mean().toFixed(4)}, deviation ${noise.std().toFixed(4)}`)
