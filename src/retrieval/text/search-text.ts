import { SluiceError } from '../../foundation/index.ts'
import { acceptDocuments } from './accept-documents.ts'
import { type Correction, correctionsOf, didYouMean, type Suggestion } from './did-you-mean.ts'
import type { FieldFilter } from './field-values.ts'
import { explainedWays, type GraphPostings } from './graph-postings.ts'
import { type AskedWords, knownWords } from './guess-words.ts'
import type { ReadFilter } from './number-phrases.ts'
import type { FoundDocuments } from './posting-search.ts'
import { explained, withProximity } from './proximity.ts'
import {
  type RecognisedFilter,
  type RecognisedWords,
  type RecogniseOptions,
  recogniseFilters,
} from './recognise-filters.ts'
import { type FeedbackOptions, widenQuery } from './relevance-feedback.ts'
import type { Synonyms } from './synonyms.ts'
import { parseTextQuery, plainTextQuery, type TextQuery } from './text-query.ts'
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
  /**
   * Takes filters out of the words: values of fields of names, and numbers with a bound, as in `red acme shoes below 50`;
   * false when absent. Filters that leave nothing are given up.
   */
  readonly recognise?: boolean | RecogniseOptions | undefined
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
  /** With `recognise`: which words were taken for filters. */
  readonly recognised?: readonly RecognisedFilter[]
}

const NOTHING: FoundDocuments = { documents: new Int32Array(), scores: new Float64Array() }

/**
 * The documents that answer a query best, best first; equal scores in the order in which documents were added. Stop
 * words, and words that are like none of the index, are left out; a query of nothing else finds nothing, but with filters
 * all that they let pass, with a score of 0.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at a limit that is no whole number from 1 to a million, `UNKNOWN_FIELD` and
 * `WRONG_TYPE` at a filter that cannot be
 * @remarks As {@link TextSnapshot.best}, twice with feedback, and {@link withProximity}. Phrases, signs and filters cost
 * O(documents + their postings), words with alternatives O(postings of these). The first 1,024 words count.
 */
export function searchText(snapshot: TextSnapshot, text: string, options: TextSearchOptions = {}): TextAnswer {
  requireLimit(options.limit ?? 10)
  const query = options.syntax === 'words' ? plainTextQuery(text) : parseTextQuery(text, filterFields(snapshot))
  const search = new Search(snapshot, query, options)
  const { recognise = false, synonyms, spelling } = options
  if (recognise === false) return answerOf(snapshot, text, search.run([], search.allWords, query.openEnd), options)
  const reading = { synonyms, spelling: spelling !== false }
  const read = recogniseFilters(snapshot, query.runs, recognise === true ? {} : recognise, reading)
  const { run, relaxed } = relaxedUntilFound(search, read, query.openEnd)
  const recognised = read.filters.map((filter) => ({ ...filter, relaxed: relaxed.has(filter) }))
  return { ...answerOf(snapshot, text, run, options), recognised }
}

/** What a search came to. */
interface SearchRun {
  readonly understood: UnderstoodQuery
  readonly ranking: Ranking
  readonly found: FoundDocuments
}

/** With all filters; if these leave nothing without one of them, the last first; and at last without any. */
function relaxedUntilFound(
  search: Search,
  { filters, words, keepsEnd }: RecognisedWords,
  openEnd: boolean,
): { run: SearchRun; relaxed: ReadonlySet<ReadFilter> } {
  const run = search.run(filters, words, openEnd && keepsEnd)
  const none: ReadonlySet<ReadFilter> = new Set()
  if (run.found.documents.length > 0 || filters.length === 0) return { run, relaxed: none }
  for (const dropped of filters.length > 1 ? filters.toReversed() : []) {
    const others = filters.filter((filter) => filter !== dropped)
    const without = search.run(others, [...words, ...search.wordsOf(dropped)], false)
    if (without.found.documents.length > 0) return { run: without, relaxed: new Set([dropped]) }
  }
  return { run: search.run([], search.allWords, openEnd), relaxed: new Set(filters) }
}

function answerOf(
  snapshot: TextSnapshot,
  text: string,
  { understood, ranking, found }: SearchRun,
  { explain = false }: TextSearchOptions,
): TextAnswer {
  const hits = Array.from(found.documents, (document, place) => ({
    id: snapshot.idOf(document),
    score: found.scores[place]!,
    ...(explain ? { parts: ranking.explain(document) } : {}),
  }))
  const corrections = correctionsOf(understood.graph)
  const suggestion = didYouMean(snapshot.analysis, text, corrections)
  return { hits, corrections, ...(suggestion ? { didYouMean: suggestion } : {}) }
}

/** One query over one snapshot, which may be asked for more than once. */
class Search {
  readonly allWords: readonly string[]
  readonly #snapshot: TextSnapshot
  readonly #query: TextQuery
  readonly #options: TextSearchOptions

  constructor(snapshot: TextSnapshot, query: TextQuery, options: TextSearchOptions) {
    this.#snapshot = snapshot
    this.#query = query
    this.#options = options
    this.allWords = query.runs.flatMap((run) => snapshot.analysis.words(run.text))
  }

  /** The words of a filter that are searched without it: a value, not a bound. */
  wordsOf({ filter, written }: ReadFilter): readonly string[] {
    return typeof filter === 'string' || Array.isArray(filter) ? this.#snapshot.analysis.words(written) : []
  }

  /** @param filters - that were read in the words, beside those that were asked for */
  run(filters: readonly ReadFilter[], words: readonly string[], openEnd: boolean): SearchRun {
    const { limit = 10, filters: asked = {}, spelling = true, feedback } = this.#options
    const reading = {
      known:
        spelling === false ? undefined : knownWords(this.#snapshot, spelling === true ? undefined : spelling.asked),
      synonyms: this.#options.synonyms,
      compounds: this.#options.compounds ?? true,
      openEnd: this.#options.prefix === true && openEnd,
      proximity: this.#options.proximity ?? true,
    }
    const optional = Object.entries(asked).map(([field, filter]) => ({ field, filter }))
    const all = [...this.#query.filters, ...optional, ...filters]
    const accept = acceptDocuments(this.#snapshot, { ...this.#query, filters: all }, reading)
    // Where only filters are left, their words still order what passes.
    const isSaid = (list: readonly string[]) => list.some((word) => this.#snapshot.analysis.termOf(word) !== undefined)
    const ranked = isSaid(words) ? words : this.allWords
    const understood = understandQuery(this.#snapshot, ranked.slice(0, MOST_WORDS), reading)
    const ranking = new Ranking(this.#snapshot, understood, accept)
    if (feedback) ranking.widen(feedback)
    const found = ranking.best(limit)
    const isOnlyFiltered = accept !== undefined && all.length > 0 && !isSaid(words)
    return { understood, ranking, found: isOnlyFiltered ? withUnranked(found, accept, limit) : found }
  }
}

/** What was found, and after it what else is accepted, in the order of documents. */
function withUnranked({ documents, scores }: FoundDocuments, accept: Uint8Array, limit: number): FoundDocuments {
  const ranked = new Set(documents)
  const more: number[] = []
  for (let document = 0; document < accept.length && ranked.size + more.length < limit; document++) {
    if (accept[document] === 1 && !ranked.has(document)) more.push(document)
  }
  const all = new Float64Array(documents.length + more.length)
  all.set(scores)
  return { documents: Int32Array.from([...documents, ...more]), scores: all }
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
