import type { RowModel } from '../models/index.ts'

/**
 * Whether the model is there and gave every row a finite score.
 *
 * @param scores - shape (count,), overwritten
 */
export function scoresAll(
  model: RowModel | undefined,
  rows: Float64Array,
  count: number,
  scores: Float64Array,
): boolean {
  if (model === undefined) return false
  try {
    model.scoreRows(rows, count, scores)
  } catch {
    return false
  }
  for (let row = 0; row < count; row++) if (!Number.isFinite(scores[row])) return false
  return true
}
