import { SluiceError } from '../foundation/index.ts'
import { requireItems, requireWeights } from './interaction-rows.ts'
import type { ItemModel } from './item-model.ts'

/**
 * Checks the arguments of {@link ItemModel.scoreItems}.
 *
 * @throws SluiceError `SHAPE_MISMATCH` when `out` or `weights` has another length, `INVALID_ARGUMENT` at an item out of
 * range or a negative weight, `NOT_FINITE` at a weight that is NaN or infinite
 */
export function requireHistory(
  model: Pick<ItemModel, 'kind' | 'itemCount'>,
  history: Int32Array,
  weights: Float64Array | undefined,
  out?: Float64Array,
): void {
  if (out && out.length !== model.itemCount) {
    throw new SluiceError(
      'SHAPE_MISMATCH',
      `${model.kind}: expected room for ${model.itemCount} scores, got ${out.length}; give an array of that length`,
    )
  }
  requireItems(history, model.itemCount)
  if (weights) requireWeights(weights, history.length)
}

/**
 * The distinct items of a history with their largest weight, in the order of the last place where each stands: what
 * training makes of a user's row.
 */
export function distinctHistory(history: Int32Array, weights: Float64Array | undefined): Map<number, number> {
  const distinct = new Map<number, number>()
  history.forEach((item, place) => {
    const weight = Math.max(weights?.[place] ?? 1, distinct.get(item) ?? 0)
    distinct.delete(item)
    distinct.set(item, weight)
  })
  return distinct
}
