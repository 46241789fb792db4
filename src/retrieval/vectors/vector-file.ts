import { createHash } from 'node:crypto'
import { SluiceError } from '../../foundation/index.ts'
import type { BuildReport } from './build-report.ts'
import type { CellCentres } from './cell-centres.ts'

const MAGIC = 'sluice-vectors\n\n'
const VERSION = 1
/** The checksum of all that follows it, in hexadecimal, comes after magic and version. */
const CHECKSUM_AT = 24
const HEADER_AT = 88

/** What an index is made of; see {@link CellCentres} and {@link BuildReport}. */
export interface VectorFile {
  readonly modelId: string
  readonly dimensions: number
  readonly report: BuildReport
  /** Ascending, and the cell of each. */
  readonly items: Int32Array
  readonly cells: Int32Array
  readonly centres?: CellCentres
  /** The vector of an item, shape (dimensions,). */
  readonly row: (item: number) => Float32Array
}

interface Header extends BuildReport {
  readonly modelId: string
  readonly dimensions: number
  readonly size: number
  readonly cellCount: number
  readonly scale: number
}

/** SHA-256 by Node, because an index is hundreds of megabytes and ours takes nine times as long. */
function checksumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Magic, version, checksum, length of the header, header in JSON; then items, cells, centres and rows as they are. */
export function writeVectorFile(file: VectorFile): Uint8Array {
  const { modelId, dimensions, report, items, cells, centres } = file
  const cellCount = centres ? centres.means.length / paddedWidth(dimensions) : 0
  const header: Header = { ...report, modelId, dimensions, size: items.length, cellCount, scale: centres?.scale ?? 0 }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const layout = layoutOf(header, text.length)
  const bytes = new Uint8Array(layout.end)
  const view = new DataView(bytes.buffer)
  bytes.set(new TextEncoder().encode(MAGIC))
  view.setUint32(16, VERSION, true)
  view.setUint32(HEADER_AT, text.length, true)
  bytes.set(text, HEADER_AT + 4)
  new Int32Array(bytes.buffer, layout.items, items.length).set(items)
  new Int32Array(bytes.buffer, layout.cells, cells.length).set(cells)
  if (centres) {
    new Int16Array(bytes.buffer, layout.places, centres.places.length).set(centres.places)
    new Float32Array(bytes.buffer, layout.means, centres.means.length).set(centres.means)
    new Float32Array(bytes.buffer, layout.spreads, cellCount).set(centres.spreads)
  }
  const rows = new Float32Array(bytes.buffer, layout.rows, items.length * dimensions)
  items.forEach((item, index) => {
    rows.set(file.row(item), index * dimensions)
  })
  bytes.set(new TextEncoder().encode(checksumOf(bytes.subarray(HEADER_AT))), CHECKSUM_AT)
  return bytes
}

/**
 * Opens what {@link writeVectorFile} wrote; arrays are views of the bytes when these lie on a multiple of 8.
 *
 * @throws SluiceError `MODEL_CORRUPT` for other or damaged bytes, `MODEL_MISMATCH` for a layout of another version
 */
export function openVectorFile(given: Uint8Array): VectorFile {
  const bytes = given.byteOffset % 8 === 0 ? given : Uint8Array.from(given)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < HEADER_AT + 4 || textOf(bytes, 0, MAGIC.length) !== MAGIC) throw corrupt('other bytes')
  const version = view.getUint32(16, true)
  if (version !== VERSION) {
    throw new SluiceError(
      'MODEL_MISMATCH',
      `vector index: expected a layout of version ${VERSION}, got ${version}; update Sluice or build it again`,
    )
  }
  if (checksumOf(bytes.subarray(HEADER_AT)) !== textOf(bytes, CHECKSUM_AT, HEADER_AT)) throw corrupt('a wrong checksum')
  const headerLength = view.getUint32(HEADER_AT, true)
  const header = JSON.parse(textOf(bytes, HEADER_AT + 4, HEADER_AT + 4 + headerLength)) as Header
  const { modelId, dimensions, size, cellCount, scale, probes, recall, built, changes } = header
  const layout = layoutOf(header, headerLength)
  const { buffer, byteOffset } = bytes
  const centreLength = cellCount * paddedWidth(dimensions)
  const items = new Int32Array(buffer, byteOffset + layout.items, size)
  const rows = new Float32Array(buffer, byteOffset + layout.rows, size * dimensions)
  const indexOf = new Map<number, number>()
  items.forEach((item, index) => {
    indexOf.set(item, index)
  })
  return {
    ...{ modelId, dimensions, items, report: { probes, recall, built, changes } },
    cells: new Int32Array(buffer, byteOffset + layout.cells, size),
    row(item) {
      const start = (indexOf.get(item) ?? 0) * dimensions
      return rows.subarray(start, start + dimensions)
    },
    ...(cellCount === 0
      ? {}
      : {
          centres: {
            scale,
            places: new Int16Array(buffer, byteOffset + layout.places, centreLength),
            means: new Float32Array(buffer, byteOffset + layout.means, centreLength),
            spreads: new Float32Array(buffer, byteOffset + layout.spreads, cellCount),
          },
        }),
  }
}

function layoutOf({ size, cellCount, dimensions }: Header, headerLength: number) {
  const centreLength = cellCount * paddedWidth(dimensions)
  const items = Math.ceil((HEADER_AT + 4 + headerLength) / 8) * 8
  const cells = items + 4 * size
  const means = cells + 4 * size
  const spreads = means + 4 * centreLength
  const rows = spreads + 4 * cellCount
  const places = rows + 4 * size * dimensions
  return { items, cells, means, spreads, rows, places, end: places + 2 * centreLength }
}

function paddedWidth(dimensions: number): number {
  return Math.ceil(dimensions / 16) * 16
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder().decode(bytes.subarray(from, to))
}

function corrupt(got: string): SluiceError {
  return new SluiceError(
    'MODEL_CORRUPT',
    `vector index: expected a saved index, got ${got}; restore it or build it again`,
  )
}
