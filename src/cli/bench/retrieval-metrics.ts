import { type ItemLists, type RankMetrics, rankMetricsByUser } from '../../evaluation/index.ts'
import { SluiceError } from '../../foundation/index.ts'

const METRICS = { recall: 'recall', ndcg: 'ndcg', precision: 'precision', hit: 'hit' } as const

/** A metric of top-k lists, such as `ndcg@20`. */
export interface RetrievalMetric {
  readonly name: string
  readonly of: keyof RankMetrics
  readonly k: number
}

/**
 * Reads `ndcg@20` and the like.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at a metric that is not known or a cutoff that is not a whole number from 1
 */
export function retrievalMetric(text: string): RetrievalMetric {
  const [, of = '', k = ''] = /^([a-z]+)@([1-9]\d{0,5})$/.exec(text) ?? []
  if (Object.hasOwn(METRICS, of)) return { name: text, of: of as keyof typeof METRICS, k: Number(k) }
  const known = Object.keys(METRICS).join(', ')
  throw new SluiceError('INVALID_ARGUMENT', `metrics: expected ${known} with a cutoff such as ndcg@20, got ${text}`)
}

/** One value a user by name of the metric; NaN for who has nothing held out. */
export type UserMetrics = ReadonlyMap<string, Float64Array>

export function userMetrics(metrics: readonly RetrievalMetric[], ranked: ItemLists, relevant: ItemLists): UserMetrics {
  const byCutoff = new Map<number, RankMetrics>()
  const at = (k: number): RankMetrics => {
    const known = byCutoff.get(k) ?? rankMetricsByUser(ranked, relevant, k)
    byCutoff.set(k, known)
    return known
  }
  return new Map(metrics.map(({ name, of, k }) => [name, at(k)[of]]))
}
