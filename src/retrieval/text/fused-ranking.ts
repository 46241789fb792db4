import { SluiceError } from '../../foundation/index.ts'
import type { FoundDocuments } from './posting-search.ts'
import type { ScorePart, TextSnapshot } from './text-snapshot.ts'
import type { TextVectors, WeightedWords } from './text-vectors.ts'

/** Words and vectors together. */
export interface HybridOptions {
  readonly of: TextVectors
  /** The vector of the query, shape (dimensions,); not for vectors that are learnt from the words themselves. */
  readonly query?: Float32Array | undefined
  /** The share of vectors in a score, from 0 to 1; when absent, what their ranking promises beside that by words. */
  readonly weight?: number | undefined
}

/** So many of the best say how sure a ranking is. */
const PROMISING = 100
/** So many of the best by words, and by vectors, are put together; a document beyond them has nothing there. */
const FUSED = 1000

/**
 * The best documents by words and by vectors as one ranking: scores of each side are divided by its largest, and the two
 * are averaged. A document that only one side found has its cosine even so, and by words 0. Each side weighs as much as it
 * promises for the query at hand: by how far its best scores lie apart, since a ranking in which all is alike has found
 * nothing.
 *
 * @see Bruch, Gai & Ingber 2023, ACM TOIS 42(1), for averages of normalised scores rather than of ranks; Shtok et al. 2012,
 * ACM TOIS 30(2), for the spread of scores as what a ranking promises.
 */
export class FusedRanking {
  readonly #snapshot: TextSnapshot
  readonly #vectors: TextVectors
  readonly #query: Float32Array | undefined
  readonly #weight: number
  readonly #byWords: (limit: number, accept: Uint8Array | undefined) => FoundDocuments
  readonly #largest: { readonly words: number; readonly vectors: number }

  /**
   * @param asked - the words of the query, for vectors that are made from words
   * @param byWords - the best documents by words
   * @throws SluiceError `INVALID_ARGUMENT` at a weight out of range, what {@link TextVectors.queryVector} throws
   */
  constructor(
    snapshot: TextSnapshot,
    { of, query, weight }: HybridOptions,
    asked: WeightedWords,
    accept: Uint8Array | undefined,
    byWords: (limit: number, accept: Uint8Array | undefined) => FoundDocuments,
  ) {
    if (weight !== undefined && !(weight >= 0 && weight <= 1)) {
      throw new SluiceError('INVALID_ARGUMENT', `vectors, weight: expected a number from 0 to 1, got ${weight}`)
    }
    this.#snapshot = snapshot
    this.#vectors = of
    this.#query = of.queryVector(snapshot, query, asked)
    this.#byWords = byWords
    const [words, vectors] = [byWords(PROMISING, accept).scores, this.#near(PROMISING, accept).scores]
    this.#largest = { words: words[0] ?? 0, vectors: vectors[0] ?? 0 }
    const [promised, promisedByVectors] = [spread(words), spread(vectors)]
    this.#weight =
      weight ?? (promised + promisedByVectors > 0 ? promisedByVectors / (promised + promisedByVectors) : 0.5)
  }

  best(limit: number, accept: Uint8Array | undefined): FoundDocuments {
    const most = Math.max(limit, FUSED)
    const byWords = this.#byWords(most, accept)
    const near = this.#near(most, accept)
    const scores = new Map<number, number>()
    for (const [place, document] of byWords.documents.entries()) {
      scores.set(document, this.#wordShare * byWords.scores[place]!)
    }
    const all = Int32Array.from(new Set([...byWords.documents, ...near.documents])).sort()
    const cosines = this.#query ? this.#vectors.cosines(this.#snapshot, this.#query, all) : new Float64Array(all.length)
    const totals = Float64Array.from(all, (document, place) => {
      return (scores.get(document) ?? 0) + this.#vectorShare * cosines[place]!
    })
    const order = Uint32Array.from(all.keys()).sort((a, b) => totals[b]! - totals[a]! || a - b)
    const first = order.filter((place) => totals[place]! > 0).subarray(0, limit)
    return {
      documents: Int32Array.from(first, (place) => all[place]!),
      scores: Float64Array.from(first, (place) => totals[place]!),
    }
  }

  /** @param parts - by words alone */
  explain(document: number, parts: readonly ScorePart[]): ScorePart[] {
    const share = this.#wordShare
    const byWords = parts.map((part) => ({ ...part, weight: share * part.weight, score: share * part.score }))
    const [cosine = 0] = this.#query ? this.#vectors.cosines(this.#snapshot, this.#query, Int32Array.of(document)) : []
    const weight = this.#vectorShare
    const near = { term: 'vector', weight, impact: cosine, score: weight * cosine, by: 'vector' }
    return [...(share > 0 ? byWords : []), ...(near.score > 0 ? [near] : [])]
  }

  get #wordShare(): number {
    return this.#largest.words > 0 ? (1 - this.#weight) / this.#largest.words : 0
  }

  get #vectorShare(): number {
    return this.#largest.vectors > 0 ? this.#weight / this.#largest.vectors : 0
  }

  #near(limit: number, accept: Uint8Array | undefined): FoundDocuments {
    if (this.#query) return this.#vectors.near(this.#snapshot, this.#query, limit, accept)
    return { documents: new Int32Array(), scores: new Float64Array() }
  }
}

/** The standard deviation of scores as a share of their mean; 0 of none. */
function spread(scores: Float64Array): number {
  const mean = scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length)
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0)
  return mean > 0 ? Math.sqrt(squares / scores.length) / mean : 0
}
