import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { SluiceError } from '../../foundation/index.ts'

/** A line of a text file that is not blank; lines are numbered from 1. */
export interface NumberedLine {
  readonly text: string
  readonly number: number
}

/**
 * The lines of a text file, unpacked when its name ends in `.gz`.
 *
 * @throws SluiceError `FILE_NOT_FOUND`, or `FILE_UNREADABLE` when it cannot be read or unpacked
 */
export async function readLines(file: string): Promise<NumberedLine[]> {
  const text = (await readUnpacked(file)).toString('utf8')
  return text
    .split('\n')
    .map((line, index) => ({ text: line.replace(/\r$/, ''), number: index + 1 }))
    .filter((line) => line.text.trim() !== '')
}

/** A line that does not have the shape that its file should have. */
export function malformedRow(file: string, line: number, expected: string, got: string): SluiceError {
  return new SluiceError('MALFORMED_ROW', `${file} line ${line}: expected ${expected}, got ${got}; correct the line`, {
    details: { file, line },
  })
}

async function readUnpacked(file: string): Promise<Buffer> {
  try {
    const bytes = await readFile(file)
    return file.endsWith('.gz') ? await promisify(gunzip)(bytes) : bytes
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT') {
      throw new SluiceError('FILE_NOT_FOUND', `${file}: expected a file, got none; check the path`, { cause })
    }
    throw new SluiceError('FILE_UNREADABLE', `${file}: expected to read it, got ${String(code ?? cause)}`, { cause })
  }
}
