import type { Interval } from '../../evaluation/index.ts'
import type { Guardrails } from '../../problem/index.ts'
import type { GateResult } from '../promotion-gate.ts'
import type { ActionJudgement } from './judge-actions.ts'
import type { ScoringJudgement } from './judge-scoring.ts'

/**
 * A model serves when it orders held-out events better than one rate for all does, beyond chance; when it is not worse
 * than a logistic regression and the champion beyond chance (or better than the champion by at least `minimumGain`, where
 * the problem asks for it); and when its actions do not cost more than to allow everything, beyond chance.
 */
export function scoringGate(
  scoring: ScoringJudgement | undefined,
  actions: ActionJudgement | undefined,
  { minimumGain }: Guardrails,
): GateResult {
  if (!scoring) return { holds: false, reasons: ['the held-out events are not both positive and negative'] }
  const { gainOverConstant, gainOverLogistic, gainOverChampion } = scoring
  const reasons: string[] = []
  if (!(gainOverConstant.low > 0)) {
    reasons.push(
      `average precision over one rate for all: expected above 0 beyond chance, got ${shown(gainOverConstant)}`,
    )
  }
  for (const [name, gain] of [
    ['a logistic regression', gainOverLogistic],
    ['the champion', gainOverChampion],
  ] as const) {
    if (gain && gain.high < 0) {
      reasons.push(`average precision over ${name}: expected not below 0 beyond chance, got ${shown(gain)}`)
    }
  }
  if (gainOverChampion && minimumGain !== undefined && gainOverChampion.estimate < minimumGain) {
    reasons.push(
      `average precision over the champion: expected at least ${minimumGain}, got ${shown(gainOverChampion)}`,
    )
  }
  const saved = actions?.money?.saved
  if (saved && saved.high < 0) {
    reasons.push(`money saved a day: expected not below 0 beyond chance, got ${shown(saved)}`)
  }
  return { holds: reasons.length === 0, reasons }
}

function shown({ estimate, low, high }: Interval): string {
  return `${estimate.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`
}
