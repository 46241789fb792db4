export { clickRanker } from './click-ranker.ts'
export { fitRanker, loadRanker, overWholeRows, selectColumns, unknownColumns } from './column-selection.ts'
export {
  explainScore,
  type FeatureContribution,
  type ObjectiveContribution,
  type ScoreExplanation,
} from './explain-score.ts'
export { KnownColumns } from './known-columns.ts'
export { lambdaMart } from './lambda-mart.ts'
export { candidates, exposures, logisticRanker } from './logistic-ranker.ts'
export { atNeutralPosition, POSITION_COLUMN } from './neutral-position.ts'
export { placesOfBest } from './places-of-best.ts'
export {
  type ExampleSpec,
  type HelpingRanker,
  type LabelSpec,
  labelsOf,
  type Ranker,
  type RankerExamples,
  ripeAfterMs,
} from './ranker.ts'
export { RankingRows, rankingColumnNames } from './ranking-rows.ts'
export { ValueModel } from './value-model.ts'
export { valueRanker } from './value-ranker.ts'
