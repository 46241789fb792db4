import { isSluiceError } from '../../foundation/index.ts'
import type { SparseRows, TowerFeatures, TwoTower, TwoTowerExamples } from '../../models/index.ts'
import { buildVectorIndex, FLAT_BELOW } from '../vectors/build-vector-index.ts'

/** People whose searches say how many cells have to be read. */
const SAMPLED_PEOPLE = 400
const SEED = 1

/**
 * The cells in which the items of a fitted model are searched for, as bytes; undefined when there are so few that all are
 * read, or when cells find too little of the best. They belong to the model: whatever is described later goes to the
 * nearest of the same cells, so that a search hangs on the model and the descriptions alone.
 */
export function towerCells(model: TwoTower, { items, users }: TwoTowerExamples): Uint8Array | undefined {
  if (items.rowCount < FLAT_BELOW) return undefined
  const { dimensions } = model
  const vectors = vectorsOf(items, 1, dimensions, (features, out) => model.itemVector(features, out))
  const step = Math.max(1, Math.floor(users.rowCount / SAMPLED_PEOPLE))
  const queries = vectorsOf(users, step, dimensions, (features, out) => model.userVector(features, out))
  const options = { vectors, dimensions, queries, modelId: 'two-tower', seed: SEED, kind: 'inverted-lists' } as const
  try {
    return buildVectorIndex(options).saveCells()
  } catch (error) {
    if (isSluiceError(error, 'GATE_FAILED')) return undefined
    throw error
  }
}

/** The vectors of every so many rows, without those that are zero. */
function vectorsOf(
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
