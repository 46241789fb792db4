import { SluiceError } from '../foundation/index.ts'
import { requireAttributePath } from './attribute-path.ts'

/** Prefer items unlike those above them. Plain data: equal rules have equal JSON. */
export interface DiversifyRule<Path extends string = string> {
  readonly kind: 'diversify'
  readonly by: Path
  readonly lambda: number
}

/**
 * Soft goal: each place goes to the item of maximal marginal relevance,
 * `lambda * relevance - (1 - lambda) * similarity to the most similar item above`.
 *
 * Relevance is the score on the scale of the page (see `pageRelevance`), similarity the Jaccard index of the values
 * of the attribute. It orders the page and never makes it shorter.
 *
 * @param options - `lambda` in [0, 1]: 1 keeps the scored order, 0 looks at the scores only to break ties
 * @throws SluiceError `INVALID_ARGUMENT` when `by` is no attribute path or `lambda` is out of range
 * @see Carbonell & Goldstein 1998, SIGIR '98, 335-336.
 */
export function diversify<const Path extends string>(options: { by: Path; lambda: number }): DiversifyRule<Path> {
  const { by, lambda } = options
  requireAttributePath('diversify', by)
  if (!(lambda >= 0 && lambda <= 1)) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `diversify(${by}): expected lambda in [0, 1], got ${lambda}; 1 is score alone, 0 is diversity alone`,
    )
  }
  return { kind: 'diversify', by, lambda }
}
