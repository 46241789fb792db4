import { SluiceError } from '../../foundation/index.ts'
import { acceptDocuments } from './accept-documents.ts'
import type { FieldFilter } from './field-values.ts'
import type { FoundDocuments } from './posting-search.ts'
import { explained, neighbourPairs, withProximity } from './proximity.ts'
import { readWord, type WordReading } from './read-word.ts'
import { type FeedbackOptions, type TermWeights, widenQuery } from './relevance-feedback.ts'
import { parseTextQuery, plainTextQuery } from './text-query.ts'
import type { ScorePart, TextSnapshot, WeightedTerms } from './text-snapshot.ts'

/** Words of a query that count; what comes after them is not looked for. */
const MOST_WORDS = 1024
const LARGEST_LIMIT = 1_000_000

export interface TextSearchOptions {
  /** At most so many documents; 10 when absent. */
  readonly limit?: number | undefined
  /** `signs`, the default, reads quotes, signs and filters in the query; `words` takes all of it for words. */
  readonly syntax?: 'signs' | 'words' | undefined
  /** Fields that filter, and what documents must have in them. */
  readonly filters?: Readonly<Record<string, FieldFilter>> | undefined
  /** Whether a word that is not known, or hardly, stands for those that may have been meant; true when absent. */
  readonly spelling?: boolean | undefined
  /** Whether words that stand together as in the query count more; true when absent. */
  readonly proximity?: boolean | undefined
  /** Widens the query by what its best documents say; absent: not. */
  readonly feedback?: FeedbackOptions | undefined
  /** Says of every document found how its score comes about. */
  readonly explain?: boolean | undefined
}

export interface TextHit {
  readonly id: string
  readonly score: number
  /** With `explain`: the parts whose sum is the score. */
  readonly parts?: readonly ScorePart[]
}

export interface TextAnswer {
  readonly hits: readonly TextHit[]
  /** Words that were looked for in the place of others, with how likely they were meant. */
  readonly corrections: readonly { readonly written: string; readonly meant: string; readonly confidence: number }[]
}

/**
 * The documents that answer a query best, best first; equal scores in the order in which documents were added. Stop
 * words, and words that are like none of the index, are left out; a query of nothing else finds nothing.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at a limit that is no whole number from 1 to a million, `UNKNOWN_FIELD` and
 * `WRONG_TYPE` at a filter that cannot be
 * @remarks As {@link TextSnapshot.best}, twice with feedback, and {@link withProximity}. Phrases, signs and filters cost
 * O(documents + their postings). The first 1,024 words count.
 */
export function searchText(snapshot: TextSnapshot, text: string, options: TextSearchOptions = {}): TextAnswer {
  const { limit = 10, syntax = 'signs', filters = {}, spelling = true, feedback, explain = false } = options
  requireLimit(limit)
  const query = syntax === 'words' ? plainTextQuery(text) : parseTextQuery(text, filterFields(snapshot))
  const asked = [...query.filters, ...Object.entries(filters).map(([field, filter]) => ({ field, filter }))]
  const accept = acceptDocuments(snapshot, { ...query, filters: asked }, spelling)
  const words = snapshot.analysis.words(query.words).slice(0, MOST_WORDS)
  const readings = words.map((word) => readWord(snapshot, word, spelling))
  const pairs =
    options.proximity === false
      ? []
      : neighbourPairs(
          snapshot,
          readings.flatMap(([best]) => best?.term ?? []),
        )
  const ranked = (weights: TermWeights, count: number): FoundDocuments => {
    const terms = weightedTerms(snapshot, weights)
    if (terms.terms.length === 0) return { documents: new Int32Array(), scores: new Float64Array() }
    if (pairs.length === 0) return snapshot.best(terms, count, accept)
    return withProximity(snapshot, pairs, (most) => snapshot.best(terms, most, accept), count)
  }
  let weights = sumReadings(readings)
  if (feedback) weights = widenQuery(snapshot, weights, ranked(weights, feedback.documents ?? 10), feedback)
  const found = ranked(weights, limit)
  const hits = Array.from(found.documents, (document, place) => ({
    id: snapshot.idOf(document),
    score: found.scores[place]!,
    ...(explain ? { parts: explained(snapshot, weightedTerms(snapshot, weights), pairs, document) } : {}),
  }))
  return { hits, corrections: correctionsOf(words, readings) }
}

function filterFields({ layout }: TextSnapshot): Set<string> {
  return new Set(Object.keys(layout.fields).filter((name) => layout.fields[name]!.kind !== 'text'))
}

/** How often each term is asked for. */
function sumReadings(readings: readonly (readonly WordReading[])[]): TermWeights {
  const counts = new Map<string, number>()
  for (const { term, weight } of readings.flat()) counts.set(term, (counts.get(term) ?? 0) + weight)
  return counts
}

function weightedTerms(snapshot: TextSnapshot, weights: TermWeights): WeightedTerms {
  const terms = [...weights.keys()]
  return { terms, weights: terms.map((term) => weights.get(term)! * snapshot.inverseFrequency(term)) }
}

function correctionsOf(
  words: readonly string[],
  readings: readonly (readonly WordReading[])[],
): TextAnswer['corrections'] {
  return words.flatMap((written, place) => {
    const best = readings[place]![0]
    if (best === undefined || best.word === written) return []
    return [{ written, meant: best.word, confidence: best.weight }]
  })
}

function requireLimit(limit: number): void {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= LARGEST_LIMIT) return
  throw new SluiceError('INVALID_ARGUMENT', `limit: expected a whole number from 1 to ${LARGEST_LIMIT}, got ${limit}`)
}
