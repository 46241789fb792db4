import { type Kernels, SluiceError } from '../../foundation/index.ts'

/** The kernels know it: 2 to the power of 10. */
const CHUNK_ROWS = 1024
const CHUNKS = 16_384
const UNUSED = 0

/** Vectors in single precision by item number, padded with zeros to a multiple of 16, in chunks that never move. */
export class VectorRows {
  readonly dimensions: number
  /** `dimensions`, padded. */
  readonly width: number
  /** The byte offset of every chunk, or 0, by its number. */
  readonly #offsets: Uint32Array
  readonly #chunks: (Float32Array | undefined)[] = []
  readonly #kernels: Kernels

  constructor(kernels: Kernels, dimensions: number) {
    this.dimensions = dimensions
    this.width = Math.ceil(dimensions / 16) * 16
    this.#kernels = kernels
    this.#offsets = kernels.arena.uint32s(CHUNKS)
  }

  /** Where the kernels find the table of chunks. */
  get table(): number {
    return this.#offsets.byteOffset
  }

  /** @throws SluiceError `INVALID_ARGUMENT` for a number that no item can have */
  write(item: number, vector: Float32Array): void {
    this.#chunk(item).set(vector, (item % CHUNK_ROWS) * this.width)
  }

  /** The vector of an item that was written; a view. */
  read(item: number): Float32Array {
    const start = (item % CHUNK_ROWS) * this.width
    return this.#chunk(item).subarray(start, start + this.dimensions)
  }

  /** The byte offset of an item's row that was written. */
  offsetOf(item: number): number {
    return this.#offsets[Math.floor(item / CHUNK_ROWS)]! + (item % CHUNK_ROWS) * this.width * 4
  }

  #chunk(item: number): Float32Array {
    if (!(Number.isSafeInteger(item) && item >= 0 && item < CHUNKS * CHUNK_ROWS)) throw notAnItem(item)
    const number = Math.floor(item / CHUNK_ROWS)
    const known = this.#chunks[number]
    if (known) return known
    const chunk = this.#kernels.arena.float32s(CHUNK_ROWS * this.width)
    if (this.#offsets[number] === UNUSED) this.#offsets[number] = chunk.byteOffset
    this.#chunks[number] = chunk
    return chunk
  }
}

function notAnItem(item: number): SluiceError {
  return new SluiceError(
    'INVALID_ARGUMENT',
    `vector index, item: expected a whole number from 0 to ${CHUNKS * CHUNK_ROWS - 1}, got ${item}; number items from 0`,
  )
}
