import { SluiceError } from '../foundation/index.ts'
import { requireAttributePath } from './attribute-path.ts'

/** At most so many items of each value of an attribute close together. Plain data: equal rules have equal JSON. */
export interface SlidingWindowRule<Path extends string = string> {
  readonly kind: 'slidingWindow'
  readonly by: Path
  readonly most: number
  readonly within: number
}

/**
 * Hard rule: of any `within` consecutive places at most `most` hold items that share a value of the attribute. An item
 * with several values counts for each of them; one without a value is never counted.
 *
 * @param options - `most`, a whole number of at least 1; `within`, a whole number above `most`
 * @throws SluiceError `INVALID_ARGUMENT` when `by` is no attribute path or a number is out of range
 */
export function slidingWindow<const Path extends string>(options: {
  by: Path
  most: number
  within: number
}): SlidingWindowRule<Path> {
  const { by, most, within } = options
  requireAttributePath('slidingWindow', by)
  if (!Number.isSafeInteger(most) || most < 1) throw invalid(by, 'most to be a whole number of at least 1', most)
  if (!Number.isSafeInteger(within) || within <= most) {
    throw invalid(by, `within to be a whole number above most, ${most}`, within)
  }
  return { kind: 'slidingWindow', by, most, within }
}

function invalid(by: string, expected: string, got: number): SluiceError {
  return new SluiceError(
    'INVALID_ARGUMENT',
    `slidingWindow(${by}): expected ${expected}, got ${got}; change the rule in the application`,
  )
}
