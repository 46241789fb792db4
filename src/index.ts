export {
  type Application,
  boostedTrees,
  defineApp,
  type Exploration,
  explore,
  type LightStage,
  logisticScorer,
  type RankingSystem,
  rankingSystem,
  type ScoringSystem,
  scoringSystem,
} from './application/index.ts'
export { type AppendResult, type EventLog, type EventRecord, importFiles } from './data/index.ts'
export { defineFeatures, type FeatureBuilder, type FeatureSet } from './features/index.ts'
export { type Clock, type Duration, type ErrorCode, isSluiceError, SluiceError } from './foundation/index.ts'
export {
  boolean,
  type Condition,
  categories,
  category,
  defineProblem,
  defineSchema,
  id,
  integer,
  number,
  type Problem,
  ref,
  type Schema,
  text,
  timestamp,
} from './problem/index.ts'
export { candidates, exposures, lambdaMart, logisticRanker, type Ranker, valueRanker } from './ranking/index.ts'
export {
  cap,
  deduplicate,
  determinantal,
  diversify,
  exploration,
  type PageRule,
  quota,
  slidingWindow,
  sponsored,
} from './reranking/index.ts'
export {
  becauseYouWatched,
  blocked,
  type CandidateFilter,
  type CandidateSource,
  factors,
  flagged,
  fresh,
  hidden,
  itemToItem,
  popularIn,
  seen,
  similarContent,
  trending,
  twoTower,
} from './retrieval/index.ts'
export { type Decision, Engine, type EngineOptions, type ExplainedDecision, type RankRequest } from './serving/index.ts'
export { builtInApplications } from './systems/index.ts'
export {
  evaluateVersion,
  ModelRegistry,
  type ModelVersion,
  type TrainingResult,
  trainSystem,
} from './training/index.ts'
