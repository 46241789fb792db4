import { type RetrievalMetric, retrievalMetric } from '../../evaluation/index.ts'
import { SluiceError } from '../../foundation/index.ts'
import { searchText, type TextIndex } from '../../retrieval/index.ts'
import { type CollectionQuery, readDocuments, readJudgements, readQueries } from './collection-files.ts'
import { DEPTH, indexCollection, SEARCHES, textFieldsOf } from './index-collection.ts'
import { judgeRun, type QueryJudgement, type RunJudgement } from './judge-run.ts'
import { checkGates, type GateOutcome, readGate } from './quality-gates.ts'
import { readRun, type ScoredDocument, type SearchRun, writeRun } from './run-files.ts'

export interface SearchEvaluationOptions {
  readonly judgements: string
  readonly queries?: string | undefined
  readonly documents?: string | undefined
  /** A file in TREC form, or with documents the name of a way to search. */
  readonly run?: string | undefined
  readonly against?: string | undefined
  /** Where to write the run; not at all when absent. */
  readonly saveRun?: string | undefined
  readonly metrics?: readonly string[] | undefined
  readonly gates?: readonly string[] | undefined
  /** How much of the first metric may be lost against the other run. */
  readonly maxLoss?: number | undefined
  /** How many of the worst queries are told; 10 when absent. */
  readonly worst?: number | undefined
  readonly seed: number
  /** A system that is judged, when it is no run and no search of documents. */
  readonly system?: SearchedSystem | undefined
  readonly onProgress?: ((what: string) => void) | undefined
}

export interface SearchedSystem {
  readonly name: string
  /** The best documents for a query, best first. */
  readonly search: (query: string, limit: number) => readonly ScoredDocument[]
}

export interface SearchEvaluation extends RunJudgement {
  readonly run: string
  readonly against?: string | undefined
  /** By this metric the worst queries are told. */
  readonly byMetric: string
  /** With another run those that lost most; without, those that fare worst. */
  readonly worst: readonly QueryJudgement[]
  readonly gates: readonly GateOutcome[]
}

const METRICS = ['map', 'ndcg@10', 'mrr', 'p@10', 'recall@100'] as const
const WORST = 10

/**
 * Judges a run of search on judgements: read from a file, or made here from documents and queries.
 *
 * @throws SluiceError whatever files can be wrong in, and `INVALID_ARGUMENT` when it is not said what is judged
 */
export async function evaluateSearch(options: SearchEvaluationOptions): Promise<SearchEvaluation> {
  const { seed, worst = WORST, maxLoss } = options
  const gates = (options.gates ?? []).map(readGate)
  const metrics = metricsOf(options.metrics ?? METRICS, gates)
  const [{ name: byMetric }] = metrics as [RetrievalMetric]
  requireSense(options)
  const judgements = await readJudgements(options.judgements)
  const queries = options.queries === undefined ? undefined : await readQueries(options.queries)
  const runs = new RunSource(options, queries)
  const name = options.system?.name ?? options.run ?? 'default'
  const run = await runs.read(name)
  const against = options.against === undefined ? undefined : await runs.read(options.against)
  const judgement = judgeRun({ run, against, judgements, queries, metrics, seed })
  if (options.saveRun !== undefined) await writeRun(options.saveRun, run, 'sluice')
  return {
    run: name,
    ...(options.against === undefined ? {} : { against: options.against }),
    ...judgement,
    byMetric,
    worst: worstQueries(judgement.perQuery, byMetric).slice(0, worst),
    gates: checkGates(judgement, gates, maxLoss === undefined ? undefined : { metric: byMetric, most: maxLoss }),
  }
}

/** The metrics that were asked for, and those that gates need. */
function metricsOf(names: readonly string[], gates: readonly { readonly metric: string }[]): RetrievalMetric[] {
  return [...new Set([...names, ...gates.map(({ metric }) => metric)])].map(retrievalMetric)
}

function requireSense({ run, against, documents, queries, maxLoss, system }: SearchEvaluationOptions): void {
  const refuse = (expected: string, got: string): never => {
    throw new SluiceError('INVALID_ARGUMENT', `evaluate --judgements: expected ${expected}, got ${got}`)
  }
  if (run === undefined && documents === undefined && !system)
    refuse('--run, or --documents and --queries to search', 'neither')
  if ((documents !== undefined || system) && queries === undefined) refuse('--queries, which are asked', 'none')
  if (maxLoss !== undefined && against === undefined) refuse('--against beside --max-loss', 'nothing to compare with')
}

/** Runs by name: a way to search the documents, or a file. */
class RunSource {
  readonly #options: SearchEvaluationOptions
  readonly #queries: readonly CollectionQuery[] | undefined
  #index: TextIndex | undefined

  constructor(options: SearchEvaluationOptions, queries: readonly CollectionQuery[] | undefined) {
    this.#options = options
    this.#queries = queries
  }

  async read(name: string): Promise<SearchRun> {
    const { documents, system, onProgress } = this.#options
    if (system?.name === name) return this.#ask((text) => system.search(text, DEPTH))
    if (documents === undefined || !Object.hasOwn(SEARCHES, name)) return readRun(name)
    const index = await this.#open(documents)
    onProgress?.(`searching: ${name}`)
    const search = SEARCHES[name as keyof typeof SEARCHES]
    return this.#ask((text) => searchText(index, text, { ...search, syntax: 'words', limit: DEPTH }).hits)
  }

  #ask(answer: (query: string) => readonly ScoredDocument[]): SearchRun {
    return new Map((this.#queries ?? []).map(({ id, text }) => [id, answer(text)]))
  }

  async #open(file: string): Promise<TextIndex> {
    if (this.#index) return this.#index
    const documents = await readDocuments(file)
    this.#options.onProgress?.(`indexing ${documents.length} documents`)
    this.#index = indexCollection(documents, textFieldsOf(documents).fields)
    return this.#index
  }
}

/** Those that lost, most first; without another run all, worst first. */
function worstQueries(queries: readonly QueryJudgement[], metric: string): QueryJudgement[] {
  const value = ({ metrics, against }: QueryJudgement): number => metrics[metric]! - (against?.[metric] ?? 0)
  const lost = queries.filter((query) => !query.against || value(query) < 0)
  return lost.toSorted((a, b) => value(a) - value(b))
}
