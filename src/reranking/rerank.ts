import { accountForAbsence, type KeptOut, type PageEvidence } from './account-for-absence.ts'
import { accountForGivingUp, type GivenUp } from './account-for-giving-up.ts'
import { accountForMoves, type Move } from './account-for-moves.ts'
import { accountForShortage, type Shortage } from './account-for-shortage.ts'
import { leaveOut } from './leave-out.ts'
import { barsOfPage } from './page-bars.ts'
import type { RerankOptions } from './page-options.ts'
import { statePageProblem } from './page-problem.ts'
import { PageReasons } from './page-reasons.ts'
import type { PageRule } from './page-rule.ts'
import { CANDIDATE_KIND, type PageCandidates } from './ranked-candidates.ts'
import { type Backfill, solvePage } from './solve-page.ts'

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
  /** What the rules ask for and the page does not hold: slots, quotas, pins. */
  readonly givenUp: readonly GivenUp[]
  /** Choices had to be undone, or it was tried. Absent when the page came out at once. */
  readonly backfill?: Backfill
}

/** A page with an account of every candidate that is not on it, by rank. */
export interface ExplainedPage extends Page {
  readonly keptOut: readonly KeptOut[]
}

/**
 * Turns scored candidates into a page on which all rules hold together. Hard rules (`deduplicate`, `cap`,
 * `slidingWindow`, `sponsored`, `exploration`, no item twice) are never broken. What cannot be had with them is given up
 * in this order, and named: the soft goals (`diversify`, `determinantal`), which only order the page; items in slots;
 * quotas, the last one first; the length of the page; pins. No organic item is moved so that an item fits into a slot.
 *
 * When the page comes out short, or short of a quota, choices are undone and the whole page is checked anew: see
 * `repairPage` for the bound of that search.
 *
 * @param candidates - any order; taken by falling score, ties in input order
 * @param rules - without any, the page is the organic candidates in scored order
 * @throws SluiceError `INVALID_ARGUMENT` when the limit, the rules, an option, an attribute's value or a candidate's
 *   kind cannot be used, `SHAPE_MISMATCH` when arrays or vectors do not fit each other, `NOT_FINITE` when a score or a
 *   vector is not finite
 * @remarks O(limit * (n + values of attributes)), with vectors at most O(limit * n * (limit + width)); measured in
 *   `bench/rerank.bench.ts`. The same input gives the same output, byte for byte.
 */
export function rerank(candidates: PageCandidates, rules: readonly PageRule[], options: RerankOptions): Page {
  return solve(candidates, rules, options).page
}

/**
 * For each of some candidates the items of the page that `rerank` makes of it and all that are none of them: what would
 * become of every one of them, without the account of how. Errors as `rerank`.
 *
 * @param alternatives - places in the candidates' input
 * @remarks The attributes of a candidate are read once, whatever the number of alternatives.
 */
export function arrangeWithEach(
  candidates: PageCandidates,
  alternatives: readonly number[],
  rules: readonly PageRule[],
  options: RerankOptions,
): (readonly number[])[] {
  const whole = statePageProblem(candidates, rules, options)
  const ranks = new Int32Array(whole.ranked.count)
  for (let rank = 0; rank < ranks.length; rank++) ranks[whole.ranked.order[rank]!] = rank
  const isOut = new Uint8Array(ranks.length)
  for (const place of alternatives) isOut[ranks[place]!] = 1
  return alternatives.map((place) => {
    isOut[ranks[place]!] = 0
    const problem = leaveOut(whole, isOut)
    isOut[ranks[place]!] = 1
    return solvePage(problem, options.pins ?? []).placed.map((candidate) => problem.ranked.items[candidate]!)
  })
}

/**
 * The same page as `rerank` with, for every other candidate, the rule that kept it out and the items it lost to.
 * Computed anew from the candidates, so that a decision need not carry it; errors as `rerank`.
 */
export function explainPage(
  candidates: PageCandidates,
  rules: readonly PageRule[],
  options: RerankOptions,
): ExplainedPage {
  const { page, evidence } = solve(candidates, rules, options)
  return { ...page, keptOut: accountForAbsence(evidence) }
}

function solve(
  candidates: PageCandidates,
  rules: readonly PageRule[],
  options: RerankOptions,
): { page: Page; evidence: PageEvidence } {
  const problem = statePageProblem(candidates, rules, options)
  const solved = solvePage(problem, options.pins ?? [])
  const bars = barsOfPage(problem, solved)
  const reasons = new PageReasons(problem, solved, bars)
  const { moves, passed } = accountForMoves(solved, reasons)
  reasons.turnTo(solved.placed.length + 1)
  const evidence = { problem, solved, bars, reasons, passed }
  const { items, scores, kinds } = problem.ranked
  const page = solved.placed.map((candidate, index) => ({
    item: items[candidate]!,
    position: index + 1,
    score: scores[candidate]!,
    movedFrom: candidate + 1,
    sponsored: kinds[candidate] === CANDIDATE_KIND.sponsored,
    because: moves[index]!,
  }))
  const described = {
    page,
    short: page.length < problem.limit,
    shortBecause: accountForShortage(evidence),
    givenUp: accountForGivingUp(problem, solved),
  }
  return { page: solved.backfill ? { ...described, backfill: solved.backfill } : described, evidence }
}
