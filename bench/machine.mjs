/** What the numbers were measured on. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { root } from '../scripts/setup/paths.mjs'

const GOVERNOR = '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'

export function machineFacts({ executable }) {
  const processors = cpus()
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: commit(),
    processor: `${processors.length} × ${processors[0]?.model ?? process.arch}`,
    governor: existsSync(GOVERNOR) ? readFileSync(GOVERNOR, 'utf8').trim() : 'unknown',
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${release()}`,
    node: `${process.versions.node} (V8 ${process.versions.v8})`,
    python: execFileSync(executable, ['-c', 'import sys; print(sys.version)'], { encoding: 'utf8' }).trim(),
    load: loadavg()[0].toFixed(2),
  }
}

function commit() {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim()
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') ? ', with changes' : ''
    return git('rev-parse', '--short', 'HEAD') + changed
  } catch {
    return 'unknown'
  }
}
