import { SluiceError } from '../../foundation/index.ts'
import { type Correction, correctionsOf, type DidYouMean, didYouMean } from './did-you-mean.ts'
import { AcceptedDocuments } from './fields/accepted-documents.ts'
import { type ArrangedDocuments, type ArrangeOptions, arrangeDocuments } from './fields/arrange-documents.ts'
import type { Facet } from './fields/facets.ts'
import type { DocumentGroup } from './fields/group-documents.ts'
import type { HybridOptions } from './fused-ranking.ts'
import { type AskedWords, knownWords } from './guess-words.ts'
import type { ReadFilter } from './number-phrases.ts'
import { RankedQuery } from './ranked-query.ts'
import {
  type RecognisedFilter,
  type RecognisedWords,
  type RecogniseOptions,
  recogniseFilters,
} from './recognise-filters.ts'
import type { FeedbackOptions } from './relevance-feedback.ts'
import type { Synonyms } from './synonyms.ts'
import { isWordField } from './text-fields.ts'
import { parseTextQuery, plainTextQuery, type TextQuery } from './text-query.ts'
import type { ScorePart, TextSnapshot } from './text-snapshot.ts'
import { MOST_WORDS, type UnderstoodQuery, understandQuery } from './understand-query.ts'

const LARGEST_LIMIT = 1_000_000
/** What comes after them is not read. */
const MOST_LETTERS = 10_000
/** Of the filters that leave nothing, so many are tried to be given up alone. */
const MOST_RELAXED = 3

export interface TextSearchOptions extends ArrangeOptions {
  /** At most so many documents, or groups of them; 10 when absent. */
  readonly limit?: number | undefined
  /** `signs`, the default, reads quotes, signs and filters in the query; `words` takes all of it for words. */
  readonly syntax?: 'signs' | 'words' | undefined
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
  /** Ranks by vectors of documents, too; absent: by words alone. Scores are then from 0 to 1. */
  readonly vectors?: HybridOptions | undefined
  /** Says of every document found how its score comes about. */
  readonly explain?: boolean | undefined
}

export interface TextHit {
  readonly id: string
  readonly score: number
  /** With `explain`: the parts whose sum is the score. */
  readonly parts?: readonly ScorePart[]
  /** It is here because it is pinned. */
  readonly pinned?: true
  /** With `sort`: the value of each field that is sorted by, in metres for points; null where it has none. */
  readonly sortedBy?: readonly (string | number | null)[]
}

/** The documents of one value of the field that is grouped by. */
export interface TextGroup {
  /** Absent: of the documents without a value. */
  readonly value?: string
  /** How many documents of the query are in it. */
  readonly count: number
  readonly hits: readonly TextHit[]
}

export interface TextAnswer {
  /** With `group` those of all groups, one group after the other. */
  readonly hits: readonly TextHit[]
  /** With `total`: how many documents the query has in all. */
  readonly total?: number
  /** With `facets`: by field. */
  readonly facets?: Readonly<Record<string, Facet>>
  /** With `group`, and how many groups there are in all. */
  readonly groups?: readonly TextGroup[]
  readonly groupCount?: number
  /** Words that were looked for in the place of others, with how likely they were meant. */
  readonly corrections: readonly Correction[]
  /** The query with its corrections; absent where there are none. */
  readonly didYouMean?: DidYouMean
  /** With `recognise`: which words were taken for filters. */
  readonly recognised?: readonly RecognisedFilter[]
}

/**
 * The documents that answer a query best, best first; equal scores in the order in which documents were added. Stop
 * words, and words that are like none of the index, are left out; a query of nothing else finds nothing, but with filters
 * all that they let pass, with a score of 0, as it does when a sort, groups or counts are asked for.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at a limit that is no whole number from 1 to a million, `UNKNOWN_FIELD` and
 * `WRONG_TYPE` at a filter that cannot be
 * @remarks As {@link TextSnapshot.best}, twice with feedback, and `withProximity`. Phrases, signs and filters cost
 * O(documents + their postings), words with alternatives O(postings of these). The first 10,000 letters and 1,024 words count. What
 * {@link arrangeDocuments} does comes on top.
 */
export function searchText(snapshot: TextSnapshot, text: string, options: TextSearchOptions = {}): TextAnswer {
  requireLimit(options.limit ?? 10)
  const head = text.slice(0, MOST_LETTERS)
  const query = options.syntax === 'words' ? plainTextQuery(head) : parseTextQuery(head, filterFields(snapshot))
  const search = new Search(snapshot, query, options)
  const { recognise = false, synonyms, spelling } = options
  if (recognise === false) return answerOf(snapshot, head, search.run([], search.allWords, query.openEnd), options)
  const reading = { synonyms, spelling: spelling !== false }
  const read = recogniseFilters(snapshot, query.runs, recognise === true ? {} : recognise, reading)
  const { run, relaxed } = relaxedUntilFound(search, read, query.openEnd)
  const recognised = read.filters.map((filter) => ({ ...filter, relaxed: relaxed.has(filter) }))
  return { ...answerOf(snapshot, head, run, options), recognised }
}

/** What a search came to. */
interface SearchRun {
  readonly understood: UnderstoodQuery
  readonly ranking: RankedQuery
  readonly arranged: ArrangedDocuments
}

/** With all filters; if these leave nothing without one of them, the last first; and at last without any. */
function relaxedUntilFound(
  search: Search,
  { filters, words, keepsEnd }: RecognisedWords,
  openEnd: boolean,
): { run: SearchRun; relaxed: ReadonlySet<ReadFilter> } {
  const run = search.run(filters, words, openEnd && keepsEnd)
  const none: ReadonlySet<ReadFilter> = new Set()
  if (run.arranged.documents.length > 0 || filters.length === 0) return { run, relaxed: none }
  for (const dropped of filters.length > 1 ? filters.toReversed().slice(0, MOST_RELAXED) : []) {
    const others = filters.filter((filter) => filter !== dropped)
    const without = search.run(others, [...words, ...search.wordsOf(dropped)], false)
    if (without.arranged.documents.length > 0) return { run: without, relaxed: new Set([dropped]) }
  }
  return { run: search.run([], search.allWords, openEnd), relaxed: new Set(filters) }
}

function answerOf(
  snapshot: TextSnapshot,
  text: string,
  { understood, ranking, arranged }: SearchRun,
  { explain = false }: TextSearchOptions,
): TextAnswer {
  const { total, facets, groups, sortedBy, pinned } = arranged
  const hits = Array.from(arranged.documents, (document, place) => ({
    id: snapshot.idOf(document),
    score: arranged.scores[place]!,
    ...(explain ? { parts: ranking.explain(document) } : {}),
    ...(pinned.has(document) ? { pinned: true as const } : {}),
    ...(sortedBy ? { sortedBy: sortedBy[place]! } : {}),
  }))
  const corrections = correctionsOf(understood.graph)
  const suggestion = didYouMean(snapshot.analysis, text, corrections)
  return {
    hits,
    corrections,
    ...(suggestion ? { didYouMean: suggestion } : {}),
    ...(total === undefined ? {} : { total }),
    ...(facets ? { facets } : {}),
    ...(groups ? { groups: groupsOf(groups.groups, hits), groupCount: groups.groupCount } : {}),
  }
}

/** The hits of each group, which lie one group after the other. */
function groupsOf(groups: readonly DocumentGroup[], hits: readonly TextHit[]): TextGroup[] {
  let end = 0
  return groups.map(({ documents, ...group }) => {
    const start = end
    end += documents.length
    return { ...group, hits: hits.slice(start, end) }
  })
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
    this.allWords = query.runs.flatMap((run) => snapshot.analysis.words(run.text)).slice(0, MOST_WORDS)
  }

  /** The words of a filter that are searched without it: a value, not a bound. */
  wordsOf({ filter, written }: ReadFilter): readonly string[] {
    return typeof filter === 'string' || Array.isArray(filter) ? this.#snapshot.analysis.words(written) : []
  }

  /** @param filters - that were read in the words, beside those that were asked for */
  run(filters: readonly ReadFilter[], words: readonly string[], openEnd: boolean): SearchRun {
    const { limit = 10, spelling = true, feedback, vectors } = this.#options
    const reading = {
      known:
        spelling === false ? undefined : knownWords(this.#snapshot, spelling === true ? undefined : spelling.asked),
      synonyms: this.#options.synonyms,
      compounds: this.#options.compounds ?? true,
      codes: true,
      openEnd: this.#options.prefix === true && openEnd,
      proximity: this.#options.proximity ?? true,
    }
    const query = { ...this.#query, filters: [...this.#query.filters, ...filters] }
    const accepted = new AcceptedDocuments(this.#snapshot, query, this.#options, reading)
    // Where only filters are left, their words still order what passes.
    const isSaid = (list: readonly string[]) => list.some((word) => this.#snapshot.analysis.termOf(word) !== undefined)
    const ranked = isSaid(words) ? words : this.allWords
    const understood = understandQuery(this.#snapshot, ranked.slice(0, MOST_WORDS), reading)
    const findsAll = !isSaid(words) && (accepted.isFiltered || asksForAll(this.#options))
    const ranking = new RankedQuery(this.#snapshot, understood, { accept: accepted.accepted, findsAll })
    if (feedback) ranking.widen(feedback)
    if (vectors) ranking.fuse(vectors)
    const arranged = arrangeDocuments(this.#snapshot, accepted, ranking, this.#options, limit)
    return { understood, ranking, arranged }
  }
}

/** Whether a query without words is about all documents. */
function asksForAll({ facets, sort, group, total }: TextSearchOptions): boolean {
  return (facets ?? sort ?? group) !== undefined || total === true
}

function filterFields({ layout }: TextSnapshot): Set<string> {
  return new Set(Object.keys(layout.fields).filter((name) => !isWordField(layout.fields[name]!)))
}

function requireLimit(limit: number): void {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= LARGEST_LIMIT) return
  throw new SluiceError('INVALID_ARGUMENT', `limit: expected a whole number from 1 to ${LARGEST_LIMIT}, got ${limit}`)
}
