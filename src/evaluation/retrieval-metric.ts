import { SluiceError } from '../foundation/index.ts'
import { ndcgOfRanked } from './discounted-gain.ts'
import { averagePrecisionAt, precisionAt, recallAt, reciprocalRankAt } from './ranked-list-metrics.ts'

/** A measure of one query's list, as trec_eval defines it. */
export interface RetrievalMetric {
  /** Such as `ndcg@10`. */
  readonly name: string
  /**
   * @param rankedGains - gains in the order of the list, 0 for what is not judged
   * @param judgedGains - gains of all judged documents, in any order; a document is relevant above 0
   * @returns in [0, 1]; NaN when nothing is relevant
   */
  readonly of: (rankedGains: Float64Array, judgedGains: Float64Array) => number
}

type Measure = (ranked: Float64Array, judged: Float64Array, relevant: number, k: number) => number

const MEASURES: Readonly<Record<string, Measure>> = {
  map: (ranked, _judged, relevant, k) => averagePrecisionAt(ranked, relevant, k),
  ndcg: (ranked, judged, _relevant, k) => ndcgOfRanked(ranked, judged, { k }),
  mrr: (ranked, _judged, _relevant, k) => reciprocalRankAt(ranked, k),
  p: (ranked, _judged, _relevant, k) => precisionAt(ranked, k),
  recall: (ranked, _judged, relevant, k) => recallAt(ranked, relevant, k),
}

/**
 * A measure by its name: `map`, `ndcg`, `mrr`, `p` or `recall`, and after `@` how many places count (all without;
 * `p` has to say). They are trec_eval's `map_cut`, `ndcg_cut` (linear gains), `recip_rank`, `P` and `recall`.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at another name
 */
export function retrievalMetric(text: string): RetrievalMetric {
  const [, name = '', places] = /^([a-z]+)(?:@([1-9]\d{0,8}))?$/.exec(text) ?? []
  const measure = Object.hasOwn(MEASURES, name) ? MEASURES[name] : undefined
  if (!measure || (name === 'p' && places === undefined)) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `metric: expected map, ndcg, mrr or recall, with @ and places or without, or p@ and places, got ${JSON.stringify(text)}`,
    )
  }
  const k = places === undefined ? Number.POSITIVE_INFINITY : Number(places)
  return {
    name: text,
    of(ranked, judged) {
      const relevant = judged.filter((gain) => gain > 0).length
      return relevant > 0 ? measure(ranked, judged, relevant, k) : Number.NaN
    },
  }
}
