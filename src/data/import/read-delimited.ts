import { DelimitedLines } from './delimited-lines.ts'
import { findFile } from './file-identity.ts'
import { type LineBlock, readBlocks } from './line-blocks.ts'
import { type DelimitedMapping, requireMapping } from './mapping.ts'

/**
 * The rows of a delimited file, compressed with gzip or not, as records by a mapping, in the order of the file and
 * without a log: for formats of which a row is not one event.
 *
 * @throws SluiceError `FILE_NOT_FOUND` or `FILE_UNREADABLE` for the file, `INVALID_ARGUMENT` for a wrong mapping or
 * columns that are not there
 * @remarks Memory for a piece of 256 KiB and its rows.
 */
export async function* readDelimited(
  path: string,
  mapping: DelimitedMapping,
): AsyncGenerator<LineBlock, void, undefined> {
  const accepted = requireMapping(mapping)
  const file = await findFile(path)
  yield* readBlocks(file, new DelimitedLines(file.name, accepted), { encoding: accepted.encoding, linesBefore: 0 })
}
