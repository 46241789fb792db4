export { type CompressionResult, type CompressOptions, compressVersion } from './compress-version.ts'
export type { CompressionFigures, CompressionTrial, SegmentLoss } from './compression-trial.ts'
export type { PageJudgement, PageQuality } from './judge-pages.ts'
export type { RankingJudgement, RankingQuality } from './judge-ranking.ts'
export { type Artifacts, type Lineage, type ModelErasure, ModelRegistry, type ModelVersion } from './model-registry.ts'
export type { GateResult } from './promotion-gate.ts'
export {
  evaluateVersion,
  FALLBACK_RANKER,
  RANKER,
  requireSameSystem,
  requireSystem,
  type SystemJudgement,
  type TrainingProgress,
  type TrainingResult,
  type TrainOptions,
  trainSystem,
} from './train-system.ts'
