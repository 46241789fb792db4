import type { TextSnapshot } from '../text-snapshot.ts'
import { combinedMask } from './document-mask.ts'
import {
  type DocumentFilter,
  type FieldFilter,
  FilterBudget,
  invalid,
  isCombined,
  isRecord,
  shown,
} from './field-filter.ts'

/** Filters by field, all of which must hold. */
export type FieldFilters = Readonly<Record<string, FieldFilter>>

/**
 * The filters as they were given, field by field.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when they are none
 */
export function filterEntries(what: string, filters: unknown): [string, FieldFilter][] {
  if (!isRecord(filters)) throw invalid(what, "filters by field such as { brand: 'Acme' }", shown(filters))
  return Object.entries(filters) as [string, FieldFilter][]
}

/**
 * The documents that a filter lets pass; those that are gone may be among them.
 *
 * @throws SluiceError `UNKNOWN_FIELD` at a field that does not filter, `WRONG_TYPE` and `OUT_OF_RANGE` at a filter that is
 * not for its kind, `INVALID_ARGUMENT` at one that makes no sense, `LIMIT_EXCEEDED` at too many or too deep ones
 * @remarks O(documents) for each test.
 */
export function documentsThatPass(
  snapshot: TextSnapshot,
  filter: DocumentFilter,
  budget = new FilterBudget(),
  depth = 0,
): Uint8Array {
  budget.spend('where', depth)
  if (isCombined<DocumentFilter>('where', filter)) {
    return combinedMask(filter, snapshot.documentCount, (one) => documentsThatPass(snapshot, one, budget, depth + 1))
  }
  if (!isRecord(filter) || !('filters' in filter) || Object.keys(filter).length > 1) {
    throw invalid('where', 'filters, not, all or any', shown(filter))
  }
  const passed = new Uint8Array(snapshot.documentCount).fill(1)
  for (const [field, test] of filterEntries('where, filters', filter.filters)) {
    budget.spend('where', depth)
    snapshot.narrow(passed, field, test)
  }
  return passed
}
