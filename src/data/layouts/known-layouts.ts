import { SluiceError } from '../../foundation/index.ts'
import type { Layout, LayoutFile } from './layout.ts'
import { MOVIELENS_1M } from './movielens-1m.ts'
import { MOVIELENS_100K } from './movielens-100k.ts'
import { MOVIELENS_LATEST } from './movielens-latest.ts'
import { MOVIELENS_TSV } from './movielens-tsv.ts'
import { MOVIETWEETINGS } from './movietweetings.ts'

const LAYOUTS: readonly Layout[] = [MOVIELENS_100K, MOVIELENS_1M, MOVIELENS_LATEST, MOVIELENS_TSV, MOVIETWEETINGS]

/** Names of the known layouts. */
export const LAYOUT_NAMES: readonly string[] = LAYOUTS.map(({ name }) => name)

/** @throws SluiceError `INVALID_ARGUMENT` naming the known layouts */
export function findLayout(name: string): Layout {
  const layout = LAYOUTS.find((candidate) => candidate.name === name)
  if (layout) return layout
  throw new SluiceError('INVALID_ARGUMENT', `format: expected ndjson or one of ${LAYOUT_NAMES.join(', ')}, got ${name}`)
}

/** @throws SluiceError `INVALID_ARGUMENT` naming the files of the layout */
export function layoutFile({ name, files }: Layout, fileName: string): LayoutFile {
  const found = files.find((candidate) => candidate.fileName === fileName.toLowerCase())
  if (found) return found
  const known = files.map((file) => file.fileName).join(', ')
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `${fileName}: expected a file of the layout ${name} (${known}, each also as .gz), got another name; leave it out or rename it`,
  )
}
