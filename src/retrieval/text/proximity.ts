import type { FoundDocuments } from './posting-search.ts'
import type { ScorePart, TextSnapshot, WeightedTerms } from './text-snapshot.ts'

/** The published weights of single terms, of neighbours in order, and of neighbours within a window. */
const SINGLE = 0.85
const IN_ORDER = 0.1
const NEAR = 0.05
/** So many words apart do two still stand together. */
const WINDOW = 8
/** So many of the best documents are looked at; those after them score less, whatever stands together in them. */
const REORDERED = 100
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
  for (const [place, added] of proximityScores(snapshot, pairs, documents.subarray(0, REORDERED)).entries()) {
    totals[place]! += added
  }
  const order = Uint32Array.from(totals, (_, place) => place)
  order.sort((a, b) => totals[b]! - totals[a]! || documents[a]! - documents[b]!)
  const first = order.subarray(0, limit)
  return {
    documents: Int32Array.from(first, (place) => documents[place]!),
    scores: Float64Array.from(first, (place) => totals[place]!),
  }
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
  const walks = terms.map((term) => snapshot.places(term))
  const numbered = pairs.map((pair) => ({
    ...pair,
    first: terms.indexOf(pair.first),
    second: terms.indexOf(pair.second),
  }))
  const scores = new Float64Array(documents.length)
  const ascending = Uint32Array.from(documents, (_, place) => place).sort((a, b) => documents[a]! - documents[b]!)
  const { k1 } = snapshot.layout
  for (const place of ascending) {
    const places = walks.map((walk) => walk.placesIn(documents[place]!))
    for (const { first, second, weight } of numbered) {
      if (places[first]!.length === 0 || places[second]!.length === 0) continue
      const { inOrder, near } = countTogether(places[first]!, places[second]!)
      scores[place]! += weight * (IN_ORDER * (inOrder / (inOrder + k1)) + NEAR * (near / (near + k1)))
    }
  }
  return scores
}

/** How often one place comes right after another, and how often they lie within the window, whichever comes first. */
function countTogether(first: readonly number[], second: readonly number[]): { inOrder: number; near: number } {
  let inOrder = 0
  let near = 0
  let from = 0
  for (const place of first) {
    while (from < second.length && second[from]! <= place - WINDOW) from++
    for (let at = from; at < second.length && second[at]! < place + WINDOW; at++) {
      near++
      if (second[at] === place + 1) inOrder++
    }
  }
  return { inOrder, near }
}
