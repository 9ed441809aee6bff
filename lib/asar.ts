import { existsSync } from 'node:fs'

/** An archive of Electron's in a path: only the file functions of Electron's JavaScript see what is in it. */
const ARCHIVE = /\.asar(?=[\\/]|$)/

/** The path beside the archive, in `app.asar.unpacked`, of what a packaged application has unpacked there; any other path as it is. */
export function unpacked(path: string): string {
  const outside = path.replace(ARCHIVE, '.asar.unpacked')
  return existsSync(outside) ? outside : path
}

/** Whether a path leads into an archive, where neither the system nor Python can read. */
export function isPacked(path: string): boolean {
  return process.versions.electron !== undefined && ARCHIVE.test(path)
}
