import type { Random } from '../foundation/index.ts'

/** Some of a set of rows, weighted so that each class keeps its weight. */
export interface RowSample {
  /** Ascending within a class. */
  readonly positions: Uint32Array
  /** Shape (positions.length,). */
  readonly weights: Float64Array
}

/**
 * At most `size` rows from each class (labels below one half, and the rest): one drawn from each of `size` equal
 * stretches, so that it cannot fall in step with a pattern of the rows as a fixed stride would. A rare class is kept
 * whole. All rows, with their own weights, when there are no more than twice `size`.
 */
export function balancedSample(labels: Float64Array, weights: Float64Array, size: number, random: Random): RowSample {
  const all = Uint32Array.from(labels.keys())
  if (all.length <= 2 * size) return { positions: all, weights }
  const classes = [all.filter((row) => labels[row]! < 0.5), all.filter((row) => !(labels[row]! < 0.5))]
  const parts = classes.map((rows) => {
    const positions = onePerStretch(rows, size, random)
    const factor = weightOf(rows, weights) / weightOf(positions, weights)
    return { positions, weights: Float64Array.from(positions, (row) => weights[row]! * factor) }
  })
  return {
    positions: Uint32Array.from(parts.flatMap((part) => [...part.positions])),
    weights: Float64Array.from(parts.flatMap((part) => [...part.weights])),
  }
}

function onePerStretch(rows: Uint32Array, size: number, random: Random): Uint32Array {
  if (rows.length <= size) return rows
  return Uint32Array.from({ length: size }, (_, stretch) => {
    const start = Math.floor((stretch * rows.length) / size)
    const end = Math.floor(((stretch + 1) * rows.length) / size)
    return rows[start + random.integer(end - start)]!
  })
}

function weightOf(rows: Uint32Array, weights: Float64Array): number {
  return rows.reduce((sum, row) => sum + weights[row]!, 0)
}
