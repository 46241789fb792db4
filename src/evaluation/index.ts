export { averagePrecision, resampledAveragePrecision } from './average-precision.ts'
export { type BootstrapOptions, bootstrap, type Interval } from './bootstrap.ts'
export { type BootstrapMeanOptions, bootstrapMean, bootstrapMeanDifference } from './bootstrap-mean.ts'
export { brierScore } from './brier-score.ts'
export { catalogueCoverage } from './catalogue-coverage.ts'
export { cohenKappa, type KappaWeighting } from './cohen-kappa.ts'
export { type Confusion, confusionAt, fScore, matthewsCorrelation, precisionOf, recallOf } from './confusion.ts'
export { kendallTauB, pearsonCorrelation, spearmanCorrelation } from './correlation.ts'
export {
  dailyPrecision,
  dailySubjectPrecision,
  resampledDailySubjectPrecision,
  type ScoredDays,
  type ScoredSubjects,
} from './daily-precision.ts'
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
export { intraListDiversity } from './intra-list-diversity.ts'
export { logLoss, logLossByRow } from './log-loss.ts'
export { longTailShare } from './long-tail-share.ts'
export { meanOfDefined } from './mean-of-defined.ts'
export { f1ByClass, macroF1, multiclassConfusion, weightedF1 } from './multiclass-f1.ts'
export { novelty } from './novelty.ts'
export { orderByScore } from './order-by-score.ts'
export { type PairedTest, type PairedTestOptions, pairedTest } from './paired-test.ts'
export { populationStability } from './population-stability.ts'
export { quantileOfSorted } from './quantile.ts'
export {
  type AbandonedQuery,
  type QueryReport,
  type QueryReportOptions,
  queryReport,
  type ReportedQuery,
  type SearchLog,
  type SlowQuery,
} from './query-report.ts'
export { type ItemLists, type RankMetrics, rankMetricsByUser } from './rank-metrics-by-user.ts'
export { labelsByScore, labelsOfRanking } from './ranked-labels.ts'
export { averagePrecisionAt, hitAt, precisionAt, recallAt, reciprocalRankAt } from './ranked-list-metrics.ts'
export {
  coefficientOfDetermination,
  meanAbsoluteError,
  meanSquaredError,
  medianAbsoluteError,
  rootMeanSquaredError,
} from './regression-errors.ts'
export { type BinOptions, calibrationError, type ReliabilityBin, reliabilityCurve } from './reliability-curve.ts'
export { type RetrievalMetric, retrievalMetric } from './retrieval-metric.ts'
export { resampledRocAuc, rocAuc } from './roc-auc.ts'
export { type RandomSplitOptions, type RowSplit, randomSplit, stratifiedSplit } from './row-split.ts'
export { globalTimeSplit, splitAtTimes } from './time-split.ts'
