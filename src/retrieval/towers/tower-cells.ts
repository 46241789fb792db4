import { isSluiceError } from '../../foundation/index.ts'
import type { TwoTower, TwoTowerExamples } from '../../models/index.ts'
import { buildVectorIndex, FLAT_BELOW } from '../vectors/build-vector-index.ts'
import { vectorsOf } from './vectors-of-rows.ts'

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
