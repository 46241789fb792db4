import { GrowingArray } from './growing-array.ts'
import type { FoundDocuments } from './posting-search.ts'
import type { ScorePart, TextSnapshot } from './text-snapshot.ts'
import type { WeightedTerms } from './weighted-terms.ts'

/** The published weights of single terms, of neighbours in order, and of neighbours within a window. */
const SINGLE = 0.85
const IN_ORDER = 0.1
const NEAR = 0.05
/** So many words apart do two still stand together. */
const WINDOW = 8
/** So many of the best documents are looked at; those after them score less, whatever stands together in them. */
const REORDERED = 100
/** So many are looked at before it is asked whether more can be among the best. */
const BATCH = 25
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
  for (let from = 0; from < looked; ) {
    const to = Math.min(looked, from + Math.max(limit, BATCH))
    const added = proximityScores(snapshot, pairs, documents.subarray(from, to))
    for (let place = from; place < to; place++) totals[place]! += added[place - from]!
    from = to
    // What comes next scores less by its terms, and no pairs make up for it.
    if (to < looked && totals[to]! + most < nthLargest(totals.subarray(0, to), limit)) break
  }
  const first = bestPlaces(documents, totals, limit)
  return {
    documents: Int32Array.from(first, (place) => documents[place]!),
    scores: Float64Array.from(first, (place) => totals[place]!),
  }
}

/** Where the largest totals are, the largest first; of equal ones that of the smaller document. */
function bestPlaces(documents: Int32Array, totals: Float64Array, limit: number): Uint32Array {
  const least = nthLargest(totals, limit)
  const places = Uint32Array.from(totals.keys()).filter((place) => totals[place]! >= least)
  return places.sort((a, b) => totals[b]! - totals[a]! || documents[a]! - documents[b]!).subarray(0, limit)
}

/** @param n - from 1; larger than the length gives minus infinity */
function nthLargest(values: Float64Array, n: number): number {
  return values.toSorted()[values.length - n] ?? Number.NEGATIVE_INFINITY
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
    const score = proximityScores(snapshot, [pair], Int32Array.of(document))[0]!
    const term = `${pair.first} ${pair.second}`
    const weight = (IN_ORDER + NEAR) * pair.weight
    return score === 0 ? [] : [{ term, weight, impact: score / weight, score }]
  })
  return [...single, ...together]
}

/** What pairs add to each document, in the order given. */
function proximityScores(snapshot: TextSnapshot, pairs: readonly TermPair[], documents: Int32Array): Float64Array {
  const terms = [...new Set(pairs.flatMap(({ first, second }) => [first, second]))]
  const readers = terms.map((term) => snapshot.places(term))
  const places = terms.map((_, term) => scratchList(term))
  const numbered = pairs.map(({ first, second, weight }) => ({
    ...{ first: terms.indexOf(first), second: terms.indexOf(second), weight },
  }))
  const scores = new Float64Array(documents.length)
  const ascending = Uint32Array.from(documents, (_, place) => place).sort((a, b) => documents[a]! - documents[b]!)
  const { k1 } = snapshot.layout
  const counts = new PairCounts()
  const isThere = terms.map(() => false)
  for (const place of ascending) {
    for (let term = 0; term < readers.length; term++) {
      places[term]!.length = 0
      isThere[term] = readers[term]!.find(documents[place]!)
    }
    for (const { first, second, weight } of numbered) {
      if (!isThere[first] || !isThere[second]) continue
      if (places[first]!.length === 0) readers[first]!.copyPlaces(places[first]!)
      if (places[second]!.length === 0) readers[second]!.copyPlaces(places[second]!)
      counts.count(places[first]!, places[second]!)
      const { inOrder, near } = counts
      scores[place]! += weight * (IN_ORDER * (inOrder / (inOrder + k1)) + NEAR * (near / (near + k1)))
    }
  }
  return scores
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
