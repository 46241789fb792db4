export { Blend, type BlendMember, loadBlend } from './blend/blend.ts'
export { loadSingleItemModel } from './blend/load-single-item-model.ts'
export { marksOf, standardise } from './blend/standardise.ts'
export { BetaCalibrator, fitBeta } from './calibration/beta.ts'
export type { CalibrationExamples, Calibrator } from './calibration/calibrator.ts'
export {
  type CalibrationMethod,
  type CalibrationTrial,
  chooseCalibrator,
  compareCalibrators,
  loadCalibrator,
} from './calibration/choose-calibrator.ts'
export {
  type ClassCalibrationExamples,
  ClassTemperature,
  fitClassTemperature,
  loadClassTemperature,
} from './calibration/class-temperature.ts'
export { fitIsotonic, IsotonicCalibrator, type IsotonicKnots } from './calibration/isotonic.ts'
export { correctForNegativeSampling, negativeSamplingOffset } from './calibration/negative-sampling.ts'
export { fitPlatt, PlattCalibrator } from './calibration/platt.ts'
export { fitTemperature, TemperatureCalibrator } from './calibration/temperature.ts'
export { fitAffineBias } from './clicks/affine-bias.ts'
export type { ClickBias } from './clicks/click-bias.ts'
export type { ClickLog } from './clicks/click-log.ts'
export { type EstimatedClickBias, estimateClickBias } from './clicks/estimate-click-bias.ts'
export { type ExpectedClicks, expectedClickRates } from './clicks/expected-click-rates.ts'
export {
  type ClickExamples,
  type ClickRanker,
  type ClickRankerOptions,
  fitClickRanker,
} from './clicks/fit-click-ranker.ts'
export { harvestPropensities } from './clicks/harvest-propensities.ts'
export { type PairFeatures, regressPropensities } from './clicks/regress-propensities.ts'
export { CoVisitation, fitCoVisitation, loadCoVisitation } from './co-visitation.ts'
export type { CoVisitationOptions, CoVisitationSimilarity } from './co-visitation-options.ts'
export type { CompactOptions } from './compression/compact-tables.ts'
export { CompactTrees, compactTrees, loadCompactTrees } from './compression/compact-trees.ts'
export { type CompressedCandidate, compressedCandidates } from './compression/compressed-candidates.ts'
export {
  type CompressionQuestion,
  type CompressionReport,
  compressionReport,
  type MetricChange,
  type ScoreMetric,
} from './compression/compression-report.ts'
export { type DistillationOptions, distillationExamples } from './compression/distil.ts'
export { fromHalves, type HalfTable, toHalves } from './compression/half-precision.ts'
export { loadRowModel } from './compression/load-row-model.ts'
export { pruneTrees } from './compression/prune-trees.ts'
export {
  CosineEmbeddings,
  fitCosineEmbeddings,
  loadCosineEmbeddings,
} from './cosine-embeddings/cosine-embeddings.ts'
export type { CosineOptions } from './cosine-embeddings/cosine-options.ts'
export type { CoefficientInterval, CurveIntervals, Estimate } from './curve-intervals.ts'
export { Ease, fitEase, loadEase } from './ease.ts'
export type { EaseOptions } from './ease-options.ts'
export { FactorMachine, type PairContribution } from './factors/factor-machine.ts'
export type { FactorOptions } from './factors/factor-options.ts'
export type { FeatureFields } from './factors/feature-fields.ts'
export {
  fitFactorisationMachine,
  fitFieldAwareMachine,
  loadFactorisationMachine,
  loadFieldAwareMachine,
} from './factors/fit-factor-machine.ts'
export type { SharedRowsOptions } from './factors/fit-shared-rows.ts'
export type { Interactions, ItemModel } from './item-model.ts'
export { fitLambdaMart, type LambdaMartOptions } from './lambda-mart.ts'
export { Als, loadAls } from './latent/als.ts'
export type { AlsOptions } from './latent/als-options.ts'
export { fitAls, fitAlsOnWorkers } from './latent/fit-als.ts'
export type { LatentItemModel } from './latent/latent-model.ts'
export { logistic, logOdds } from './logistic-function.ts'
export {
  fitLogisticRegression,
  fitLogisticRegressionWithIntervals,
  LogisticRegression,
  type LogisticRegressionOptions,
  loadLogisticRegression,
} from './logistic-regression.ts'
export { openModelFile, readModelChecksum, readModelKind, writeModelFile } from './model-file.ts'
export { FeatureHasher, type HashedColumns, type HashedRow, type HashedValue } from './online/feature-hasher.ts'
export { type FtrlFitOptions, fitFtrlProximal } from './online/fit-ftrl-proximal.ts'
export type { FtrlOptions } from './online/ftrl-options.ts'
export { FtrlProximal, loadFtrlProximal, type ProgressiveLoss, startFtrlProximal } from './online/ftrl-proximal.ts'
export { HashedFtrl, loadHashedFtrl, startHashedFtrl } from './online/hashed-ftrl.ts'
export {
  type ClassScoringModel,
  type PermutationImportance,
  permutationImportance,
  type ScoringModel,
} from './permutation-importance.ts'
export { fitPopularity, loadPopularity, Popularity } from './popularity.ts'
export { type QueryClass, QueryClasses } from './query-classes.ts'
export type { ListExamples, RowExamples, RowModel } from './row-model.ts'
export {
  fitSparseLogisticRegression,
  loadSparseLogisticRegression,
  SparseLogisticRegression,
  type SparseLogisticRegressionOptions,
} from './sparse-logistic-regression.ts'
export type { SparseExamples, SparseRows } from './sparse-rows.ts'
export { columnDirections } from './spectral/column-directions.ts'
export { fitSpectral } from './spectral/fit-spectral.ts'
export { loadSpectral, Spectral } from './spectral/spectral.ts'
export type { SpectralOptions } from './spectral/spectral-options.ts'
export { type ScoredItems, topItems } from './top-items.ts'
export { type TreeObjectiveSpec, treeObjective } from './tree-objectives/tree-objective.ts'
export { fitTrees, fitTreesOnWorkers } from './tree-training/fit-trees.ts'
export type { GradientKernel, ObjectiveRecipe, RowRange, TreeObjective } from './tree-training/objective.ts'
export { type RefitOptions, refitTrees } from './tree-training/refit-trees.ts'
export type { TreeTrainingOptions, TreeValidation } from './tree-training/training-options.ts'
export type { TreeRows } from './tree-training/tree-rows.ts'
export { type IterationRange, leavesOf, scoreTrees } from './trees/predict-trees.ts'
export { readLightgbmText } from './trees/read-lightgbm-text.ts'
export { readXgboostJson, readXgboostUbjson } from './trees/read-xgboost-json.ts'
export { requireSoundEnsemble, type TreeEnsemble } from './trees/tree-ensemble.ts'
export { TreeExplainer } from './trees/tree-explainer.ts'
export { splitCounts, totalGains } from './trees/tree-importance.ts'
export { loadTreeModel, TreeModel } from './trees/tree-model.ts'
export { responseOf, type TreeResponse, writeResponses } from './trees/tree-response.ts'
export { TreeScorer } from './trees/tree-scorer.ts'
export { openTreeScoringThreads, type TreeScoringThreads } from './trees/tree-scoring-threads.ts'
export { writeLightgbmText } from './trees/write-lightgbm-text.ts'
export { writeOnnx } from './trees/write-onnx.ts'
export { fitTwoTower } from './two-tower/fit-two-tower.ts'
export type { TowerFeatures } from './two-tower/tower.ts'
export { loadTwoTower, type TwoTower } from './two-tower/two-tower.ts'
export type { TwoTowerExamples, TwoTowerOptions } from './two-tower/two-tower-options.ts'
