import type { GraphPostings } from './graph-postings.ts'
import type { FoundDocuments } from './posting-search.ts'
import type { TextSnapshot } from './text-snapshot.ts'

/** How a query is widened by the documents that it finds; the defaults are those of the field. */
export interface FeedbackOptions {
  /** Documents that are taken for relevant; 10 when absent. */
  readonly documents?: number
  /** Terms that are added; 10 when absent. */
  readonly terms?: number
  /** Share of the query as it was asked; 0.5 when absent. */
  readonly originalWeight?: number
}

/** A term that more than this share of the documents has tells nothing about any. */
const COMMON_SHARE = 0.1
const WORDLIKE = /^[a-z0-9]{2,20}$/

/** Weights by term. */
export type TermWeights = ReadonlyMap<string, number>

/**
 * Widens a query by the terms that its best documents say most (pseudo-relevance feedback, RM3): each document's most
 * frequent terms, weighted by its score, mixed with the query.
 *
 * @param query - how often each term is asked for, and parts with alternatives
 * @param found - the best documents for it
 * @returns weights that sum to what those of the query do
 * @remarks O(words of the documents).
 * @see Lavrenko & Croft 2001, SIGIR; Abdul-Jaleel et al. 2004, TREC.
 */
export function widenQuery(
  snapshot: TextSnapshot,
  query: GraphPostings,
  found: FoundDocuments,
  { documents = 10, terms = 10, originalWeight = 0.5 }: FeedbackOptions = {},
): GraphPostings {
  const model = new Map<string, number>()
  for (const [place, document] of Array.from(found.documents.subarray(0, documents)).entries()) {
    const said = shares(heaviest(telling(snapshot, document), terms))
    for (const [term, share] of said) add(model, term, share * found.scores[place]!)
  }
  const widened = new Map<string, number>()
  const added = shares(heaviest(model, terms))
  const original = added.size === 0 ? 1 : originalWeight
  const mass = query.alternatives.reduce((sum, one) => sum + one.mass, total(query.terms))
  for (const [term, weight] of query.terms) add(widened, term, original * weight)
  for (const [term, share] of added) add(widened, term, (1 - original) * mass * share)
  const alternatives = query.alternatives.map((one) => ({ ...one, weight: original * one.weight }))
  return { terms: widened, alternatives }
}

/** How often a document says each term that is a word and not too common. */
function telling(snapshot: TextSnapshot, document: number): TermWeights {
  const most = COMMON_SHARE * snapshot.size
  return new Map(
    [...snapshot.wordsOf(document)].filter(([term]) => snapshot.frequency(term) <= most && WORDLIKE.test(term)),
  )
}

/** Equal weights go by the term's letters, so that the result does not hang on the order of documents. */
function heaviest(weights: TermWeights, limit: number): TermWeights {
  const order = [...weights].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return new Map(order.slice(0, limit))
}

function shares(weights: TermWeights): TermWeights {
  const sum = total(weights)
  return new Map(Array.from(weights, ([term, weight]) => [term, weight / sum]))
}

function total(weights: TermWeights): number {
  return [...weights.values()].reduce((sum, weight) => sum + weight, 0)
}

function add(weights: Map<string, number>, term: string, weight: number): void {
  weights.set(term, (weights.get(term) ?? 0) + weight)
}
