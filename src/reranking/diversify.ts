import { requireAttributePath } from './attribute-path.ts'
import { requireSoftWeights } from './soft-weight.ts'

/** Prefer items unlike those above them. Plain data: equal rules have equal JSON. */
export interface DiversifyRule<Path extends string = string> {
  readonly kind: 'diversify'
  readonly by: Path
  readonly lambda: number
  readonly weight?: number
}

/**
 * Soft goal: each place goes to the item of maximal marginal relevance,
 * `lambda * relevance - (1 - lambda) * similarity to the most similar item above`.
 *
 * Relevance is the score on the scale of the page (see `pageRelevance`), similarity the Jaccard index of the values
 * of the attribute. It orders the page and never makes it shorter. Beside another soft goal the mean of their values
 * counts, weighted by `weight`.
 *
 * @param options - `lambda` in [0, 1]: 1 keeps the scored order, 0 looks at the scores only to break ties; `weight`
 *   above 0, 1 by default
 * @throws SluiceError `INVALID_ARGUMENT` when `by` is no attribute path or a number is out of range
 * @see Carbonell & Goldstein 1998, SIGIR '98, 335-336.
 */
export function diversify<const Path extends string>(options: {
  by: Path
  lambda: number
  weight?: number | undefined
}): DiversifyRule<Path> {
  const { by, lambda, weight } = options
  requireAttributePath('diversify', by)
  requireSoftWeights(`diversify(${by})`, lambda, weight)
  return { kind: 'diversify', by, lambda, ...(weight === undefined ? {} : { weight }) }
}
