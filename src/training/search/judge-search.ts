import type { Interval } from '../../evaluation/index.ts'
import { isSluiceError } from '../../foundation/index.ts'
import type { RowModel } from '../../models/index.ts'
import type { Guardrails } from '../../problem/index.ts'
import type { Examples } from '../example-set.ts'
import { type JudgeOptions, judgeRanking, type RankingJudgement, type RankingQuality } from '../judge-ranking.ts'
import type { GateResult } from '../promotion-gate.ts'
import { type PositionPropensity, type SearchClickBias, searchClickBias } from './search-click-bias.ts'

/** A ranker of searches on held-out lists, beside the order of the text. */
export interface SearchJudgement {
  readonly ranking: Omit<RankingJudgement, 'popular' | 'gainOverPopular'> & {
    /** The order of the text alone. */
    readonly text: RankingQuality
    /** NDCG@10 of the model minus that of the text, list by list. */
    readonly gainOverText: Interval
  }
  /** By the held-out searches alone; absent where they do not let them be known. */
  readonly propensities?: readonly PositionPropensity[]
}

/**
 * Judges a ranker on held-out searches.
 *
 * @param test - `popularity` is the score of the text
 * @param queries - the text of every list
 * @returns undefined when no list has both a positive and a negative row
 */
export function judgeSearch(
  test: Examples,
  queries: readonly string[],
  model: RowModel,
  options: JudgeOptions,
): SearchJudgement | undefined {
  const judged = judgeRanking(test, model, options)
  if (!judged) return undefined
  const { popular, gainOverPopular, ...ranking } = judged
  const bias = heldOutBias(test, queries)
  return {
    ranking: { ...ranking, text: popular, gainOverText: gainOverPopular },
    ...(bias ? { propensities: bias.propensities } : {}),
  }
}

/**
 * A ranker serves when it orders held-out searches better than their text does, beyond chance, and is not worse than the
 * champion beyond chance (or better by at least `minimumGain`, where the problem asks for it).
 */
export function searchGate(judgement: SearchJudgement | undefined, { minimumGain }: Guardrails): GateResult {
  if (!judgement) return { holds: false, reasons: ['no held-out search has both a positive and a negative row'] }
  const { gainOverText, gainOverChampion } = judgement.ranking
  const reasons: string[] = []
  if (!(gainOverText.low > 0)) {
    reasons.push(`NDCG@10 over the text: expected above 0 beyond chance, got ${shown(gainOverText)}`)
  }
  if (gainOverChampion && gainOverChampion.high < 0) {
    reasons.push(`NDCG@10 over the champion: expected not below 0 beyond chance, got ${shown(gainOverChampion)}`)
  }
  if (gainOverChampion && minimumGain !== undefined && gainOverChampion.estimate < minimumGain) {
    reasons.push(`NDCG@10 over the champion: expected at least ${minimumGain}, got ${shown(gainOverChampion)}`)
  }
  return { holds: reasons.length === 0, reasons }
}

function shown({ estimate, low, high }: Interval): string {
  return `${estimate.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`
}

/** Undefined where held-out clicks do not tell. */
function heldOutBias(test: Examples, queries: readonly string[]): SearchClickBias | undefined {
  try {
    return searchClickBias(test, queries, { regress: false })
  } catch (error) {
    if (isSluiceError(error)) return undefined
    throw error
  }
}
