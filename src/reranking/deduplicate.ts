import { requireAttributePath } from './attribute-path.ts'

/** At most one item of each value of an attribute. Plain data: equal rules have equal JSON. */
export interface DeduplicateRule<Path extends string = string> {
  readonly kind: 'deduplicate'
  readonly by: Path
}

/**
 * Hard rule: no two items of the page share a value of the attribute; the first one placed stays.
 * An item without a value is unknown and equals nothing, another unknown included.
 *
 * @param by - attribute path; for titles the caller numbers `normaliseTitle(title)`
 * @throws SluiceError `INVALID_ARGUMENT` when `by` is no attribute path
 */
export function deduplicate<const Path extends string>(by: Path): DeduplicateRule<Path> {
  requireAttributePath('deduplicate', by)
  return { kind: 'deduplicate', by }
}
