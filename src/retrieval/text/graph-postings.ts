import { phrasePostings } from './phrase-match.ts'
import { FULL_IMPACT } from './posting-chunks.ts'
import { NODES_OF_A_WORD, type QueryEdge, type QueryGraph } from './query-graph.ts'
import type { TermPostings } from './term-postings.ts'
import type { ScorePart, TextSnapshot } from './text-snapshot.ts'
import type { WeightedPostings } from './weighted-terms.ts'

/** Alternatives are merged up to so many postings; the cheapest guesses beyond it are left out. */
const MOST_MERGED = 400_000
/** What it costs to see whether a document has a phrase, beside merging a posting. */
const PHRASE_COST = 8

/** A phrase of words that all stand in more documents than this is not looked for as an alternative. */
const MOST_PHRASE = 50_000

/** An edge with what a whole impact of it counts. */
interface ValuedEdge extends QueryEdge {
  readonly value: number
}

/** Edges that hang together: no way through the query goes around them. */
interface Component {
  readonly edges: readonly ValuedEdge[]
}

/** A part of a query with several alternatives, as one list of postings. */
export interface Alternatives extends WeightedPostings {
  readonly edges: readonly ValuedEdge[]
  /** The words of the query that they are for. */
  readonly written: string
  /** How many words of the query it is worth. */
  readonly mass: number
}

/** What a query asks for: single terms, and parts that have alternatives. */
export interface GraphPostings {
  /** By term, how often it is asked for; less for a guess. */
  readonly terms: ReadonlyMap<string, number>
  readonly alternatives: readonly Alternatives[]
}

/**
 * Turns a graph into what is searched. A document scores the best way through the graph: of alternatives for one part of
 * the query the best counts, never their sum. An alternative says at most what the words that it stands for say (of an
 * unknown word: what its likeliest reading does), so that a rare synonym does not win over the word itself.
 *
 * @remarks O(postings of parts that have alternatives), at most 400,000 but for those of the words as written.
 */
export function graphPostings(snapshot: TextSnapshot, graph: QueryGraph): GraphPostings {
  const terms = new Map<string, number>()
  const alternatives: Alternatives[] = []
  const components = withinBudget(snapshot, componentsOf(standing(snapshot, valuedEdges(snapshot, graph))))
  for (const { edges } of components) {
    const [only] = edges
    if (edges.length === 1 && only!.terms.length === 1) {
      terms.set(only!.terms[0]!, (terms.get(only!.terms[0]!) ?? 0) + only!.weight)
    } else {
      const merged = mergedPostings(snapshot, graph, edges)
      if (merged.documents.length > 0) alternatives.push(merged)
    }
  }
  return { terms, alternatives }
}

/**
 * Parts of an explanation, with those of lists as the way that a document took: what it has, for which words of the query
 * and why.
 *
 * @param parts - of which lists have the names of alternatives
 */
export function explainedWays(
  snapshot: TextSnapshot,
  alternatives: readonly Alternatives[],
  document: number,
  parts: readonly ScorePart[],
): ScorePart[] {
  return parts.map((part) => {
    const found = alternatives.find(({ name }) => name === part.term)
    if (!found) return part
    const impacts = found.edges.map((edge) => impactIn(postingsOf(snapshot, edge), document))
    const way = bestWay(found.edges, (edge) => impacts[edge]!).way.map((edge) => found.edges[edge]!)
    const by = [...new Set(way.map(({ kind }) => kind))].join(' + ')
    return { ...part, term: way.map(({ text }) => text).join(' + '), written: found.written, by }
  })
}

function impactIn({ documents, impacts }: TermPostings, document: number): number {
  const place = documents.indexOf(document)
  return place < 0 ? 0 : impacts[place]!
}

/** What a whole impact of every edge counts. */
function valuedEdges(snapshot: TextSnapshot, { edges, words }: QueryGraph): ValuedEdge[] {
  const says = ({ terms }: QueryEdge) => terms.reduce((sum, term) => sum + snapshot.inverseFrequency(term), 0)
  const limits = new Float64Array(words.length).fill(Number.POSITIVE_INFINITY)
  const weights = new Float64Array(words.length)
  for (const edge of edges) {
    const place = edge.from / NODES_OF_A_WORD
    const isOfOneWord = Number.isInteger(place) && edge.to === edge.from + NODES_OF_A_WORD
    if (isOfOneWord && edge.weight > weights[place]!) {
      weights[place] = edge.weight
      limits[place] = says(edge)
    }
  }
  return edges.map((edge) => {
    const first = Math.floor(edge.from / NODES_OF_A_WORD)
    const last = Math.ceil(edge.to / NODES_OF_A_WORD)
    const isPartOfWord = edge.to - edge.from < NODES_OF_A_WORD
    const limit = limits.subarray(first, last).reduce((sum, one) => sum + one, 0)
    return { ...edge, value: edge.weight * (isPartOfWord ? says(edge) : Math.min(limit, says(edge))) }
  })
}

/** Without the phrases that no document has. */
function standing(snapshot: TextSnapshot, edges: readonly ValuedEdge[]): ValuedEdge[] {
  const costly = (edge: ValuedEdge) => Math.min(...edge.terms.map((term) => snapshot.frequency(term))) > MOST_PHRASE
  return edges.filter(
    (edge) => edge.terms.length === 1 || (!costly(edge) && postingsOf(snapshot, edge).documents.length > 0),
  )
}

function componentsOf(edges: readonly ValuedEdge[]): Component[] {
  const components: { edges: ValuedEdge[] }[] = []
  let end = -1
  for (const edge of [...edges].sort((a, b) => a.from - b.from || a.to - b.to || b.weight - a.weight)) {
    const isApart = edge.from >= end && edge.from % NODES_OF_A_WORD === 0
    if (isApart) components.push({ edges: [] })
    components.at(-1)!.edges.push(edge)
    end = Math.max(end, Math.ceil(edge.to / NODES_OF_A_WORD) * NODES_OF_A_WORD)
  }
  return components
}

/** Leaves out the cheapest expansions until the rest can be merged in time. */
function withinBudget(snapshot: TextSnapshot, components: readonly Component[]): Component[] {
  const costOf = ({ terms }: ValuedEdge) =>
    (terms.length > 1 ? PHRASE_COST : 1) * Math.min(...terms.map((term) => snapshot.frequency(term)))
  const several = components.filter(({ edges }) => edges.length > 1).flatMap(({ edges }) => edges)
  const order = several.sort((a, b) => b.weight - a.weight || costOf(a) - costOf(b))
  const left = new Set<ValuedEdge>()
  let cost = 0
  for (const edge of order) {
    cost += costOf(edge)
    if (cost > MOST_MERGED && edge.kind !== 'word') left.add(edge)
  }
  return components.flatMap((component) => componentsOf(component.edges.filter((edge) => !left.has(edge))))
}

function postingsOf(snapshot: TextSnapshot, { terms, offsets }: QueryEdge): TermPostings {
  return terms.length === 1 ? snapshot.postings(terms[0]!) : phrasePostings(snapshot, { terms, offsets, slop: 0 })
}

/** The documents of any of the edges, each with its best way. */
function mergedPostings(snapshot: TextSnapshot, graph: QueryGraph, edges: readonly ValuedEdge[]): Alternatives {
  const lists = edges.map((edge) => postingsOf(snapshot, edge))
  const weight = bestWay(edges, () => FULL_IMPACT).score / FULL_IMPACT
  const room = lists.reduce((sum, { documents }) => sum + documents.length, 0)
  const documents = new Int32Array(room)
  const impacts = new Uint8Array(room)
  const cursors = new Int32Array(lists.length)
  const current = new Int32Array(lists.length)
  const score = wayScorer(edges, current)
  let count = 0
  for (;;) {
    const document = nextDocument(lists, cursors)
    if (document < 0) break
    for (const [edge, list] of lists.entries()) {
      const isHere = list.documents[cursors[edge]!] === document
      current[edge] = isHere ? list.impacts[cursors[edge]!]! : 0
      if (isHere) cursors[edge]!++
    }
    documents[count] = document
    impacts[count++] = Math.min(FULL_IMPACT - 1, Math.max(1, Math.round(score() / weight)))
  }
  const first = Math.floor(Math.min(...edges.map(({ from }) => from)) / NODES_OF_A_WORD)
  const last = Math.ceil(Math.max(...edges.map(({ to }) => to)) / NODES_OF_A_WORD)
  return {
    // No term has a space in front.
    name: ` ${first}-${last}`,
    written: graph.words.slice(first, last).join(' '),
    documents: documents.slice(0, count),
    impacts: impacts.slice(0, count),
    weight,
    edges,
    mass: bestWay(
      edges.map((edge) => ({ ...edge, value: edge.weight })),
      () => 1,
    ).score,
  }
}

/** The smallest document at the cursors; -1 at their ends. */
function nextDocument(lists: readonly TermPostings[], cursors: Int32Array): number {
  let next = -1
  for (let list = 0; list < lists.length; list++) {
    const { documents } = lists[list]!
    const document = cursors[list]! < documents.length ? documents[cursors[list]!]! : -1
    if (document >= 0 && (next < 0 || document < next)) next = document
  }
  return next
}

/** {@link bestWay} of impacts that change, without its way. */
function wayScorer(edges: readonly ValuedEdge[], impacts: Int32Array): () => number {
  const nodes = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b)
  const order = Int32Array.from(edges.keys()).sort((a, b) => edges[a]!.to - edges[b]!.to)
  const from = Int32Array.from(order, (edge) => nodes.indexOf(edges[edge]!.from))
  const to = Int32Array.from(order, (edge) => nodes.indexOf(edges[edge]!.to))
  const values = Float64Array.from(order, (edge) => edges[edge]!.value)
  const best = new Float64Array(nodes.length)
  return () => {
    let at = 0
    for (let node = 1; node < best.length; node++) {
      let highest = best[node - 1]!
      for (; at < order.length && to[at] === node; at++) {
        const score = best[from[at]!]! + values[at]! * impacts[order[at]!]!
        if (score > highest) highest = score
      }
      best[node] = highest
    }
    return best[best.length - 1]!
  }
}

/** The way through edges with the largest sum, over as many of them as there are; a word may be passed over. */
function bestWay(edges: readonly ValuedEdge[], impactOf: (edge: number) => number): { score: number; way: number[] } {
  const nodes = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b)
  const ways = new Map(nodes.map((node) => [node, { score: 0, way: [] as number[] }]))
  for (const [place, node] of nodes.entries()) {
    const before = place === 0 ? undefined : ways.get(nodes[place - 1]!)
    let best = before ?? { score: 0, way: [] }
    for (const [number, edge] of edges.entries()) {
      const impact = edge.to === node ? impactOf(number) : 0
      const start = ways.get(edge.from)!
      const score = start.score + edge.value * impact
      if (impact > 0 && score > best.score) best = { score, way: [...start.way, number] }
    }
    ways.set(node, best)
  }
  return ways.get(nodes.at(-1)!)!
}
