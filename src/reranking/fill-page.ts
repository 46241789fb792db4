import { CategoryCeiling, type HardRule } from './category-ceiling.ts'
import { MarginalRelevance } from './marginal-relevance.ts'
import type { PageProblem } from './page-problem.ts'
import { pageRelevance } from './page-relevance.ts'
import { SCORED_ORDER, type SoftGoal } from './soft-goal.ts'

/** Which candidates stand on the page, from the top, by rank less one. */
export interface FilledPage {
  readonly placed: readonly number[]
  /** Diversity was held to the items of the page in scored order, because left free it would have shortened it. */
  readonly narrowed: boolean
}

/**
 * Fills a page from the top. Each place takes the feasible candidate that the soft goal values most; a slot takes the
 * best feasible sponsored candidate first. The page ends at the limit or where nothing feasible is left.
 *
 * The page is maximal: no candidate could be added to it. It is never shorter than the page in scored order; when
 * diversity would cost places, it only orders the items of that page. It need not be the longest of all pages: that
 * is a set packing, and a low-scored item does not displace a better one to make room for two.
 *
 * @remarks O(limit * (n + values)) time; a short page with a soft goal costs up to three times that.
 */
export function fillPage(problem: PageProblem): FilledPage {
  const { diversity, ranked, limit } = problem
  if (diversity === undefined) return { placed: fill(problem, SCORED_ORDER), narrowed: false }
  const relevance = pageRelevance(ranked, limit)
  const goal = () => new MarginalRelevance(diversity.lists, diversity.rule.lambda, relevance)
  const placed = fill(problem, goal())
  if (placed.length === Math.min(limit, ranked.count)) return { placed, narrowed: false }
  const scored = fill(problem, SCORED_ORDER)
  if (scored.length <= placed.length) return { placed, narrowed: false }
  return { placed: fill(problem, goal(), scored), narrowed: true }
}

function fill(problem: PageProblem, goal: SoftGoal, among?: readonly number[]): number[] {
  const rules = problem.ceilings.map((ceiling) => new CategoryCeiling(ceiling))
  const open = openCandidates(problem.ranked.count, among)
  const { sponsored } = problem.ranked
  const page: number[] = []
  for (let position = 1; position <= problem.limit; position++) {
    let next = problem.slots.includes(position) ? bestOf(1, sponsored, open, rules, SCORED_ORDER) : -1
    if (next < 0) next = bestOf(0, sponsored, open, rules, goal)
    if (next < 0) break
    open[next] = 0
    page.push(next)
    for (const rule of rules) rule.place(next)
    goal.place(next)
  }
  return page
}

function openCandidates(count: number, among: readonly number[] | undefined): Uint8Array {
  const open = new Uint8Array(count)
  if (among === undefined) return open.fill(1)
  for (const candidate of among) open[candidate] = 1
  return open
}

/** The open candidate of one kind with the largest value, ties to the better rank; -1 when there is none. */
function bestOf(
  kind: 0 | 1,
  sponsored: Uint8Array,
  open: Uint8Array,
  rules: readonly HardRule[],
  goal: SoftGoal,
): number {
  let best = -1
  let bestValue = Number.NEGATIVE_INFINITY
  for (let candidate = 0; candidate < open.length; candidate++) {
    if (open[candidate] === 0 || sponsored[candidate] !== kind) continue
    if (goal.bound(candidate) <= bestValue) break
    const value = goal.value(candidate)
    if (value <= bestValue) continue
    if (blocked(candidate, rules)) {
      // Hard rules only tighten, so a blocked candidate is never asked again.
      open[candidate] = 0
      continue
    }
    best = candidate
    bestValue = value
  }
  return best
}

function blocked(candidate: number, rules: readonly HardRule[]): boolean {
  for (let at = 0; at < rules.length; at++) if (rules[at]!.blocks(candidate)) return true
  return false
}
