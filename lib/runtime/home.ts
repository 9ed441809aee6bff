import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * CPython ends the whole process when it cannot find its standard library, so a wrong PYTHONHOME must be met before it starts.
 *
 * @throws Error naming the folder, when PYTHONHOME is set to one without the standard library of `version` ('3.13').
 */
export function checkHome(version: string, home: string | undefined = process.env.PYTHONHOME): void {
  if (home === undefined || home === '') return
  const [prefix = ''] = home.split(delimiter)
  const places = [
    join(prefix, 'lib', `python${version}`, 'os.py'),
    join(prefix, 'lib64', `python${version}`, 'os.py'),
    join(prefix, 'Lib', 'os.py'),
    join(prefix, 'lib', `python${version.replace('.', '')}.zip`),
    join(prefix, `python${version.replace('.', '')}.zip`),
  ]
  if (places.some((place) => existsSync(place))) return
  throw new Error(
    `PYTHONHOME is ${prefix}, which has no standard library of Python ${version}: unset it, or set it to that of this Python.`,
  )
}
