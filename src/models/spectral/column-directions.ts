import { type SparseRows, transpose } from '../interaction-rows.ts'
import { type LeadingSubspace, leadingSubspace, multiplyBlock } from './leading-subspace.ts'

/** Directions with a smaller share of the largest eigenvalue are left out: there is nothing in them. */
const NOISE = 1e-10

/**
 * The leading eigenvectors of X' X over the columns of X, by way of its smaller side: the right singular vectors of the
 * truncated singular value decomposition, with the squares of the singular values.
 *
 * @param rows - X, shape (n, m)
 * @param wanted - how many, at least 1
 * @returns vectors of shape (m * count,), row-major
 * @remarks O(iterations * (entries * k + min(n, m) * k^2 + k^3)), k = wanted + 8. Deterministic.
 * @see Halko, Martinsson and Tropp 2011, SIAM Review 53(2).
 */
export function columnDirections(
  rows: SparseRows,
  options: { readonly wanted: number; readonly iterations: number; readonly seed: number },
): LeadingSubspace {
  const columns = transpose(rows)
  if (columns.rowCount <= rows.rowCount) return leadingSubspace(columns, rows, options)
  const { values, vectors, count } = leadingSubspace(rows, columns, options)
  const spread = multiplyBlock(columns, vectors, count)
  const roots = values.map((value) => (value > NOISE * values[0]! ? Math.sqrt(value) : Number.POSITIVE_INFINITY))
  return { values, vectors: spread.map((value, place) => value / roots[place % count]!), count }
}
