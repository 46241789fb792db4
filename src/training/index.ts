export type { RefusedRanker } from './choose-ranker.ts'
export { type CompressionResult, compressVersion } from './compress-version.ts'
export type { CompressOptions } from './compression-task.ts'
export type { CompressionFigures, CompressionTrial, SegmentLoss } from './compression-trial.ts'
export type { LightQuality, PageJudgement, PageQuality } from './judge-pages.ts'
export type { RankingJudgement, RankingQuality } from './judge-ranking.ts'
export { type Artifacts, type Lineage, type ModelErasure, ModelRegistry, type ModelVersion } from './model-registry.ts'
export type { GateResult } from './promotion-gate.ts'
export type { ActionCount, ActionJudgement } from './scoring/judge-actions.ts'
export type { ScoringJudgement, ScoringQuality, SegmentQuality } from './scoring/judge-scoring.ts'
export { binOf, type ColumnProfile, type RowProfile, RowProfiler } from './scoring/row-profile.ts'
export { loadScoringModel, ScoringModel } from './scoring/scoring-model.ts'
export {
  evaluateScoringVersion,
  type ScoringResultJudgement,
  type ScoringTrainingResult,
  trainScoringSystem,
} from './scoring/train-scoring.ts'
export type { SearchJudgement } from './search/judge-search.ts'
export type { PositionPropensity, SearchClickBias } from './search/search-click-bias.ts'
export { SearchReplay } from './search/search-replay.ts'
export { evaluateSearchVersion, type SearchTrainingResult, trainSearchSystem } from './search/train-search.ts'
export { loadLightRanker, loadRankers, type SystemRankers, servingRanker } from './system-rankers.ts'
export {
  evaluateVersion,
  requireSameSystem,
  type SystemJudgement,
  type TrainingProgress,
  type TrainingResult,
  type TrainOptions,
  trainSystem,
} from './train-system.ts'
