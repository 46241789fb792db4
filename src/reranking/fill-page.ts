import type { PageWorth } from './page-bound.ts'
import { type Demand, PageDemands } from './page-demands.ts'
import { PageDraft, type SeatedPin } from './page-draft.ts'
import type { PageProblem } from './page-problem.ts'
import { CANDIDATE_KIND } from './ranked-candidates.ts'
import { SCORED_ORDER, type SoftGoal } from './soft-goal.ts'

/** Which candidates stand on the page, from the top, by rank less one, and what each place was made to hold. */
export interface FilledPage {
  readonly placed: readonly number[]
  /** Shape (page,): the demands that each place was chosen under, all of them met. */
  readonly demands: readonly (readonly Demand[])[]
}

/**
 * Fills a page from the top. Each place takes the feasible candidate that the soft goal values most among those that
 * meet what the place has to hold; a slot takes the best feasible candidate of its kind first. Where no candidate meets
 * all demands the least important is dropped. The page ends at the limit or where nothing feasible is left.
 *
 * @param bound - the length and the part of each quota that the page can be expected to reach
 * @remarks O(limit * (n + values)) time.
 */
export function fillPage(
  problem: PageProblem,
  pins: readonly SeatedPin[],
  bound: PageWorth,
  goal: SoftGoal,
): FilledPage {
  const filling = new Filling(problem, pins, bound, goal)
  const placed: number[] = []
  const demands: (readonly Demand[])[] = []
  for (let position = 1; position <= problem.limit; position++) {
    const met = filling.fill(position)
    if (met === undefined) break
    placed.push(filling.draft.places[position]!)
    demands.push(met)
  }
  return { placed, demands }
}

const PINNED: readonly Demand[] = []

class Filling {
  readonly draft: PageDraft
  readonly #problem: PageProblem
  readonly #goal: SoftGoal
  readonly #demands: PageDemands
  /** Shape (n,): 0 for what is placed or barred for good. */
  readonly #open: Uint8Array
  /** No candidate of a lower rank is open. */
  #first = 0

  constructor(problem: PageProblem, pins: readonly SeatedPin[], bound: PageWorth, goal: SoftGoal) {
    this.draft = new PageDraft(problem, pins)
    this.#problem = problem
    this.#goal = goal
    this.#demands = new PageDemands(problem, pins, bound)
    this.#open = new Uint8Array(problem.ranked.count).fill(1)
    for (const { candidate } of pins) {
      this.#open[candidate] = 0
      // Whoever comes above a pinned item is chosen to go with it, too.
      goal.place(candidate)
    }
  }

  /** Fills a place; the demands it was filled under, undefined when nothing can stand there. */
  fill(position: number): readonly Demand[] | undefined {
    const { draft } = this
    if (draft.places[position]! >= 0) return PINNED
    draft.face(position)
    const demands = this.#demands.at(draft, position)
    for (let kept = demands.length; kept >= 0; kept--) {
      const next = this.#choose(position, demands, kept)
      if (next < 0) continue
      this.#close(next)
      draft.put(next, position)
      this.#goal.place(next)
      return kept === demands.length ? demands : demands.slice(0, kept)
    }
    return undefined
  }

  #choose(position: number, demands: readonly Demand[], kept: number): number {
    const kind = this.#problem.slotKinds[position]!
    const special = kind === CANDIDATE_KIND.organic ? -1 : this.#best(kind, SCORED_ORDER, demands, kept)
    return special >= 0 ? special : this.#best(CANDIDATE_KIND.organic, this.#goal, demands, kept)
  }

  /** The open candidate of one kind with the largest value, ties to the better rank; -1 when there is none. */
  #best(kind: number, goal: SoftGoal, demands: readonly Demand[], kept: number): number {
    const { kinds } = this.#problem.ranked
    const open = this.#open
    let best = -1
    let bestValue = Number.NEGATIVE_INFINITY
    while (this.#first < open.length && open[this.#first] === 0) this.#first++
    for (let candidate = this.#first; candidate < open.length; candidate++) {
      if (open[candidate] === 0 || kinds[candidate] !== kind) continue
      if (goal.bound(candidate) <= bestValue) break
      const value = goal.value(candidate, bestValue)
      if (value <= bestValue || !this.#fits(candidate, demands, kept)) continue
      best = candidate
      bestValue = value
    }
    return best
  }

  #fits(candidate: number, demands: readonly Demand[], kept: number): boolean {
    for (let at = 0; at < kept; at++) if (!demands[at]!.meets(candidate)) return false
    if (this.draft.barring(candidate) >= 0) {
      // While a page grows ceilings only tighten, so a barred candidate is never asked again.
      this.#close(candidate)
      return false
    }
    return this.draft.obstructing(candidate) < 0
  }

  #close(candidate: number): void {
    this.#open[candidate] = 0
    this.#demands.remove(candidate)
  }
}
