import type { SparseRows, TowerFeatures } from '../../models/index.ts'

/** The vectors of every so many rows, without those that are zero. */
export function vectorsOf(
  rows: SparseRows,
  step: number,
  dimensions: number,
  write: (features: TowerFeatures, out: Float32Array) => void,
): Float32Array {
  const vectors = new Float32Array(Math.ceil(rows.rowCount / step) * dimensions)
  let count = 0
  for (let row = 0; row < rows.rowCount; row += step) {
    const [from, to] = [rows.starts[row]!, rows.starts[row + 1]!]
    const out = vectors.subarray(count * dimensions, (count + 1) * dimensions)
    write({ indices: rows.indices.subarray(from, to), values: rows.values.subarray(from, to) }, out)
    if (out.some((value) => value !== 0)) count++
  }
  return vectors.subarray(0, count * dimensions)
}
