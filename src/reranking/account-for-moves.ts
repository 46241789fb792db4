import type { FilledPage } from './fill-page.ts'
import type { PageBars } from './page-bars.ts'
import type { PageProblem } from './page-problem.ts'
import { ruleName } from './page-rule.ts'

/** How many places one rule moved an item: up when positive, down when negative. */
export interface Move {
  readonly rule: string
  readonly places: number
}

/**
 * Accounts for the move of every item from its rank to its position. An item rises by one for every better-scored
 * candidate that was not placed before it, and falls by one for every worse-scored one that was; each such candidate
 * is put down to the rule that held it back or brought it forward. The places of an item's moves add up to its rank
 * less its position; an item that no rule moved has none. A sponsored item has one move, to its slot, even of 0.
 *
 * @returns shape (page,), the moves of each item: hard rules in their order, diversity, sponsored
 * @remarks O(page * n); less in practice, since only candidates ranked above an item count.
 */
export function accountForMoves(
  problem: PageProblem,
  filled: FilledPage,
  bars: PageBars,
): readonly (readonly Move[])[] {
  const names = [...problem.ceilings.map((ceiling) => ceiling.name), diversityName(problem), 'sponsored']
  const positions = positionsOf(filled.placed, problem.ranked.count)
  const places = new Int32Array(names.length)
  return filled.placed.map((candidate, index) => {
    places.fill(0)
    if (problem.ranked.sponsored[candidate] === 1) return [{ rule: 'sponsored', places: candidate - index }]
    countHeldBack(places, problem, filled, bars, positions, candidate)
    countBroughtForward(places, problem, filled.placed, candidate, index)
    return names.flatMap((rule, at) => (places[at] === 0 ? [] : [{ rule, places: places[at]! }]))
  })
}

/** Shape (n,): the position of each candidate from 1, 0 when it is not on the page. */
function positionsOf(placed: readonly number[], count: number): Int32Array {
  const positions = new Int32Array(count)
  placed.forEach((candidate, index) => {
    positions[candidate] = index + 1
  })
  return positions
}

/** Adds one to the rule that held back each better-scored candidate not placed before this one. */
function countHeldBack(
  places: Int32Array,
  { ranked, ceilings }: PageProblem,
  { narrowed }: FilledPage,
  bars: PageBars,
  positions: Int32Array,
  candidate: number,
): void {
  const position = positions[candidate]!
  for (let above = 0; above < candidate; above++) {
    const placedAt = positions[above]!
    if (placedAt !== 0 && placedAt < position) continue
    const barredAt = bars.position[above]!
    // On a narrowed page diversity chose among the page's items only, so the others fell to the rule that bars them.
    const barred = barredAt !== 0 && (barredAt < position || (narrowed && placedAt === 0))
    if (ranked.sponsored[above] === 1) places[ceilings.length + 1]!++
    else if (barred) places[bars.rule[above]!]!++
    else places[ceilings.length]!++
  }
}

/** Takes one from the rule that brought each worse-scored candidate before this one. */
function countBroughtForward(
  places: Int32Array,
  { ranked, ceilings }: PageProblem,
  placed: readonly number[],
  candidate: number,
  index: number,
): void {
  for (let earlier = 0; earlier < index; earlier++) {
    const before = placed[earlier]!
    if (before > candidate) places[ceilings.length + ranked.sponsored[before]!]!--
  }
}

/** Without a `diversify` rule no place is ever put down to it. */
function diversityName({ diversity }: PageProblem): string {
  return diversity === undefined ? 'diversify' : ruleName(diversity.rule)
}
