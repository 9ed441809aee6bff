/** `node bench/growth-trial.mjs DRIVER CURVE EFFORT SETTINGS`: the points of one curve, `[[size, nanoseconds], …]`, as JSON. */
import { writeSync } from 'node:fs'
import { curveNamed } from './curves.mjs'
import { inFlight } from './drivers/node.mjs'
import { effort, measure, measureAsync } from './measure.mjs'

const [name, curveName, level, settings] = process.argv.slice(2)
const curve = curveNamed(curveName)
const { open, operations, holder } = await import(`./drivers/${name}.mjs`)
const bridge = open(JSON.parse(settings))
const points = []
for (const size of curve.sizes) points.push([size, await pointAt(size)])
writeSync(1, `${JSON.stringify(points)}\n`)
process.exit()

function pointAt(size) {
  return curve.requests ? inFlightAt(size) : timeAt(size)
}

async function inFlightAt(size) {
  const request = operations['async-one'](bridge)
  return (await measureAsync(inFlight(size, request), 'dummy', effort[level])) / size
}

function timeAt(size) {
  const kept = curve.hold?.(holder(bridge), size)
  const input = curve.input?.(size)
  const operation = input === undefined ? operations.method(bridge) : operations.list(bridge, { input })
  const time = measure(operation, input ?? 'dummy', effort[level])
  for (const thing of kept ?? []) thing.delete?.()
  return curve.each ? time / size : time
}
