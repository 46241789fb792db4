import type { RankedMatches } from './fields/arrange-documents.ts'
import { countOf } from './fields/document-mask.ts'
import { countWithAny, documentsWithAny, maskOf } from './fields/matches.ts'
import { scratchNumbers } from './fields/scratch-numbers.ts'
import { selectBest } from './fields/select-best.ts'
import { FusedRanking, type HybridOptions } from './fused-ranking.ts'
import { explainedWays, type GraphPostings } from './graph-postings.ts'
import type { DocumentSums, FoundDocuments } from './posting-search.ts'
import { explained, withProximity } from './proximity.ts'
import { type FeedbackOptions, widenQuery } from './relevance-feedback.ts'
import type { ScorePart, TextSnapshot } from './text-snapshot.ts'
import type { UnderstoodQuery } from './understand-query.ts'
import type { WeightedTerms } from './weighted-terms.ts'

const NOTHING: FoundDocuments = { documents: new Int32Array(), scores: new Float64Array() }
/** So many documents are scored one by one. */
const FEW = 64

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
  /** Of all documents, once they were needed. */
  #sums: DocumentSums | undefined

  constructor(snapshot: TextSnapshot, query: UnderstoodQuery, options: RankedQueryOptions) {
    this.#snapshot = snapshot
    this.#query = query
    this.#options = options
    this.#postings = query.postings
  }

  widen(feedback: FeedbackOptions): void {
    const found = this.best(feedback.documents ?? 10)
    this.#postings = widenQuery(this.#snapshot, this.#postings, found, feedback)
    this.#sums = undefined
  }

  /** From now on documents are ranked by vectors, too. */
  fuse(hybrid: HybridOptions): void {
    const words = wordsOf(this.#query.postings)
    const byWords = (limit: number, accept: Uint8Array | undefined) => this.#bestByWords(limit, accept)
    this.#fused = new FusedRanking(this.#snapshot, hybrid, words, this.#options.accept, byWords)
  }

  best(limit: number, among?: Int32Array): FoundDocuments {
    const found = this.#bestAmong(limit, among)
    if (!this.#options.findsAll) return found
    const all = among ?? documentsIn(this.#options.accept ?? this.#snapshot.liveDocuments())
    return withUnranked(found, all, limit)
  }

  scores(documents: Int32Array): Float64Array | undefined {
    return this.#fused ? undefined : this.#scoresOf(documents)
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

  #bestAmong(limit: number, among: Int32Array | undefined): FoundDocuments {
    const { accept } = this.#options
    if (this.#fused) return this.#fused.best(limit, among ? maskOf(among, this.#snapshot.documentCount) : accept)
    if (!among) return this.#bestByWords(limit, accept)
    const scores = this.#scoresOf(among)
    return this.#withPairs(limit, (most) => bestOf(among, scores, most))
  }

  #bestByWords(limit: number, accept: Uint8Array | undefined): FoundDocuments {
    const terms = this.#weighted()
    if (terms.terms.length === 0 && terms.lists?.length === 0) return NOTHING
    return this.#withPairs(limit, (most) => this.#snapshot.best(terms, most, accept))
  }

  #withPairs(limit: number, alone: (limit: number) => FoundDocuments): FoundDocuments {
    const { pairs } = this.#query
    return pairs.length === 0 ? alone(limit) : withProximity(this.#snapshot, pairs, alone, limit)
  }

  /** By words, without neighbours. */
  #scoresOf(documents: Int32Array): Float64Array {
    const terms = this.#weighted()
    if (documents.length <= FEW && !this.#sums) {
      const scoreOf = (document: number): number =>
        this.#snapshot.explain(terms, document).reduce((sum, { score }) => sum + score, 0)
      return Float64Array.from(documents, scoreOf)
    }
    this.#sums ??= this.#snapshot.sums(terms)
    const { sums, unit } = this.#sums
    const scores = new Float64Array(documents.length)
    for (let place = 0; place < documents.length; place++) scores[place] = unit * sums[documents[place]!]!
    return scores
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

/** The best of some documents by scores above 0. */
function bestOf(documents: Int32Array, scores: Float64Array, limit: number): FoundDocuments {
  const keys = scratchNumbers(scores.length)
  for (let place = 0; place < scores.length; place++) keys[place] = -scores[place]!
  const places = selectBest(keys, limit).filter((place) => scores[place]! > 0)
  return {
    documents: places.map((place) => documents[place]!),
    scores: Float64Array.from(places, (place) => scores[place]!),
  }
}

function* documentsIn(mask: Uint8Array): Generator<number> {
  for (let document = 0; document < mask.length; document++) if (mask[document] === 1) yield document
}

/** What was found, and after it what else there is, in the order of documents. */
function withUnranked({ documents, scores }: FoundDocuments, all: Iterable<number>, limit: number): FoundDocuments {
  const ranked = new Set(documents)
  const more: number[] = []
  if (ranked.size < limit) {
    for (const document of all) {
      if (!ranked.has(document)) more.push(document)
      if (ranked.size + more.length >= limit) break
    }
  }
  const both = new Int32Array(documents.length + more.length)
  both.set(documents)
  both.set(more, documents.length)
  return { documents: both, scores: Float64Array.from(both, (_, place) => scores[place] ?? 0) }
}
