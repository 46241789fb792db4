export { explainScore, type FeatureContribution, type ScoreExplanation } from './explain-score.ts'
export { candidates, exposures, logisticRanker } from './logistic-ranker.ts'
export type { ExampleSpec, LabelSpec, Ranker } from './ranker.ts'
export { RankingRows } from './ranking-rows.ts'
