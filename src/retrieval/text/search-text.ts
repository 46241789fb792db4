import { SluiceError } from '../../foundation/index.ts'
import { acceptDocuments } from './accept-documents.ts'
import { type Correction, correctionsOf, didYouMean, type Suggestion } from './did-you-mean.ts'
import type { FieldFilter } from './field-values.ts'
import { explainedWays, type GraphPostings } from './graph-postings.ts'
import { type AskedWords, knownWords } from './guess-words.ts'
import type { FoundDocuments } from './posting-search.ts'
import { explained, withProximity } from './proximity.ts'
import { type FeedbackOptions, widenQuery } from './relevance-feedback.ts'
import type { Synonyms } from './synonyms.ts'
import { parseTextQuery, plainTextQuery } from './text-query.ts'
import type { ScorePart, TextSnapshot, WeightedTerms } from './text-snapshot.ts'
import { MOST_WORDS, type UnderstoodQuery, understandQuery } from './understand-query.ts'

const LARGEST_LIMIT = 1_000_000

export interface TextSearchOptions {
  /** At most so many documents; 10 when absent. */
  readonly limit?: number | undefined
  /** `signs`, the default, reads quotes, signs and filters in the query; `words` takes all of it for words. */
  readonly syntax?: 'signs' | 'words' | undefined
  /** Fields that filter, and what documents must have in them. */
  readonly filters?: Readonly<Record<string, FieldFilter>> | undefined
  /**
   * Whether a word that is not known, or hardly, stands for those that may have been meant; true when absent. Words that
   * people asked for make better guesses.
   */
  readonly spelling?: boolean | { readonly asked: AskedWords } | undefined
  /** Expressions that stand for others; absent: none. */
  readonly synonyms?: Synonyms | undefined
  /** Whether the last word of a query that does not end in a space may be the beginning of one; false when absent. */
  readonly prefix?: boolean | undefined
  /** Whether words may be split and joined, as `runningshoes` and `note book`; true when absent. */
  readonly compounds?: boolean | undefined
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
  readonly corrections: readonly Correction[]
  /** The query with its corrections; absent where there are none. */
  readonly didYouMean?: Suggestion
}

const NOTHING: FoundDocuments = { documents: new Int32Array(), scores: new Float64Array() }

/**
 * The documents that answer a query best, best first; equal scores in the order in which documents were added. Stop
 * words, and words that are like none of the index, are left out; a query of nothing else finds nothing.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at a limit that is no whole number from 1 to a million, `UNKNOWN_FIELD` and
 * `WRONG_TYPE` at a filter that cannot be
 * @remarks As {@link TextSnapshot.best}, twice with feedback, and {@link withProximity}. Phrases, signs and filters cost
 * O(documents + their postings), words with alternatives O(postings of these). The first 1,024 words count.
 */
export function searchText(snapshot: TextSnapshot, text: string, options: TextSearchOptions = {}): TextAnswer {
  const { limit = 10, syntax = 'signs', filters = {}, spelling = true, feedback, explain = false } = options
  requireLimit(limit)
  const query = syntax === 'words' ? plainTextQuery(text) : parseTextQuery(text, filterFields(snapshot))
  const reading = {
    known: spelling === false ? undefined : knownWords(snapshot, spelling === true ? undefined : spelling.asked),
    synonyms: options.synonyms,
    compounds: options.compounds ?? true,
    openEnd: options.prefix === true && query.openEnd,
    proximity: options.proximity ?? true,
  }
  const asked = [...query.filters, ...Object.entries(filters).map(([field, filter]) => ({ field, filter }))]
  const accept = acceptDocuments(snapshot, { ...query, filters: asked }, reading)
  const words = query.runs.flatMap((run) => snapshot.analysis.words(run.text)).slice(0, MOST_WORDS)
  const understood = understandQuery(snapshot, words, reading)
  const ranking = new Ranking(snapshot, understood, accept)
  if (feedback) ranking.widen(feedback)
  const found = ranking.best(limit)
  const hits = Array.from(found.documents, (document, place) => ({
    id: snapshot.idOf(document),
    score: found.scores[place]!,
    ...(explain ? { parts: ranking.explain(document) } : {}),
  }))
  const corrections = correctionsOf(understood.graph)
  const suggestion = didYouMean(snapshot.analysis, text, corrections)
  return { hits, corrections, ...(suggestion ? { didYouMean: suggestion } : {}) }
}

/** Ranks the documents of a snapshot for one query. */
class Ranking {
  readonly #snapshot: TextSnapshot
  readonly #query: UnderstoodQuery
  readonly #accept: Uint8Array | undefined
  #postings: GraphPostings

  constructor(snapshot: TextSnapshot, query: UnderstoodQuery, accept: Uint8Array | undefined) {
    this.#snapshot = snapshot
    this.#query = query
    this.#accept = accept
    this.#postings = query.postings
  }

  widen(feedback: FeedbackOptions): void {
    const found = this.best(feedback.documents ?? 10)
    this.#postings = widenQuery(this.#snapshot, this.#postings, found, feedback)
  }

  best(limit: number): FoundDocuments {
    const terms = this.#weighted()
    if (terms.terms.length === 0 && terms.lists?.length === 0) return NOTHING
    const { pairs } = this.#query
    const alone = (most: number): FoundDocuments => this.#snapshot.best(terms, most, this.#accept)
    return pairs.length === 0 ? alone(limit) : withProximity(this.#snapshot, pairs, alone, limit)
  }

  explain(document: number): ScorePart[] {
    const parts = explained(this.#snapshot, this.#weighted(), this.#query.pairs, document)
    return explainedWays(this.#snapshot, this.#postings.alternatives, document, parts)
  }

  #weighted(): WeightedTerms {
    const { terms: asked, alternatives } = this.#postings
    const terms = [...asked.keys()]
    const weights = terms.map((term) => asked.get(term)! * this.#snapshot.inverseFrequency(term))
    return { terms, weights, lists: alternatives }
  }
}

function filterFields({ layout }: TextSnapshot): Set<string> {
  return new Set(Object.keys(layout.fields).filter((name) => layout.fields[name]!.kind !== 'text'))
}

function requireLimit(limit: number): void {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= LARGEST_LIMIT) return
  throw new SluiceError('INVALID_ARGUMENT', `limit: expected a whole number from 1 to ${LARGEST_LIMIT}, got ${limit}`)
}
