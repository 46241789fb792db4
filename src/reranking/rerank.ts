import { accountForAbsence, type KeptOut } from './account-for-absence.ts'
import { accountForMoves, type Move } from './account-for-moves.ts'
import { accountForShortage, type Shortage } from './account-for-shortage.ts'
import { type FilledPage, fillPage } from './fill-page.ts'
import { barsOfPage, type PageBars } from './page-bars.ts'
import { type PageProblem, type RerankOptions, statePageProblem } from './page-problem.ts'
import type { PageRule } from './page-rule.ts'
import type { PageCandidate } from './ranked-candidates.ts'

/** One place of a page. */
export interface PageItem {
  readonly item: number
  /** From 1. */
  readonly position: number
  readonly score: number
  /** Its rank in the scored order of all candidates, from 1. */
  readonly movedFrom: number
  readonly sponsored: boolean
  /** What moved it there; the places add up to `movedFrom - position`. Empty when no rule did. */
  readonly because: readonly Move[]
}

/** A page, plain data. */
export interface Page {
  readonly page: readonly PageItem[]
  /** Fewer items than the limit. */
  readonly short: boolean
  /** When short: what each rule cost, most first. Empty when not. */
  readonly shortBecause: readonly Shortage[]
}

/** A page with an account of every candidate that is not on it, by rank. */
export interface ExplainedPage extends Page {
  readonly keptOut: readonly KeptOut[]
}

/**
 * Turns scored candidates into a page on which all rules hold together. Hard rules (`deduplicate`, `cap`,
 * `sponsored`, no item twice) are never broken: the page is shorter instead. The soft goal (`diversify`) orders it
 * and never shortens it. The best organic candidate comes first among the organic ones, unless it is barred by a
 * sponsored item above.
 *
 * @param candidates - any order; taken by falling score, ties in input order
 * @param rules - without any, the page is the organic candidates in scored order
 * @throws SluiceError `INVALID_ARGUMENT` when the limit, the rules or an attribute's value cannot be used,
 *   `NOT_FINITE` when a score is not finite
 * @remarks O(limit * (n + values of attributes)). The same input gives the same output, byte for byte.
 */
export function rerank(candidates: readonly PageCandidate[], rules: readonly PageRule[], options: RerankOptions): Page {
  return describePage(solve(candidates, rules, options))
}

/**
 * The same page as `rerank` with, for every other candidate, the rule that kept it out and the items it lost to.
 * Computed anew from the candidates, so that a decision need not carry it; errors as `rerank`.
 */
export function explainPage(
  candidates: readonly PageCandidate[],
  rules: readonly PageRule[],
  options: RerankOptions,
): ExplainedPage {
  const solved = solve(candidates, rules, options)
  return { ...describePage(solved), keptOut: accountForAbsence(solved.problem, solved.filled, solved.bars) }
}

interface SolvedPage {
  readonly problem: PageProblem
  readonly filled: FilledPage
  readonly bars: PageBars
}

function solve(candidates: readonly PageCandidate[], rules: readonly PageRule[], options: RerankOptions): SolvedPage {
  const problem = statePageProblem(candidates, rules, options)
  const filled = fillPage(problem)
  return { problem, filled, bars: barsOfPage(problem.ceilings, filled.placed, problem.ranked.count) }
}

function describePage({ problem, filled, bars }: SolvedPage): Page {
  const { items, scores, sponsored } = problem.ranked
  const moves = accountForMoves(problem, filled, bars)
  const page = filled.placed.map((candidate, index) => ({
    item: items[candidate]!,
    position: index + 1,
    score: scores[candidate]!,
    movedFrom: candidate + 1,
    sponsored: sponsored[candidate] === 1,
    because: moves[index]!,
  }))
  return { page, short: page.length < problem.limit, shortBecause: accountForShortage(problem, filled, bars) }
}
