import type { Interval } from '../../evaluation/index.ts'
import { isSluiceError } from '../../foundation/index.ts'
import { estimateClickBias, type RowModel } from '../../models/index.ts'
import type { Guardrails } from '../../problem/index.ts'
import { POSITION_COLUMN } from '../../ranking/index.ts'
import type { Examples } from '../example-set.ts'
import { type JudgeOptions, judgeRanking, type RankingJudgement, type RankingQuality } from '../judge-ranking.ts'
import type { GateResult } from '../promotion-gate.ts'

/** How often a position is looked at, as the clicks tell it. */
export interface PositionPropensity {
  /** From 1. */
  readonly position: number
  /** Relative to the top. */
  readonly propensity: number
}

/** A ranker of searches on held-out lists, beside the order of the text. */
export interface SearchJudgement {
  readonly ranking: Omit<RankingJudgement, 'popular' | 'gainOverPopular'> & {
    /** The order of the text alone. */
    readonly text: RankingQuality
    /** NDCG@10 of the model minus that of the text, list by list. */
    readonly gainOverText: Interval
  }
  /** Absent where the log does not let them be known. */
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
  const propensities = propensitiesOf(test, queries)
  return {
    ranking: { ...ranking, text: popular, gainOverText: gainOverPopular },
    ...(propensities ? { propensities } : {}),
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

/** The same query and document at different places tell what a place does. */
function propensitiesOf(test: Examples, queries: readonly string[]): PositionPropensity[] | undefined {
  const column = test.columnNames.indexOf(POSITION_COLUMN)
  if (column < 0) return undefined
  const pairs = new Map<string, number>()
  const rows: number[] = []
  const pairOf: number[] = []
  for (let list = 0; list + 1 < test.starts.length; list++) {
    for (let row = test.starts[list]!; row < test.starts[list + 1]!; row++) {
      const position = test.rows[row * test.featureCount + column]!
      if (test.weights[row] === 0 || !(position >= 1 && position <= DEEPEST)) continue
      const name = `${test.items[row]} ${queries[list]}`
      if (!pairs.has(name)) pairs.set(name, pairs.size)
      rows.push(row)
      pairOf.push(pairs.get(name)!)
    }
  }
  const positions = Int32Array.from(rows, (row) => test.rows[row * test.featureCount + column]! - 1)
  const clicked = Uint8Array.from(rows, (row) => test.labels[row]!)
  try {
    const { bias } = estimateClickBias({
      pairs: Int32Array.from(pairOf),
      positions,
      clicked,
      pairCount: pairs.size,
    })
    return Array.from(bias.slopes, (propensity, place) => ({ position: place + 1, propensity }))
  } catch (error) {
    if (isSluiceError(error)) return undefined
    throw error
  }
}

const DEEPEST = 100
