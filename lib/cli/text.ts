import type { Addon, Report } from './doctor'
import type { Started } from './start'

/** The report as a person reads it. */
export function toText(report: Report): string {
  const sections = [
    python(report),
    ['Passed over', passedOver(report)],
    ['Node.js', [row('version', report.node), row('platform', `${report.platform}-${report.arch}`)]],
    ['Addons', report.addons.map(addon)],
    ['Started', started(report.start)],
  ] as [string, string[]][]
  const shown = sections.filter(([, rows]) => rows.length > 0)
  const text = shown.map(([title, rows]) => `${title}\n${rows.map(indent).join('\n')}\n`).join('\n')
  return `${text}\n${conclusion(report)}\n`
}

function python({ runtime, error }: Report): [string, string[]] {
  if (runtime === null) return ['Python', [error ?? '']]
  const { version, executable, library, prefix, venv, reason } = runtime
  const rows = [
    row('version', version),
    row('executable', executable),
    row('library', library),
    row('prefix', prefix),
  ]
  if (venv !== undefined) rows.push(row('venv', venv))
  return ['Python', [...rows, row('why', reason)]]
}

/** Without those that the error tells of. */
function passedOver({ candidates, error }: Report): string[] {
  return candidates
    .filter(({ verdict, reason }) => verdict === 'passed over' && !error?.includes(reason))
    .map(({ source, path, reason }) =>
      reason.includes(path) ? `${source}: ${reason}` : `${source}: ${path}: ${reason}`,
    )
}

function addon({ path, exists }: Addon): string {
  return row(exists ? 'found' : 'missing', path)
}

function started(start: Started | null): string[] {
  if (start === null) return []
  if (start.error !== undefined) return [start.error]
  return [
    row('version', start.version),
    row('prefix', start.prefix),
    row('executable', start.executable),
    ...start.sitePackages.map((folder) => row('packages', folder)),
  ]
}

function conclusion({ healthy, runtime, addons, start }: Report): string {
  if (runtime === null) return 'Not well: there is no Python to use.'
  if (addons.some(({ exists }) => !exists)) {
    return 'Not well: an addon is missing. Install python-ts again, or in its repository run `npm run build`.'
  }
  if (!healthy) return 'Not well: Python does not start.'
  return start === null ? 'All is well, as far as can be told without starting Python.' : 'All is well.'
}

function row(name: string, value: string): string {
  return `${name.padEnd(12)}${value.replaceAll('\n', ' ')}`
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ')
}
