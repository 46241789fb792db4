import {
  bootstrapMean,
  type Interval,
  meanOfDefined,
  quantileOfSorted,
  retrievalMetric,
} from '../../../evaluation/index.ts'
import { type Clock, isSluiceError } from '../../../foundation/index.ts'
import {
  latentVectors,
  loadTextIndex,
  saveTextIndex,
  searchText,
  type TextIndex,
  type TextSearchOptions,
  type TextVectors,
} from '../../../retrieval/index.ts'
import { readSearchCollection, type SearchCollection } from '../../judgements/collection-files.ts'
import { DEPTH, indexCollection, SEARCHES, textFieldsOf } from '../../judgements/index-collection.ts'
import { withTypingErrors } from './typing-errors.ts'

export interface SearchBenchOptions {
  readonly documents: string
  readonly queries: string
  readonly judgements: string
  readonly seed: number
  readonly clock: Clock
  readonly onProgress?: ((what: string) => void) | undefined
}

/** Names of the metrics, in the order in which they are shown. */
export const SEARCH_METRICS = ['map', 'ndcg@10', 'p@30', 'mrr', 'recall@1000'] as const
type SearchMetric = (typeof SEARCH_METRICS)[number]

export interface SearchRun {
  readonly run: string
  readonly metrics: Readonly<Record<SearchMetric, number>>
  /** 95 % by the bootstrap over queries. */
  readonly intervals: Readonly<Record<SearchMetric, Pick<Interval, 'low' | 'high'>>>
  /** Of the ten best documents of each query, in microseconds. */
  readonly latencyMicros: { readonly mean: number; readonly p50: number; readonly p99: number }
}

export interface SearchReport {
  readonly protocol: string
  readonly seed: number
  readonly documents: number
  readonly fields: readonly string[]
  /** Fields that are no text, and are not searched. */
  readonly fieldsLeftOut: readonly string[]
  readonly terms: number
  /** Queries with a relevant document: what every mean is over. */
  readonly queries: number
  readonly index: {
    readonly seconds: number
    readonly bytes: number
    /** As a file, and how long it takes to open. */
    readonly fileBytes: number
    readonly openSeconds: number
    /** How long it took to learn vectors. */
    readonly latentSeconds: number
  }
  readonly runs: readonly SearchRun[]
  /** What is left of the default run's MAP when half of the longer words of queries have a typing error. */
  readonly typingErrors: { readonly share: number; readonly shareWithoutSpelling: number }
}

interface Run {
  readonly search: TextSearchOptions
  /** Whether queries have typing errors. */
  readonly errors?: boolean
  /** With vectors that are learnt from the documents, and which share of a score is theirs. */
  readonly vectors?: { readonly weight?: number }
}

/** What is measured: BM25 by the book, and what {@link searchText} does when nothing is said. */
const RUNS: Readonly<Record<string, Run>> = {
  bm25: { search: SEARCHES.bm25 },
  default: { search: SEARCHES.default },
  feedback: { search: SEARCHES.feedback },
  'latent vectors': { search: {}, vectors: { weight: 1 } },
  hybrid: { search: SEARCHES.feedback, vectors: {} },
  'default, typing errors': { search: {}, errors: true },
  'typing errors, no spelling': { search: { spelling: false }, errors: true },
}

const PROTOCOL =
  'BM25F over all text fields with k1 1.2, b 0.75 and boosts of 1; default adds spelling and the proximity of the ' +
  'sequential dependence model (0.85, 0.1, 0.05); feedback adds RM3 (10 documents, 10 terms, half of the weight); ' +
  'latent vectors are the truncated decomposition of tf-idf in 128 dimensions, alone; hybrid is feedback and these, each by ' +
  'the spread of its scores; nothing is tuned; lists of 1,000, means over the queries with a relevant document; what is not judged is not relevant; gains ' +
  'are linear; latency is that of the best 10 and without intervals'

/**
 * Measures text search on a test collection.
 *
 * @throws SluiceError as {@link readSearchCollection} does, and when a document cannot be indexed
 */
export async function runSearchBench(options: SearchBenchOptions): Promise<SearchReport> {
  const { seed, clock, onProgress } = options
  onProgress?.('reading the collection')
  const collection = await readSearchCollection(options)
  const { fields, leftOut } = textFieldsOf(collection.documents)
  onProgress?.(`indexing ${collection.documents.length} documents`)
  const start = clock()
  const fresh = indexCollection(collection.documents, fields)
  const seconds = (clock() - start) / 1000
  const file = saveTextIndex(fresh)
  const opening = clock()
  const index = loadTextIndex(file)
  const openSeconds = (clock() - opening) / 1000
  const judged = judgedQueries(collection)
  onProgress?.('learning vectors')
  const learning = clock()
  const latent = learntVectors(index, seed)
  const latentSeconds = (clock() - learning) / 1000
  const runs = Object.entries(RUNS).flatMap(([name, { search: words, errors = false, vectors }]) => {
    if (vectors && !latent) return []
    onProgress?.(`searching: ${name}`)
    const search = vectors && latent ? { ...words, vectors: { ...vectors, of: latent } } : words
    const asked = errors
      ? judged.map((query) => ({ ...query, text: withTypingErrors(query.text, seed, query.id) }))
      : judged
    return [measureRun(index, name, search, asked, options)]
  })
  const mapOf = (name: string): number => runs.find(({ run }) => run === name)!.metrics.map
  return {
    protocol: PROTOCOL,
    seed,
    documents: index.size,
    fields,
    fieldsLeftOut: leftOut,
    terms: index.termCount,
    queries: judged.length,
    index: { seconds, bytes: index.memoryBytes, fileBytes: file.length, openSeconds, latentSeconds },
    runs,
    typingErrors: {
      share: mapOf('default, typing errors') / mapOf('default'),
      shareWithoutSpelling: mapOf('typing errors, no spelling') / mapOf('default'),
    },
  }
}

/** Undefined for documents that have no words in common. */
function learntVectors(index: TextIndex, seed: number): TextVectors | undefined {
  try {
    return latentVectors(index, { seed })
  } catch (error) {
    if (isSluiceError(error, 'NO_TRAINING_DATA')) return undefined
    throw error
  }
}

interface JudgedQuery {
  readonly id: string
  readonly text: string
  readonly gains: ReadonlyMap<string, number>
}

function judgedQueries({ queries, judgements }: SearchCollection): JudgedQuery[] {
  const judged = queries.map((query) => ({ ...query, gains: judgements.get(query.id) ?? new Map<string, number>() }))
  return judged.filter(({ gains }) => [...gains.values()].some((gain) => gain > 0))
}

function measureRun(
  index: TextIndex,
  run: string,
  search: TextSearchOptions,
  queries: readonly JudgedQuery[],
  { clock, seed }: SearchBenchOptions,
): SearchRun {
  const values = queries.map(({ text, gains }) => {
    const { hits } = searchText(index, text, { ...search, syntax: 'words', limit: DEPTH })
    return metricsOf(
      hits.map(({ id }) => gains.get(id) ?? 0),
      [...gains.values()],
    )
  })
  const micros = Float64Array.from(queries, ({ text }) => {
    const start = clock()
    searchText(index, text, { ...search, syntax: 'words' })
    return (clock() - start) * 1000
  }).sort()
  const of = (metric: SearchMetric): Float64Array => Float64Array.from(values, (value) => value[metric])
  return {
    run,
    metrics: byMetric((metric) => meanOfDefined(of(metric))),
    intervals: byMetric((metric) => {
      const { low, high } = bootstrapMean(of(metric), { seed })
      return { low, high }
    }),
    latencyMicros: {
      mean: meanOfDefined(micros),
      p50: quantileOfSorted(micros, 0.5),
      p99: quantileOfSorted(micros, 0.99),
    },
  }
}

function metricsOf(ranked: readonly number[], judged: readonly number[]): Record<SearchMetric, number> {
  const [labels, gains] = [Float64Array.from(ranked), Float64Array.from(judged)]
  return byMetric((metric) => retrievalMetric(metric).of(labels, gains))
}

function byMetric<Value>(value: (metric: SearchMetric) => Value): Record<SearchMetric, Value> {
  return Object.fromEntries(SEARCH_METRICS.map((metric) => [metric, value(metric)])) as Record<SearchMetric, Value>
}
