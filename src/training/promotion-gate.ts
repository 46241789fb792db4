import type { Guardrails } from '../problem/index.ts'
import type { RankingJudgement } from './judge-ranking.ts'

/** Whether a model may serve, and every reason why not. */
export interface GateResult {
  readonly holds: boolean
  readonly reasons: readonly string[]
}

/**
 * A model serves when it orders held-out lists better than popularity does, beyond chance, and is not worse than the
 * champion beyond chance (or better by at least `minimumGain`, where the problem asks for it).
 */
export function promotionGate(judgement: RankingJudgement | undefined, { minimumGain }: Guardrails): GateResult {
  if (!judgement) return { holds: false, reasons: ['no held-out list has both a positive and a negative row'] }
  const { gainOverPopular, gainOverChampion } = judgement
  const reasons: string[] = []
  if (!(gainOverPopular.low > 0)) {
    reasons.push(`NDCG@10 over "popular": expected above 0 beyond chance, got ${shown(gainOverPopular)}`)
  }
  if (gainOverChampion && gainOverChampion.high < 0) {
    reasons.push(`NDCG@10 over the champion: expected not below 0 beyond chance, got ${shown(gainOverChampion)}`)
  }
  if (gainOverChampion && minimumGain !== undefined && gainOverChampion.estimate < minimumGain) {
    reasons.push(`NDCG@10 over the champion: expected at least ${minimumGain}, got ${shown(gainOverChampion)}`)
  }
  return { holds: reasons.length === 0, reasons }
}

function shown({ estimate, low, high }: { estimate: number; low: number; high: number }): string {
  return `${estimate.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`
}
