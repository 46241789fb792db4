export {
  dcg,
  dcgOfRanked,
  type GainOptions,
  type NoneRelevant,
  ndcg,
  ndcgByQuery,
  ndcgOfRanked,
  type ScoredGainOptions,
} from './discounted-gain.ts'
export { meanOfDefined } from './mean-of-defined.ts'
export { orderByScore } from './order-by-score.ts'
export { type ItemLists, type RankMetrics, rankMetricsByUser } from './rank-metrics-by-user.ts'
export { labelsByScore, labelsOfRanking } from './ranked-labels.ts'
export { averagePrecisionAt, hitAt, precisionAt, recallAt, reciprocalRankAt } from './ranked-list-metrics.ts'
