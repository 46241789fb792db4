import { requireAttributePath } from './attribute-path.ts'
import { requireSoftWeights } from './soft-weight.ts'

/** Prefer items that no mixture of those above them resembles. Plain data: equal rules have equal JSON. */
export interface DeterminantalRule<Path extends string = string> {
  readonly kind: 'determinantal'
  /** An attribute; the vectors of the items when absent. */
  readonly by?: Path
  readonly lambda: number
  readonly weight?: number
}

/**
 * Soft goal: a determinantal point process, maximised greedily. Each place goes to the item of the largest
 * `lambda * relevance + (1 - lambda) * log(variance)`, where the variance, in (0, 1], is what the items above leave of
 * it: the ratio of the determinants of the similarities with and without it. Unlike `diversify` it sees an item that
 * resembles several items a little as well as one that resembles a single item much.
 *
 * Similarity is `(1 + cosine) / 2` of the items' vectors (`RerankOptions.vectors`), or the Jaccard index of the values
 * of `by`; 0 for an item without either. A variance below 1e-6 counts as that. It orders the page and never makes it
 * shorter. Beside another soft goal the mean of their values counts, weighted by `weight`.
 *
 * @param options - `lambda` in [0, 1]: 1 keeps the scored order; `weight` above 0, 1 by default
 * @throws SluiceError `INVALID_ARGUMENT` when `by` is no attribute path or a number is out of range
 * @see Chen, Zhang & Zhou 2018, NeurIPS 31: fast greedy MAP inference for determinantal point processes.
 */
export function determinantal<const Path extends string = never>(options: {
  by?: Path | undefined
  lambda: number
  weight?: number | undefined
}): DeterminantalRule<Path> {
  const { by, lambda, weight } = options
  if (by !== undefined) requireAttributePath('determinantal', by)
  requireSoftWeights(`determinantal(${by ?? 'vectors'})`, lambda, weight)
  return {
    kind: 'determinantal',
    ...(by === undefined ? {} : { by }),
    lambda,
    ...(weight === undefined ? {} : { weight }),
  }
}
