import { existsSync, readFileSync } from 'node:fs'
import { SluiceError } from '../foundation/index.ts'

/**
 * The text of a file that an option names.
 *
 * @param what - the option, for the message
 * @throws SluiceError `FILE_NOT_FOUND`, or `FILE_UNREADABLE` when it is a folder or may not be read
 */
export function readInput(what: string, file: string): string {
  requireFile(what, file)
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const got = code === 'EISDIR' ? 'a folder' : String(code)
    throw new SluiceError('FILE_UNREADABLE', `${what}: expected to read ${file}, got ${got}; name another file`, {
      cause,
    })
  }
}

/** @throws SluiceError `FILE_NOT_FOUND` */
export function requireFile(what: string, file: string): void {
  if (existsSync(file)) return
  throw new SluiceError('FILE_NOT_FOUND', `${what}: expected a file, got none at ${file}; correct the path`)
}
