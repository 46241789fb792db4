import { type Phrase, phrasePostings } from './phrase-match.ts'
import { type GraphOptions, nodeOf, type QueryEdge, type QueryGraph, queryGraph } from './query-graph.ts'
import type { TextQuery } from './text-query.ts'
import type { TextSnapshot } from './text-snapshot.ts'

/** Of a longer phrase the first words must be there. */
const MOST_WORDS = 64
/** Readings of all phrases that are looked for, the likeliest of each first. */
const MOST_READINGS = 16
/** Words with fewer alternatives are gone through; the weightiest of each stay. */
const MOST_ALTERNATIVES = 4
/** So many steps are taken to find them. */
const MOST_STEPS = 4096

/**
 * Takes out of `accept` the documents without what a query requires or quotes, and those with what it forbids. What is
 * required may stand there as anything that it stands for in the query; what is forbidden is taken by the letter.
 *
 * @param accept - shape (documents,)
 * @remarks O(postings of the words that are required, forbidden or quoted, and of 16 readings).
 */
export function acceptWords(
  snapshot: TextSnapshot,
  { required, phrases, forbidden }: TextQuery,
  options: GraphOptions,
  accept: Uint8Array,
): void {
  const wanted = [...required.map((text) => ({ text, slop: 0 })), ...phrases]
  const readings = Math.max(1, Math.floor(MOST_READINGS / Math.max(1, wanted.length)))
  for (const quoted of wanted) {
    if (!accept.includes(1)) return
    const words = snapshot.analysis.words(quoted.text).slice(0, MOST_WORDS)
    const graph = queryGraph(snapshot, words, { ...options, openEnd: false })
    const isNothing = words.every((word) => snapshot.analysis.termOf(word) === undefined)
    if (!isNothing) keepAny(snapshot, readingsOf(snapshot, graph, quoted.slop).slice(0, readings), accept)
  }
  for (const { text, slop } of forbidden) {
    const graph = queryGraph(snapshot, snapshot.analysis.words(text).slice(0, MOST_WORDS), {})
    for (const phrase of readingsOf(snapshot, graph, slop)) {
      for (const document of phrasePostings(snapshot, phrase, accept).documents) accept[document] = 0
    }
  }
}

function keepAny(snapshot: TextSnapshot, phrases: readonly Phrase[], accept: Uint8Array): void {
  const found = phrases.map((phrase) => phrasePostings(snapshot, phrase, accept).documents)
  accept.fill(0)
  for (const documents of found) for (const document of documents) accept[document] = 1
}

/** The ways through a graph that pass over nothing but stop words, as phrases; the weightiest first. */
function readingsOf(snapshot: TextSnapshot, { words, edges }: QueryGraph, slop: number): Phrase[] {
  const found: { readonly phrase: Phrase; readonly weight: number }[] = []
  let steps = 0
  const follow = (node: number, place: number, phrase: Phrase, weight: number): void => {
    if (++steps > MOST_STEPS || found.length >= MOST_READINGS * MOST_ALTERNATIVES) return
    if (node === nodeOf(words.length)) {
      if (phrase.terms.length > 0) found.push({ phrase, weight })
      return
    }
    const stopWord = words[node / nodeOf(1)]
    if (stopWord !== undefined && isLeftOut(snapshot, stopWord)) {
      follow(node + nodeOf(1), place + 1, phrase, weight)
    }
    for (const edge of weightiest(edges.filter(({ from }) => from === node))) {
      follow(edge.to, place + edge.length, withEdge(phrase, edge, place), weight * edge.weight)
    }
  }
  follow(0, 0, { terms: [], offsets: [], slop }, 1)
  return found.sort((a, b) => b.weight - a.weight).map(({ phrase }) => phrase)
}

/** Whether a field may lack a word that stood in its text. */
function isLeftOut({ analysis }: TextSnapshot, word: string): boolean {
  return analysis.chains.some(({ termOf }) => termOf(word) === undefined)
}

function weightiest(edges: readonly QueryEdge[]): QueryEdge[] {
  return edges.toSorted((a, b) => b.weight - a.weight).slice(0, MOST_ALTERNATIVES)
}

function withEdge({ terms, offsets, slop }: Phrase, edge: QueryEdge, place: number): Phrase {
  return {
    terms: [...terms, ...edge.terms],
    offsets: [...offsets, ...edge.offsets.map((offset) => place + offset)],
    slop,
  }
}
