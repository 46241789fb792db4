import type { RankedMatches } from './fields/arrange-documents.ts'
import { countOf } from './fields/document-mask.ts'
import { countWithAny, documentsWithAny } from './fields/matches.ts'
import { FusedRanking, type HybridOptions } from './fused-ranking.ts'
import { explainedWays, type GraphPostings } from './graph-postings.ts'
import type { FoundDocuments } from './posting-search.ts'
import { explained, withProximity } from './proximity.ts'
import { type FeedbackOptions, widenQuery } from './relevance-feedback.ts'
import type { ScorePart, TextSnapshot } from './text-snapshot.ts'
import type { UnderstoodQuery } from './understand-query.ts'
import type { WeightedTerms } from './weighted-terms.ts'

const NOTHING: FoundDocuments = { documents: new Int32Array(), scores: new Float64Array() }

export interface RankedQueryOptions {
  /** Which documents may be found; all where it is undefined. Shape (documents,). */
  readonly accept: Uint8Array | undefined
  /** Whether documents without any of the words are found, too, after the others. */
  readonly findsAll: boolean
}

/** Ranks the documents of a snapshot for one query. */
export class RankedQuery implements RankedMatches {
  readonly #snapshot: TextSnapshot
  readonly #query: UnderstoodQuery
  readonly #options: RankedQueryOptions
  #postings: GraphPostings
  #fused: FusedRanking | undefined

  constructor(snapshot: TextSnapshot, query: UnderstoodQuery, options: RankedQueryOptions) {
    this.#snapshot = snapshot
    this.#query = query
    this.#options = options
    this.#postings = query.postings
  }

  widen(feedback: FeedbackOptions): void {
    const found = this.best(feedback.documents ?? 10)
    this.#postings = widenQuery(this.#snapshot, this.#postings, found, feedback)
  }

  /** From now on documents are ranked by vectors, too. */
  fuse(hybrid: HybridOptions): void {
    const words = wordsOf(this.#query.postings)
    const byWords = (limit: number, accept: Uint8Array | undefined) => this.#bestByWords(limit, accept)
    this.#fused = new FusedRanking(this.#snapshot, hybrid, words, this.#options.accept, byWords)
  }

  best(limit: number, among: Uint8Array | undefined = this.#options.accept): FoundDocuments {
    const found = this.#fused ? this.#fused.best(limit, among) : this.#bestByWords(limit, among)
    if (!this.#options.findsAll) return found
    return withUnranked(found, among ?? this.#snapshot.liveDocuments(), limit)
  }

  matching(): Uint8Array {
    if (this.#options.findsAll) return this.#snapshot.liveDocuments()
    return documentsWithAny(this.#snapshot, this.#weighted())
  }

  count(): number {
    const { accept, findsAll } = this.#options
    if (findsAll) return accept ? countOf(accept) : this.#snapshot.size
    return countWithAny(this.#snapshot, this.#weighted(), accept)
  }

  explain(document: number): ScorePart[] {
    const parts = explained(this.#snapshot, this.#weighted(), this.#query.pairs, document)
    const ways = explainedWays(this.#snapshot, this.#postings.alternatives, document, parts)
    return this.#fused ? this.#fused.explain(document, ways) : ways
  }

  #bestByWords(limit: number, accept: Uint8Array | undefined): FoundDocuments {
    const terms = this.#weighted()
    if (terms.terms.length === 0 && terms.lists?.length === 0) return NOTHING
    const { pairs } = this.#query
    const alone = (most: number): FoundDocuments => this.#snapshot.best(terms, most, accept)
    return pairs.length === 0 ? alone(limit) : withProximity(this.#snapshot, pairs, alone, limit)
  }

  #weighted(): WeightedTerms {
    const { terms: asked, alternatives } = this.#postings
    const terms = [...asked.keys()]
    const weights = terms.map((term) => asked.get(term)! * this.#snapshot.inverseFrequency(term))
    return { terms, weights, lists: alternatives }
  }
}

/** The terms of a query as it is written, and of its alternatives the weightiest. */
function wordsOf({ terms, alternatives }: GraphPostings): ReadonlyMap<string, number> {
  const words = new Map(terms)
  for (const { edges } of alternatives) {
    const heaviest = Math.max(...edges.map(({ weight }) => weight))
    for (const edge of edges.filter(({ weight }) => weight === heaviest)) {
      for (const term of edge.terms) words.set(term, (words.get(term) ?? 0) + edge.weight)
    }
  }
  return words
}

/** What was found, and after it what else is accepted, in the order of documents. */
function withUnranked({ documents, scores }: FoundDocuments, accept: Uint8Array, limit: number): FoundDocuments {
  const ranked = new Set(documents)
  const more: number[] = []
  for (let document = 0; document < accept.length && ranked.size + more.length < limit; document++) {
    if (accept[document] === 1 && !ranked.has(document)) more.push(document)
  }
  const all = new Int32Array(documents.length + more.length)
  all.set(documents)
  all.set(more, documents.length)
  return { documents: all, scores: Float64Array.from(all, (_, place) => scores[place] ?? 0) }
}
