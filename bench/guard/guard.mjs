/**
 * `node bench/guard/guard.mjs [--record]`: counts the instructions of each guarded row and compares them with the recorded ones of the same
 * versions of Node, CPython and Rust. A row that takes over a fifth more fails. `--record` writes the counts down; do so when a change means to cost
 * more, or has made rows much cheaper.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { inRoot } from '../../scripts/setup/paths.mjs'
import { main } from '../../scripts/setup/process.mjs'
import { runtimeSettings } from '../settings.mjs'
import { countInstructions, versions } from './count.mjs'
import { comparison, lines } from './verdict.mjs'

const FILE = inRoot('bench', 'guard', 'counts.json')

main(() => {
  const settings = runtimeSettings()
  const key = versions(settings)
  const recorded = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {}
  const counts = countInstructions(settings)
  if (process.argv.includes('--record')) return record(recorded, key, counts)
  if (recorded[key] === undefined) return tellThatNothingIsGuarded(recorded, key, counts)
  return compare(recorded[key], key, counts)
})

function record(recorded, key, counts) {
  const all = Object.entries({ ...recorded, [key]: counts }).sort(([a], [b]) => a.localeCompare(b))
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`)
  print(counts, {})
  console.log(`guard: recorded for ${key}`)
  return 0
}

function tellThatNothingIsGuarded(recorded, key, counts) {
  print(counts, {})
  console.log(`\n*** guard: NOTHING IS GUARDED HERE: there are no counts for\n***   ${key}`)
  console.log('*** Counts are on record for:')
  for (const other of Object.keys(recorded)) console.log(`***   ${other}`)
  console.log('*** `npm run guard -- --record` adds those of this machine.\n')
  return 0
}

function compare(before, key, counts) {
  print(counts, before)
  const { grown, text } = comparison(before, counts)
  console.log(`guard: ${text}, for ${key}`)
  return grown.length ? 1 : 0
}

function print(counts, before) {
  for (const line of lines(counts, before)) console.log(line)
}
