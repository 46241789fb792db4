export {
  type Application,
  defineApp,
  hashOfSystem,
  rankingSystems,
  requireAnySystem,
  requireScoringSystem,
  requireSearchSystem,
  requireSystem,
  type System,
  scoringSystems,
  searchSystems,
} from './define-app.ts'
export { type Exploration, type ExplorationSeries, explorationSeries, explore } from './explore.ts'
export { lightSurvivors } from './light-survivors.ts'
export { openQueryIntent, queryIntents } from './query-intents.ts'
export { type LightStage, type RankingSystem, rankingSystem } from './ranking-system.ts'
export { type BoostedTreesOptions, boostedTrees, logisticScorer, type Scorer, type ScorerFit } from './scorer.ts'
export {
  type DecideSpec,
  type Imbalance,
  type OutcomeSpec,
  PROBABILITY,
  type ReviewSpec,
  ruleVocabulary,
  type ScoringPolicy,
  type ScoringSystem,
  scoringSystem,
} from './scoring-system.ts'
export { type QueryEventSpec, type SearchSystem, searchSystem } from './search-system.ts'
