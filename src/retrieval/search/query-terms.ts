import type { Analysis } from '../text/analysis.ts'
import { parseTextQuery } from '../text/text-query.ts'

/** Letters of a query that are read; what comes after them is not. */
export const LONGEST_QUERY = 1_000

/** Words of a query that the ranker is told of. */
const MOST_TERMS = 64

const AS_WRITTEN: ReadonlyMap<string, string> = new Map()

/**
 * The words of a query as the index has them, each once, in order.
 *
 * @param filterFields - of which `field:value` in a query is no word
 * @param meant - words that are read as others
 */
export function queryTerms(
  text: string,
  analysis: Analysis,
  filterFields: ReadonlySet<string>,
  meant = AS_WRITTEN,
): string[] {
  const words = parseTextQuery(text.slice(0, LONGEST_QUERY), filterFields)
    .runs.map((run) => run.text)
    .join(' ')
  const read = analysis.words(words).slice(0, MOST_TERMS)
  return [...new Set(read.flatMap((word) => analysis.termOf(meant.get(word) ?? word) ?? []))]
}
