import { crc32 } from 'node:zlib'

/*
 * A row of the subject index: which subjects the records of one batch name, little-endian.
 *
 *   byte  0        CRC-32 of all that follows, uint32
 *   byte  4        n hashes of subjects, rising, uint32 each
 *   byte  4 + 4n   the position in the batch of the record that names each, uint16 each
 */
const HEAD_BYTES = 4
const PAIR_BYTES = 6
/** Positions in a batch stay below this. */
export const MAX_POSITIONS = 65_536

/** Collects what the records of a batch name, and makes the row of it. */
export class SubjectRowBuilder {
  // A pair is one number, hash * 2^16 + position: 48 bits, which a double holds and a sort orders.
  #pairs = new Float64Array(1024)
  #count = 0

  add(hash: number, position: number): void {
    if (this.#count === this.#pairs.length) {
      const wider = new Float64Array(2 * this.#count)
      wider.set(this.#pairs)
      this.#pairs = wider
    }
    this.#pairs[this.#count++] = hash * MAX_POSITIONS + position
  }

  /** The row; the builder is empty again. O(n log n) in the pairs. */
  finish(): Buffer {
    const pairs = this.#pairs.subarray(0, this.#count).sort()
    const row = Buffer.allocUnsafe(HEAD_BYTES + PAIR_BYTES * pairs.length)
    const positions = HEAD_BYTES + 4 * pairs.length
    pairs.forEach((pair, index) => {
      const hash = Math.floor(pair / MAX_POSITIONS)
      row.writeUInt32LE(hash, HEAD_BYTES + 4 * index)
      row.writeUInt16LE(pair - hash * MAX_POSITIONS, positions + 2 * index)
    })
    row.writeUInt32LE(crc32(row.subarray(HEAD_BYTES)), 0)
    this.#count = 0
    return row
  }
}

/** Whether a row is as it was written; one that is not says nothing. */
export function isIntactRow(row: Buffer): boolean {
  if (row.length < HEAD_BYTES || (row.length - HEAD_BYTES) % PAIR_BYTES !== 0) return false
  return row.readUInt32LE(0) === crc32(row.subarray(HEAD_BYTES))
}

/** Positions of the records that name one of the subjects, rising. O(log n) a hash. */
export function searchRow(row: Buffer, hashes: readonly number[]): number[] {
  const count = (row.length - HEAD_BYTES) / PAIR_BYTES
  const found = new Set<number>()
  for (const hash of hashes) {
    for (let index = firstNotBelow(row, count, hash); index < count && hashAt(row, index) === hash; index++) {
      found.add(positionAt(row, count, index))
    }
  }
  return found.size === 0 ? [] : [...found].sort((a, b) => a - b)
}

/** The hashes of the subjects that each record of a batch names, by its position. */
export function hashesByPosition(row: Buffer, positions: number): number[][] {
  const count = (row.length - HEAD_BYTES) / PAIR_BYTES
  const hashes = Array.from({ length: positions }, (): number[] => [])
  for (let index = 0; index < count; index++) hashes[positionAt(row, count, index)]?.push(hashAt(row, index))
  return hashes
}

function firstNotBelow(row: Buffer, count: number, hash: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (hashAt(row, middle) < hash) low = middle + 1
    else high = middle
  }
  return low
}

function hashAt(row: Buffer, index: number): number {
  return row.readUInt32LE(HEAD_BYTES + 4 * index)
}

function positionAt(row: Buffer, count: number, index: number): number {
  return row.readUInt16LE(HEAD_BYTES + 4 * count + 2 * index)
}
