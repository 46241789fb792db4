import { type GraphPostings, graphPostings } from './graph-postings.ts'
import { neighbourPairs, type TermPair } from './proximity.ts'
import { type GraphOptions, nodeOf, type QueryGraph, queryGraph } from './query-graph.ts'
import type { TextSnapshot } from './text-snapshot.ts'

/** Words of a query that count; what comes after them is not looked for. */
export const MOST_WORDS = 1024
/** Terms are searched up to so many postings; of more, those that tell least are left out. */
const MOST_POSTINGS = 4_000_000

/** A query as it is searched. */
export interface UnderstoodQuery {
  readonly graph: QueryGraph
  readonly postings: GraphPostings
  /** What stands side by side. */
  readonly pairs: readonly TermPair[]
}

/** @param words - as {@link Analysis.words} gives them */
export function understandQuery(
  snapshot: TextSnapshot,
  words: readonly string[],
  options: GraphOptions & { readonly proximity: boolean },
): UnderstoodQuery {
  const graph = queryGraph(snapshot, words, options)
  const { terms, alternatives } = graphPostings(snapshot, graph)
  return {
    graph,
    postings: { terms: tellingTerms(snapshot, terms), alternatives },
    pairs: options.proximity ? neighbourPairs(snapshot, likeliestTerms(graph)) : [],
  }
}

/** The terms of the likeliest reading of every word, in order. */
function likeliestTerms({ words, readings, edges }: QueryGraph): string[] {
  const known = readings.map((own) => own[0]?.term)
  return words.flatMap((_, place) => {
    const own = known[place]
    if (own !== undefined) return own
    const within = edges.filter(({ from, to }) => from >= nodeOf(place) && to <= nodeOf(place + 1))
    const heaviest = Math.max(...within.map(({ weight }) => weight))
    return within.find(({ weight }) => weight === heaviest)?.kind === 'compound'
      ? within.filter(({ kind }) => kind === 'compound').flatMap(({ terms }) => terms)
      : (within.find(({ weight }) => weight === heaviest)?.terms ?? [])
  })
}

/** Rare terms before frequent ones, as far as they can be searched in time. */
function tellingTerms(snapshot: TextSnapshot, terms: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  let postings = 0
  for (const term of terms.keys()) postings += snapshot.frequency(term)
  if (postings <= MOST_POSTINGS) return terms
  const kept = new Map<string, number>()
  let room = MOST_POSTINGS
  for (const [term, weight] of [...terms].sort((a, b) => snapshot.frequency(a[0]) - snapshot.frequency(b[0]))) {
    room -= snapshot.frequency(term)
    if (room >= 0 || kept.size === 0) kept.set(term, weight)
  }
  return kept
}
