export { ACTIONS, type Action, severer, severityOf } from './action.ts'
export {
  decideAction,
  type ModelPolicy,
  modelAction,
  type PolicyDecision,
  type PolicyInput,
  type PolicyReason,
} from './decide-action.ts'
export { parseRules } from './rules/parse-rules.ts'
export { printRules, printTest } from './rules/print-rules.ts'
export type { Quantity, Rule, RuleVocabulary, Test } from './rules/rule.ts'
export { compileRules, FIRED, NOT_FIRED, RuleProgram, type RuleRow, UNKNOWN } from './rules/rule-program.ts'
export { type ActionCosts, expectedCosts } from './thresholds/action-costs.ts'
export { chooseThreshold, type ThresholdChoice, type ThresholdGoal } from './thresholds/choose-threshold.ts'
export { type CostPolicy, cheapestAction, fitCapacityPrice, type ReviewDemand } from './thresholds/cost-policy.ts'
export type { ScoredSample } from './thresholds/scored-sample.ts'
