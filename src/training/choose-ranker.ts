import type { Guardrails } from '../problem/index.ts'
import type { Examples } from './example-set.ts'
import { type JudgeOptions, judgeRanking, type RankingJudgement } from './judge-ranking.ts'
import type { ServingRanker } from './model-registry.ts'
import { type GateResult, promotionGate } from './promotion-gate.ts'
import { type SystemRankers, servingRanker } from './system-rankers.ts'

/** A ranker that did not pass the gate, where the fallback serves in its place. */
export interface RefusedRanker {
  readonly ranking: RankingJudgement | undefined
  readonly reasons: readonly string[]
}

/** The ranker of a version that is to serve, as it was judged. */
export interface ChosenRanker {
  readonly serves: ServingRanker
  readonly ranking: RankingJudgement | undefined
  readonly gate: GateResult
  readonly refused?: RefusedRanker
}

/**
 * Chooses the main ranker when it passes the gate, or when it is promoted whatever the gate says; else the fallback
 * when that passes: of few examples a light model learns more. When neither passes, the gate names the reasons of both.
 */
export function chooseRanker(
  test: Examples,
  rankers: SystemRankers,
  guardrails: Guardrails,
  options: JudgeOptions & { force: boolean },
): ChosenRanker {
  const trial = (serves: ServingRanker): ChosenRanker => {
    const model = servingRanker({ serves }, rankers)
    const ranking = model && judgeRanking(test, model, options)
    return { serves, ranking, gate: promotionGate(ranking, guardrails) }
  }
  const own = trial('ranker')
  if (own.gate.holds || options.force || rankers.fallback === undefined) return own
  const instead = trial('fallback')
  const { reasons } = own.gate
  if (instead.gate.holds) return { ...instead, refused: { ranking: own.ranking, reasons } }
  const both = [...reasons, ...instead.gate.reasons.map((reason) => `fallback: ${reason}`)]
  return { ...own, gate: { holds: false, reasons: both } }
}
