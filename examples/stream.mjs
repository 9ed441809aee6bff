/** An async generator of Python as a Node stream: what Python yields flows through pipeline(), as fast as it is read. */
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Python } from 'python-ts'

const py = new Python()
py.exec(`
import asyncio

async def measure(count, closed):
    try:
        for number in range(count):
            await asyncio.sleep(0.001)
            yield {'number': number, 'degrees': 20 + number % 4}
    finally:
        closed(number)
`)
const { measure } = py.import('__main__')
const tell = (number) => console.log(`Python closed the generator at ${number}`)

// All of it, through a pipeline with a back pressure of two.
const warm = new Transform({
  objectMode: true,
  transform({ number, degrees }, _, done) {
    done(null, degrees > 22 ? `${number}: ${degrees} °C\n` : undefined)
  },
})
const readings = Readable.from(measure(8, tell), { highWaterMark: 2 })
await pipeline(readings, warm, async (lines) => {
  for await (const line of lines) process.stdout.write(line)
})

// Or its beginning: who leaves early closes the generator in Python.
for await (const { number } of measure(1000, tell)) if (number === 3) break
