import type { SparseRows, TowerFeatures } from '../../models/index.ts'

/** Rows of features one after the other. */
export function packFeatures(rows: readonly TowerFeatures[], featureCount: number): SparseRows {
  const starts = new Uint32Array(rows.length + 1)
  rows.forEach(({ indices }, row) => {
    starts[row + 1] = starts[row]! + indices.length
  })
  const indices = new Uint32Array(starts[rows.length]!)
  const values = new Float64Array(indices.length)
  rows.forEach((features, row) => {
    indices.set(features.indices, starts[row]!)
    values.set(features.values, starts[row]!)
  })
  return { rowCount: rows.length, featureCount, starts, indices, values }
}
