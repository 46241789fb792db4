import { meanOfDefined, rankMetricsByUser } from '../../evaluation/index.ts'
import type { Interactions } from '../../models/index.ts'
import { type ChosenOptions, coordinateSearch, type Trial } from './coordinate-search.ts'
import { rankAllItems } from './rank-all-items.ts'
import { type RetrievalData, readRetrievalData } from './retrieval-data.ts'
import { RETRIEVAL_ENTRANTS, type RetrievalEntrant } from './retrieval-models.ts'
import type { RetrievalBenchOptions } from './retrieval-options.ts'

/** Means over the users with test items, by name such as `ndcg@10`. */
export type RetrievalMetrics = Readonly<Record<string, number>>

export interface RetrievalModelReport {
  readonly model: string
  /** Mean over the splits. */
  readonly metrics: RetrievalMetrics
  readonly splits: readonly {
    readonly metrics: RetrievalMetrics
    readonly options: ChosenOptions
    readonly trials: readonly Trial[]
    readonly seconds: { readonly tune: number; readonly fit: number; readonly rank: number }
  }[]
}

export interface RetrievalReport {
  readonly protocol: string
  readonly seed: number
  readonly users: number
  readonly items: number
  readonly interactions: { readonly train: number; readonly valid: number; readonly test: number }
  readonly models: readonly RetrievalModelReport[]
}

const PROTOCOL =
  'learnt from train, options chosen on valid by ndcg at the first cutoff, test ranked once; all items ranked but those ' +
  'of the user in train; recall over all test items, ndcg with binary gain over min(k, test items); users with test items'

/**
 * Measures the item models on files: recall and NDCG of ranking all items, as LightGCN's evaluation has them.
 *
 * @throws SluiceError when a file is missing or malformed, see {@link readRetrievalData}
 */
export async function runRetrievalBench(options: RetrievalBenchOptions): Promise<RetrievalReport> {
  const splits = await readRetrievalData(options)
  const entrants = RETRIEVAL_ENTRANTS.filter(({ name }) => options.models?.includes(name) ?? true)
  const models = entrants.map((entrant) => measure(entrant, splits, options))
  const { test, valid, train } = splits[0]!
  const interactions = { train: train.items.length, valid: valid.items.length, test: test.items.length }
  return {
    protocol: PROTOCOL,
    seed: options.seed,
    users: train.userCount,
    items: train.itemCount,
    interactions,
    models,
  }
}

function measure(
  entrant: RetrievalEntrant,
  splits: readonly RetrievalData[],
  options: RetrievalBenchOptions,
): RetrievalModelReport {
  const reports = splits.map((data, index) => {
    options.onProgress?.(`${entrant.name}, split ${index + 1} of ${splits.length}`)
    return measureSplit(entrant, data, options)
  })
  const names = Object.keys(reports[0]?.metrics ?? {})
  const mean = (name: string): number => meanOfDefined(Float64Array.from(reports, ({ metrics }) => metrics[name]!))
  return { model: entrant.name, metrics: Object.fromEntries(names.map((name) => [name, mean(name)])), splits: reports }
}

function measureSplit(
  entrant: RetrievalEntrant,
  data: RetrievalData,
  { at, seed, clock }: RetrievalBenchOptions,
): RetrievalModelReport['splits'][number] {
  const startMs = clock()
  const { best, trials } = coordinateSearch(entrant.space, (chosen) => {
    if (Object.keys(entrant.space).length === 0) return Number.NaN
    const model = entrant.fit(data.tuning, chosen, seed)
    return evaluate(rankAllItems(model, data.tuning, data.valid, at[0]!), data.valid, at.slice(0, 1))[`ndcg@${at[0]}`]!
  })
  const tunedMs = clock()
  const model = entrant.fit(data.train, best.options, seed)
  const fittedMs = clock()
  const metrics = evaluate(rankAllItems(model, data.train, data.test, Math.max(...at)), data.test, at)
  const seconds = {
    tune: (tunedMs - startMs) / 1000,
    fit: (fittedMs - tunedMs) / 1000,
    rank: (clock() - fittedMs) / 1000,
  }
  return { metrics, options: best.options, trials, seconds }
}

function evaluate(
  ranked: ReturnType<typeof rankAllItems>,
  relevant: Interactions,
  cutoffs: readonly number[],
): RetrievalMetrics {
  const means = cutoffs.flatMap((k) => {
    const { recall, ndcg } = rankMetricsByUser(ranked, relevant, k)
    return [[`recall@${k}`, meanOfDefined(recall)] as const, [`ndcg@${k}`, meanOfDefined(ndcg)] as const]
  })
  return Object.fromEntries(means)
}
