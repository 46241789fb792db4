import { acceptWords } from './accept-words.ts'
import type { GraphOptions } from './query-graph.ts'
import type { TextQuery } from './text-query.ts'
import type { TextSnapshot } from './text-snapshot.ts'

/**
 * Which documents may be found by what a query requires, forbids and filters; undefined where all may.
 *
 * @param options - what required and quoted words may stand for
 * @throws SluiceError `UNKNOWN_FIELD` and `WRONG_TYPE` at a filter that cannot be
 * @remarks O(documents + postings of the words that are required, forbidden or quoted).
 */
export function acceptDocuments(
  snapshot: TextSnapshot,
  query: TextQuery,
  options: GraphOptions,
): Uint8Array | undefined {
  const { required, phrases, forbidden, filters } = query
  if (required.length + phrases.length + forbidden.length + filters.length === 0) return undefined
  const accept = snapshot.liveDocuments()
  for (const { field, filter } of filters) snapshot.narrow(accept, field, filter)
  acceptWords(snapshot, query, options, accept)
  return accept
}
