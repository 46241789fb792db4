export { ACTIONS, type Action, severityOf } from './action.ts'
export {
  decideAction,
  type ModelPolicy,
  type PolicyDecision,
  type PolicyInput,
  type PolicyReason,
} from './decide-action.ts'
export { EntityLists, type EntityListsOptions } from './entity-lists/entity-lists.ts'
export type { ListEntry, ListName, ListRecord } from './entity-lists/list-record.ts'
export {
  type ListFormat,
  type ListLine,
  type ListLines,
  type ListLinesOptions,
  type RefusedListLine,
  readListLines,
} from './entity-lists/read-list-lines.ts'
export { type RateBelief, thompsonChoice, thompsonPropensities } from './exploration/thompson-sampling.ts'
export type {
  AlertVerdict,
  ReviewAlert,
  ReviewCase,
  ReviewLease,
  ReviewOpinion,
  ReviewStage,
  Verdict,
} from './review/review-case.ts'
export type { ReviewOptions } from './review/review-options.ts'
export {
  type ReviewBacklog,
  type ReviewLabel,
  type ReviewOutcome,
  ReviewQueue,
  type VerdictPair,
} from './review/review-queue.ts'
export type { ReviewRecord } from './review/review-record.ts'
export type { ReviewerCounts } from './review/reviewer-counts.ts'
export {
  type BacktestDay,
  type BacktestDifference,
  type BacktestReport,
  type BacktestSummary,
  type EventCount,
  type RuleCount,
  summaryOf,
} from './rule-sets/backtest-report.ts'
export { type BacktestRows, LISTED } from './rule-sets/backtest-rows.ts'
export { type BacktestOptions, backtestRules } from './rule-sets/backtest-rules.ts'
export type { RuleSet, RuleSetGuard, RuleSetRecord, RuleSetState } from './rule-sets/rule-set.ts'
export { type CanonicalRules, canonicalRules } from './rule-sets/rule-set-hash.ts'
export { RuleSets, type RuleSetsOptions } from './rule-sets/rule-sets.ts'
export { parseRules } from './rules/parse-rules.ts'
export type { Quantity, Rule, RuleVocabulary, Test } from './rules/rule.ts'
export { compileRules, RuleProgram, type RuleRow } from './rules/rule-program.ts'
export { type ActionCosts, expectedCosts } from './thresholds/action-costs.ts'
export { chooseThreshold, type ThresholdChoice, type ThresholdGoal } from './thresholds/choose-threshold.ts'
export { type CostPolicy, cheapestAction, fitCapacityPrice, type ReviewDemand } from './thresholds/cost-policy.ts'
export type { ScoredSample } from './thresholds/scored-sample.ts'
