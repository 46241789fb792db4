import { bootstrapMean, type Interval, meanOfDefined } from '../../evaluation/index.ts'
import { MeasuredSplit } from './measured-split.ts'
import { readRetrievalData } from './retrieval-data.ts'
import { type RetrievalMetric, retrievalMetric, type UserMetrics } from './retrieval-metrics.ts'
import { RETRIEVAL_MODELS, USUAL_MODELS } from './retrieval-models.ts'
import type { RetrievalBenchOptions } from './retrieval-options.ts'
import type { ChosenOptions, Trial } from './seeded-search.ts'

/** Means over the users with test items, by name such as `ndcg@10`. */
export type RetrievalMetrics = Readonly<Record<string, number>>

export interface RetrievalModelReport {
  readonly model: string
  /** Mean over the splits. */
  readonly metrics: RetrievalMetrics
  /** 95 % by the bootstrap over users; with several splits, all values of a user stay together. */
  readonly intervals: Readonly<Record<string, Pick<Interval, 'low' | 'high'>>>
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
  /** Users with test items: what every mean is over. */
  readonly testUsers: number
  readonly models: readonly RetrievalModelReport[]
  /** The most that the process has held so far, all models and the data together. */
  readonly peakResidentBytes: number
}

const USUAL_TRIALS = 16

/**
 * Measures the item models on files: recall and NDCG of ranking all items, as LightGCN's evaluation has them.
 *
 * @throws SluiceError when a file is missing or malformed, see {@link readRetrievalData}
 */
export async function runRetrievalBench(options: RetrievalBenchOptions): Promise<RetrievalReport> {
  const splits = await readRetrievalData(options)
  const metrics = metricsOf(options)
  const names = RETRIEVAL_MODELS.filter((name) => (options.models ?? USUAL_MODELS).includes(name))
  const measured = new Map(names.map((name) => [name, [] as Measured[]]))
  for (const [place, data] of splits.entries()) {
    const { seed, clock, trials = USUAL_TRIALS, onProgress } = options
    const chooser = chooserOf(metrics, options)
    const split = new MeasuredSplit(data, { metrics, chooser, trials, clock, onProgress, seed: seed + place })
    for (const name of names) {
      options.onProgress?.(`${name}, split ${place + 1} of ${splits.length}`)
      measured.get(name)!.push(await split.measure(name))
    }
  }
  const { test, valid, train } = splits[0]!
  return {
    protocol: protocolOf(chooserOf(metrics, options), options),
    seed: options.seed,
    users: train.userCount,
    items: train.itemCount,
    interactions: { train: train.items.length, valid: valid.items.length, test: test.items.length },
    testUsers: test.starts.reduce((count, start, user) => count + (start < (test.starts[user + 1] ?? 0) ? 1 : 0), 0),
    models: Array.from(measured, ([model, results]) => reportOf(model, results, metrics, options.seed)),
    peakResidentBytes: options.peakResidentBytes?.() ?? Number.NaN,
  }
}

type Measured = Awaited<ReturnType<MeasuredSplit['measure']>>

function metricsOf({ at, metrics }: RetrievalBenchOptions): RetrievalMetric[] {
  return (metrics ?? at.flatMap((k) => [`recall@${k}`, `ndcg@${k}`])).map(retrievalMetric)
}

/** By what options are chosen: the first that was asked for, and NDCG where only cutoffs were. */
function chooserOf(metrics: readonly RetrievalMetric[], { metrics: asked }: RetrievalBenchOptions): RetrievalMetric {
  return metrics.find(({ of }) => asked !== undefined || of === 'ndcg')!
}

function protocolOf(chooser: RetrievalMetric, { valid, split }: RetrievalBenchOptions): string {
  const chosenOn = valid === undefined ? 'a quarter of train' : 'valid'
  const cut =
    split?.kind === 'time'
      ? '; held out is what came after one moment, of users and pairs as train has them and not'
      : ''
  return (
    `options chosen on ${chosenOn} by ${chooser.name}, learnt again from train alone, test ranked once; all items ranked ` +
    'but those of the user in train; recall over all test items, ndcg with binary gain over min(k, test items); mean over ' +
    `users with test items${cut}`
  )
}

function reportOf(
  model: string,
  results: readonly Measured[],
  metrics: readonly RetrievalMetric[],
  seed: number,
): RetrievalModelReport {
  const names = metrics.map(({ name }) => name)
  const means = ({ users }: { users: UserMetrics }): RetrievalMetrics =>
    Object.fromEntries(names.map((name) => [name, meanOfDefined(users.get(name)!)]))
  const splits = results.map(({ users, ...rest }) => ({ metrics: means({ users }), ...rest }))
  const mean = (name: string): number => meanOfDefined(Float64Array.from(splits, (split) => split.metrics[name]!))
  return {
    model,
    metrics: Object.fromEntries(names.map((name) => [name, mean(name)])),
    intervals: Object.fromEntries(names.map((name) => [name, intervalOf(results, name, seed)])),
    splits,
  }
}

function intervalOf(results: readonly Measured[], name: string, seed: number): { low: number; high: number } {
  const values = results.flatMap(({ users }) => Array.from(users.get(name)!))
  const userCount = values.length / results.length
  const clusters = Int32Array.from(values, (_, place) => place % userCount)
  const { low, high } = bootstrapMean(Float64Array.from(values), { seed, clusters })
  return { low, high }
}
