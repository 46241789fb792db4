import { nthSmallest, selectBest } from './fields/select-best.ts'
import { GrowingArray } from './growing-array.ts'
import type { FoundDocuments } from './posting-search.ts'
import type { PlaceReader, ScorePart, TextSnapshot } from './text-snapshot.ts'
import type { WeightedTerms } from './weighted-terms.ts'

/** The published weights of single terms, of neighbours in order, and of neighbours within a window. */
const SINGLE = 0.85
const IN_ORDER = 0.1
const NEAR = 0.05
/** So many words apart do two still stand together. */
const WINDOW = 8
/** So many of the best documents are looked at; those after them score less, whatever stands together in them. */
const REORDERED = 100
/** So many are looked at before it is asked whether the others can be among the best. */
const BATCH = 25
/** More than there are documents that are looked at. */
const REORDERED_ROOM = 1024
/** Of a longer query the first pairs count. */
const MOST_PAIRS = 64

/** Two terms that stand side by side in a query. */
export interface TermPair {
  readonly first: string
  readonly second: string
  /** The sum of what each of the terms says. */
  readonly weight: number
}

/** The different pairs of neighbours in a sequence of terms. */
export function neighbourPairs(snapshot: TextSnapshot, sequence: readonly string[]): TermPair[] {
  const pairs = new Map<string, TermPair>()
  for (let place = 1; place < sequence.length && pairs.size < MOST_PAIRS; place++) {
    const [first, second] = [sequence[place - 1]!, sequence[place]!]
    if (first === second) continue
    const weight = snapshot.inverseFrequency(first) + snapshot.inverseFrequency(second)
    pairs.set(`${first} ${second}`, { first, second, weight })
  }
  return [...pairs.values()]
}

/**
 * The best documents by single terms and by how often neighbours of the query stand together in them, as far as the best
 * 100 by single terms are concerned.
 *
 * @param best - the best documents by single terms, as many as are asked for
 * @remarks O(100 * (pairs + places)) besides.
 * @see Metzler & Croft 2005, SIGIR: the sequential dependence model, here with the saturation of BM25.
 */
export function withProximity(
  snapshot: TextSnapshot,
  pairs: readonly TermPair[],
  best: (limit: number) => FoundDocuments,
  limit: number,
): FoundDocuments {
  const { documents, scores } = best(Math.max(limit, REORDERED))
  const totals = scores.map((score) => SINGLE * score)
  const most = pairs.reduce((sum, { weight }) => sum + (IN_ORDER + NEAR) * weight, 0)
  const looked = Math.min(documents.length, REORDERED)
  const first = Math.min(looked, Math.max(limit, BATCH))
  const together = new PairScores(snapshot, pairs)
  together.add(documents.subarray(0, first), totals)
  // What comes next scores less by its terms, and perhaps no pairs make up for it.
  const mayBeBest = first < looked && totals[first]! + most >= nthLargest(totals.subarray(0, first), limit)
  if (mayBeBest) together.add(documents.subarray(first, looked), totals.subarray(first, looked))
  const places = bestPlaces(documents, totals, limit)
  return {
    documents: places.map((place) => documents[place]!),
    scores: Float64Array.from(places, (place) => totals[place]!),
  }
}

/** Where the largest totals are, the largest first; of equal ones that of the smaller document. */
function bestPlaces(documents: Int32Array, totals: Float64Array, limit: number): Int32Array {
  return selectBest(
    totals.map((total) => -total),
    limit,
    (one, other) => documents[one]! - documents[other]!,
  )
}

/** @param n - from 1; larger than the length gives minus infinity */
function nthLargest(values: Float64Array, n: number): number {
  if (n > values.length) return Number.NEGATIVE_INFINITY
  return -nthSmallest(
    values.map((value) => -value),
    n,
  )
}

/** The parts of the score of a document, those of single terms and of pairs; they sum to it but for rounding. */
export function explained(
  snapshot: TextSnapshot,
  terms: WeightedTerms,
  pairs: readonly TermPair[],
  document: number,
): ScorePart[] {
  const parts = snapshot.explain(terms, document)
  if (pairs.length === 0) return parts
  const single = parts.map((part) => ({ ...part, weight: SINGLE * part.weight, score: SINGLE * part.score }))
  const together = pairs.flatMap((pair): ScorePart[] => {
    const own = new Float64Array(1)
    new PairScores(snapshot, [pair]).add(Int32Array.of(document), own)
    const score = own[0]!
    const term = `${pair.first} ${pair.second}`
    const weight = (IN_ORDER + NEAR) * pair.weight
    return score === 0 ? [] : [{ term, weight, impact: score / weight, score }]
  })
  return [...single, ...together]
}

/** What pairs add to the scores of documents. */
class PairScores {
  readonly #snapshot: TextSnapshot
  readonly #pairs: readonly TermPair[]
  readonly #terms: readonly string[]
  /** By pair: which of the terms its two are. */
  readonly #firsts: Uint32Array
  readonly #seconds: Uint32Array
  readonly #places: readonly GrowingArray<Int32Array>[]
  readonly #isThere: Uint8Array

  constructor(snapshot: TextSnapshot, pairs: readonly TermPair[]) {
    this.#snapshot = snapshot
    this.#pairs = pairs
    this.#terms = [...new Set(pairs.flatMap(({ first, second }) => [first, second]))]
    this.#firsts = Uint32Array.from(pairs, ({ first }) => this.#terms.indexOf(first))
    this.#seconds = Uint32Array.from(pairs, ({ second }) => this.#terms.indexOf(second))
    this.#places = this.#terms.map((_, term) => scratchList(term))
    this.#isThere = new Uint8Array(this.#terms.length)
  }

  /**
   * @param documents - in any order
   * @param scores - shape of `documents`: to these it is added
   */
  add(documents: Int32Array, scores: Float64Array): void {
    const readers = this.#terms.map((term) => this.#snapshot.places(term))
    const counts = new PairCounts()
    for (const place of placesByDocument(documents)) {
      this.#open(readers, documents[place]!)
      let added = 0
      for (let pair = 0; pair < this.#pairs.length; pair++) {
        const [first, second] = [this.#firsts[pair]!, this.#seconds[pair]!]
        if (this.#isThere[first] === 0 || this.#isThere[second] === 0) continue
        counts.count(this.#read(readers, first), this.#read(readers, second))
        added += this.#pairs[pair]!.weight * this.#share(counts)
      }
      scores[place]! += added
    }
  }

  #open(readers: readonly PlaceReader[], document: number): void {
    for (let term = 0; term < readers.length; term++) {
      this.#places[term]!.length = 0
      this.#isThere[term] = readers[term]!.find(document) ? 1 : 0
    }
  }

  #read(readers: readonly PlaceReader[], term: number): GrowingArray<Int32Array> {
    const places = this.#places[term]!
    if (places.length === 0) readers[term]!.copyPlaces(places)
    return places
  }

  #share({ inOrder, near }: PairCounts): number {
    const { k1 } = this.#snapshot.layout
    return IN_ORDER * (inOrder / (inOrder + k1)) + NEAR * (near / (near + k1))
  }
}

/** The places of documents, by ascending document. */
function placesByDocument(documents: Int32Array): Uint32Array {
  const keys = new Float64Array(documents.length)
  for (let place = 0; place < keys.length; place++) keys[place] = documents[place]! * REORDERED_ROOM + place
  keys.sort()
  return Uint32Array.from(keys, (key) => key % REORDERED_ROOM)
}

const scratch: GrowingArray<Int32Array>[] = []

/** A list for places, used by one call after the other. */
function scratchList(number: number): GrowingArray<Int32Array> {
  const list = scratch[number] ?? new GrowingArray(new Int32Array())
  scratch[number] = list
  return list
}

/** How often one place comes right after another, and how often they lie within the window, whichever comes first. */
class PairCounts {
  inOrder = 0
  near = 0

  count(first: GrowingArray<Int32Array>, second: GrowingArray<Int32Array>): void {
    this.inOrder = 0
    this.near = 0
    let from = 0
    for (let index = 0; index < first.length; index++) {
      const place = first.get(index)
      while (from < second.length && second.get(from) <= place - WINDOW) from++
      for (let at = from; at < second.length && second.get(at) < place + WINDOW; at++) {
        this.near++
        if (second.get(at) === place + 1) this.inOrder++
      }
    }
  }
}
