import { DeterminantalNovelty } from './determinantal-novelty.ts'
import { MarginalSimilarity } from './marginal-similarity.ts'
import type { PageProblem } from './page-problem.ts'
import { pageRelevance } from './page-relevance.ts'

/** A wish about the order of the page: the open candidate of the largest value is placed next, ties by rank. */
export interface SoftGoal {
  /** At least the value of this candidate and of every organic one ranked below it; lets a search stop early. */
  bound(candidate: number): number
  /** The value; or, when it does not exceed `toBeat`, any number from the value to `toBeat`. */
  value(candidate: number, toBeat: number): number
  place(candidate: number): void
}

/** The page in scored order. */
export const SCORED_ORDER: SoftGoal = {
  bound: (candidate) => -candidate,
  value: (candidate) => -candidate,
  place: () => {},
}

/**
 * All soft goals of a page together: the weighted mean of their values. The relevance is common to all, so the value is
 * one part relevance and, for each goal, one part of how new the item is to the page.
 *
 * @returns undefined when the page has no soft goal
 */
export function softGoalOf(problem: PageProblem): SoftGoal | undefined {
  if (problem.goals.length === 0) return undefined
  const relevance = pageRelevance(problem.ranked, problem.limit)
  const total = problem.goals.reduce((sum, { rule }) => sum + (rule.weight ?? 1), 0)
  let relevant = 0
  const marginal: [MarginalSimilarity, number][] = []
  const determinantal: [DeterminantalNovelty, number][] = []
  for (const goal of problem.goals) {
    const { rule, lists } = goal
    const weight = (rule.weight ?? 1) / total
    relevant += weight * rule.lambda
    const novelty = weight * (1 - rule.lambda)
    if (novelty === 0) continue
    if (rule.kind === 'determinantal') determinantal.push([new DeterminantalNovelty(goal, problem), novelty])
    else if (lists) marginal.push([new MarginalSimilarity(lists, relevance.length), novelty])
  }
  return {
    bound: (candidate) => relevant * relevance[candidate]!,
    value(candidate, toBeat) {
      let value = relevant * relevance[candidate]!
      for (let at = 0; at < marginal.length; at++) value -= marginal[at]![1] * marginal[at]![0].similarity(candidate)
      for (let at = 0; at < determinantal.length; at++) {
        if (value <= toBeat) return value
        const [novelty, weight] = determinantal[at]!
        value += weight * novelty.logVariance(candidate, (toBeat - value) / weight)
      }
      return value
    },
    place(candidate) {
      for (let at = 0; at < marginal.length; at++) marginal[at]![0].place(candidate)
      for (let at = 0; at < determinantal.length; at++) determinantal[at]![0].place(candidate)
    },
  }
}
