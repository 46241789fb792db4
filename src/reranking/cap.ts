import { SluiceError } from '../foundation/index.ts'
import { requireAttributePath } from './attribute-path.ts'

/** At most so many items of each value of an attribute. Plain data: equal rules have equal JSON. */
export interface CapRule<Path extends string = string> {
  readonly kind: 'cap'
  readonly by: Path
  readonly perPage: number
}

/**
 * Hard rule: at most `perPage` items of the page share a value of the attribute. An item with several values counts
 * for each of them; one without a value is never counted.
 *
 * @param options - `perPage`, a whole number, at least 1
 * @throws SluiceError `INVALID_ARGUMENT` when `by` is no attribute path or `perPage` is out of range
 */
export function cap<const Path extends string>(options: { by: Path; perPage: number }): CapRule<Path> {
  const { by, perPage } = options
  requireAttributePath('cap', by)
  if (!Number.isSafeInteger(perPage) || perPage < 1) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `cap(${by}): expected perPage to be a whole number of at least 1, got ${perPage}; filter the items instead to show none`,
    )
  }
  return { kind: 'cap', by, perPage }
}
