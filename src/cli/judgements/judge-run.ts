import {
  bootstrapMean,
  type Interval,
  type PairedTest,
  pairedTest,
  type RetrievalMetric,
} from '../../evaluation/index.ts'
import { type CollectionQuery, type Judgements, requireRelevant } from './collection-files.ts'
import type { SearchRun } from './run-files.ts'

export interface QueryJudgement {
  readonly query: string
  /** What was asked; absent without a file of queries. */
  readonly text?: string | undefined
  /** By metric. */
  readonly metrics: Readonly<Record<string, number>>
  readonly against?: Readonly<Record<string, number>> | undefined
}

export type MeanInterval = Pick<Interval, 'estimate' | 'low' | 'high'>

export interface RunJudgement {
  /** Queries with a relevant document: what every mean is over. One that found nothing counts 0. */
  readonly queries: number
  /** Such queries without a result. */
  readonly queriesWithoutResults: number
  /** Queries of the run that nobody judged, or that have nothing relevant; they are left out. */
  readonly queriesLeftOut: number
  /** The share of the ten best documents of each query that nobody judged; they count as not relevant. */
  readonly unjudgedAt10: number
  readonly metrics: Readonly<Record<string, MeanInterval>>
  readonly againstMetrics?: Readonly<Record<string, MeanInterval>> | undefined
  /** By metric: the run less what it is compared with, query by query. */
  readonly comparison?: Readonly<Record<string, PairedTest>> | undefined
  readonly perQuery: readonly QueryJudgement[]
}

export interface JudgeOptions {
  readonly run: SearchRun
  readonly against?: SearchRun | undefined
  readonly judgements: Judgements
  readonly queries?: readonly CollectionQuery[] | undefined
  readonly metrics: readonly RetrievalMetric[]
  readonly seed: number
}

/**
 * Measures a run on judgements, and against another run query by query. With a file of queries only these count.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when no query has a relevant document
 */
export function judgeRun(options: JudgeOptions): RunJudgement {
  const { run, against, judgements, queries, metrics, seed } = options
  const texts = new Map(queries?.map(({ id, text }) => [id, text]))
  const asked = queries ? [...texts.keys()] : [...judgements.keys()]
  requireRelevant(asked, judgements)
  const judged = asked.filter((id) => [...(judgements.get(id)?.values() ?? [])].some((gain) => gain > 0))
  const perQuery = judged.map((query) => ({
    query,
    ...(queries ? { text: texts.get(query) } : {}),
    metrics: metricsOf(run, query, judgements, metrics),
    ...(against ? { against: metricsOf(against, query, judgements, metrics) } : {}),
  }))
  const values = (name: string, side: 'metrics' | 'against'): Float64Array =>
    Float64Array.from(perQuery, (each) => each[side]?.[name] ?? Number.NaN)
  const by = <Value>(value: (name: string) => Value): Record<string, Value> =>
    Object.fromEntries(metrics.map(({ name }) => [name, value(name)]))
  const mean =
    (side: 'metrics' | 'against') =>
    (name: string): MeanInterval => {
      const { estimate, low, high } = bootstrapMean(values(name, side), { seed })
      return { estimate, low, high }
    }
  const counted = new Set(judged)
  return {
    queries: judged.length,
    queriesWithoutResults: judged.filter((query) => !run.has(query)).length,
    queriesLeftOut: [...run.keys()].filter((query) => !counted.has(query)).length,
    unjudgedAt10: unjudgedShare(run, judged, judgements),
    metrics: by(mean('metrics')),
    ...(against
      ? {
          againstMetrics: by(mean('against')),
          comparison: by((name) => pairedTest(values(name, 'metrics'), values(name, 'against'), { seed })),
        }
      : {}),
    perQuery,
  }
}

function metricsOf(
  run: SearchRun,
  query: string,
  judgements: Judgements,
  metrics: readonly RetrievalMetric[],
): Record<string, number> {
  const gains = judgements.get(query)!
  const ranked = Float64Array.from(run.get(query) ?? [], ({ id }) => gains.get(id) ?? 0)
  const judged = Float64Array.from(gains.values())
  return Object.fromEntries(metrics.map(({ name, of }) => [name, of(ranked, judged)]))
}

function unjudgedShare(run: SearchRun, queries: readonly string[], judgements: Judgements): number {
  let [unjudged, shown] = [0, 0]
  for (const query of queries) {
    const first = (run.get(query) ?? []).slice(0, 10)
    shown += first.length
    unjudged += first.filter(({ id }) => !judgements.get(query)!.has(id)).length
  }
  return shown > 0 ? unjudged / shown : 0
}
