import { randomFrom } from '../../foundation/index.ts'

/**
 * Rows that stand for all: one from every of `size` equal stretches, ascending; all rows when they are no more.
 */
export function sampleRows(rowCount: number, size: number, seed: number): Int32Array {
  if (rowCount <= size) return Int32Array.from({ length: rowCount }, (_, row) => row)
  const random = randomFrom(seed, 'sampled rows')
  return Int32Array.from({ length: size }, (_, index) => {
    const from = Math.floor((rowCount * index) / size)
    const to = Math.floor((rowCount * (index + 1)) / size)
    return from + random.integer(to - from)
  })
}
