import { phrasePostings } from './phrase-match.ts'
import { FULL_IMPACT } from './posting-chunks.ts'
import { NODES_OF_A_WORD, type QueryEdge, type QueryGraph } from './query-graph.ts'
import type { TermPostings } from './term-postings.ts'
import type { ScorePart, TextSnapshot } from './text-snapshot.ts'
import type { WeightedPostings } from './weighted-terms.ts'

/** Alternatives are merged up to so many postings; the cheapest guesses beyond it are left out. */
const MOST_MERGED = 200_000
/** What it costs to see whether a document has a phrase, beside merging a posting. */
const PHRASE_COST = 8

/** Of so many documents one has a posting: fewer are sorted, more are marked among all. */
const FEW = 32
/** Phrases are looked for as alternatives in so many documents, the weightiest first. */
const MOST_PHRASES = 50_000

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
 * @remarks O(postings of parts that have alternatives), at most 200,000 but for those of the words as written.
 */
export function graphPostings(snapshot: TextSnapshot, graph: QueryGraph): GraphPostings {
  const terms = new Map<string, number>()
  const alternatives: Alternatives[] = []
  const postingsOf = edgePostings(snapshot)
  const edges = standing(snapshot, valuedEdges(snapshot, graph), postingsOf)
  const components = withinBudget(snapshot, componentsOf(edges))
  for (const { edges } of components) {
    const [only] = edges
    if (edges.length === 1 && only!.terms.length === 1) {
      terms.set(only!.terms[0]!, (terms.get(only!.terms[0]!) ?? 0) + only!.weight)
    } else {
      const merged = mergedPostings(snapshot.documentCount, graph, edges, postingsOf)
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
  const postingsOf = edgePostings(snapshot)
  return parts.map((part) => {
    const found = alternatives.find(({ name }) => name === part.term)
    if (!found) return part
    const impacts = found.edges.map((edge) => impactIn(postingsOf(edge), document))
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
    const own = says(edge)
    // What is more than the words as they were written is what they are together.
    const isWhole = edge.weight > 1 && Number.isFinite(limit)
    const most = isWhole ? limit : Math.min(limit, own)
    return { ...edge, value: edge.weight * (isPartOfWord ? own : most) }
  })
}

/** Without the phrases that no document has, and those that it would take too long to look for. */
function standing(snapshot: TextSnapshot, edges: readonly ValuedEdge[], postingsOf: EdgePostings): ValuedEdge[] {
  const left = new Set<ValuedEdge>()
  let cost = 0
  for (const edge of edges.filter(({ terms }) => terms.length > 1).sort((a, b) => b.weight - a.weight)) {
    const own = Math.min(...edge.terms.map((term) => snapshot.frequency(term)))
    const isCostly = cost + own > MOST_PHRASES
    if (!isCostly) cost += own
    if (isCostly || postingsOf(edge).documents.length === 0) left.add(edge)
  }
  return edges.filter((edge) => !left.has(edge))
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

type EdgePostings = (edge: QueryEdge) => TermPostings

/** Reads what an edge stands for once, however often it is asked for. */
function edgePostings(snapshot: TextSnapshot): EdgePostings {
  const read = new Map<string, TermPostings>()
  return ({ terms, offsets }) => {
    const name = [...terms, ...offsets].join(' ')
    const known = read.get(name)
    if (known) return known
    const own =
      terms.length === 1 ? snapshot.postings(terms[0]!) : phrasePostings(snapshot, { terms, offsets, slop: 0 })
    read.set(name, own)
    return own
  }
}

/** The documents of any of the edges, each with its best way. */
function mergedPostings(
  documentCount: number,
  graph: QueryGraph,
  edges: readonly ValuedEdge[],
  postingsOf: EdgePostings,
): Alternatives {
  const lists = edges.map(postingsOf)
  const weight = bestWay(edges, () => FULL_IMPACT).score / FULL_IMPACT
  const documents = unionOf(lists, documentCount)
  const scores = bestScores(edges, lists, documents)
  const impacts = Uint8Array.from(scores, (score) => Math.min(FULL_IMPACT - 1, Math.max(1, Math.round(score / weight))))
  const first = Math.floor(Math.min(...edges.map(({ from }) => from)) / NODES_OF_A_WORD)
  const last = Math.ceil(Math.max(...edges.map(({ to }) => to)) / NODES_OF_A_WORD)
  return {
    // No term has a space in front.
    name: ` ${first}-${last}`,
    written: graph.words.slice(first, last).join(' '),
    documents,
    impacts,
    weight,
    edges,
    mass: bestWay(
      edges.map((edge) => ({ ...edge, value: edge.weight })),
      () => 1,
    ).score,
  }
}

/** The documents of any of the lists, ascending. */
function unionOf(lists: readonly TermPostings[], documentCount: number): Int32Array {
  const postings = lists.reduce((sum, { documents }) => sum + documents.length, 0)
  if (FEW * postings < documentCount) return sortedUnionOf(lists, postings)
  const marks = new Uint8Array(documentCount)
  for (const { documents } of lists) for (let at = 0; at < documents.length; at++) marks[documents[at]!] = 1
  let count = 0
  for (let document = 0; document < documentCount; document++) count += marks[document]!
  const union = new Int32Array(count)
  for (let document = 0, at = 0; at < count; document++) if (marks[document] === 1) union[at++] = document
  return union
}

function sortedUnionOf(lists: readonly TermPostings[], postings: number): Int32Array {
  const all = new Int32Array(postings)
  let at = 0
  for (const { documents } of lists) {
    all.set(documents, at)
    at += documents.length
  }
  all.sort()
  let count = 0
  for (const document of all) if (count === 0 || all[count - 1] !== document) all[count++] = document
  return all.subarray(0, count)
}

/**
 * The score of the best way of each document, an edge at a time.
 *
 * @param documents - the union of the lists
 */
function bestScores(edges: readonly ValuedEdge[], lists: readonly TermPostings[], documents: Int32Array): Float64Array {
  const nodes = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b)
  const best = [new Float64Array(documents.length)]
  for (let node = 1; node < nodes.length; node++) {
    const scores = best[node - 1]!.slice()
    for (const [number, { from, to, value }] of edges.entries()) {
      if (to !== nodes[node]) continue
      const before = best[nodes.indexOf(from)]!
      const list = lists[number]!
      for (let at = 0, place = 0; at < list.documents.length; at++) {
        while (documents[place]! < list.documents[at]!) place++
        const score = before[place]! + value * list.impacts[at]!
        if (score > scores[place]!) scores[place] = score
      }
    }
    best.push(scores)
  }
  return best.at(-1)!
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
