import { hasCategory } from './category-lists.ts'
import type { PageWorth } from './page-bound.ts'
import type { PageDraft, SeatedPin } from './page-draft.ts'
import type { PageProblem } from './page-problem.ts'
import { CANDIDATE_KIND } from './ranked-candidates.ts'
import { WindowSupply } from './window-supply.ts'

/** What the next place has to hold so that a rule can still be kept. */
export interface Demand {
  readonly rule: string
  meets(candidate: number): boolean
}

const NONE: readonly Demand[] = []

/**
 * Looks ahead while a page is filled: a quota demands its items when as many of its places are left as it misses, a
 * window when a value would otherwise be all that is left.
 */
export class PageDemands {
  readonly #problem: PageProblem
  readonly #bound: PageWorth
  readonly #target: number
  readonly #supplies: readonly WindowSupply[]
  /** Shape (3,): candidates of each kind that may still come. */
  readonly #left = new Int32Array(3)

  /** @param bound - the length and the part of each quota that the page can be expected to reach */
  constructor(problem: PageProblem, pins: readonly SeatedPin[], bound: PageWorth) {
    this.#problem = problem
    this.#bound = bound
    this.#target = bound[0]!
    const target = this.#target
    const { kinds } = problem.ranked
    this.#supplies = problem.windows
      .map((window) => new WindowSupply(window, kinds, target))
      .filter((supply) => !supply.idle)
    for (let candidate = 0; candidate < kinds.length; candidate++) this.#left[kinds[candidate]!]!++
    for (const { candidate } of pins) this.remove(candidate)
  }

  /** A candidate was placed, or barred for good. */
  remove(candidate: number): void {
    this.#left[this.#problem.ranked.kinds[candidate]!]!--
    for (let at = 0; at < this.#supplies.length; at++) this.#supplies[at]!.remove(candidate)
  }

  /** What a place has to hold, the most important first: the length of the page, then the quotas in their order. */
  at(draft: PageDraft, position: number): readonly Demand[] {
    if (this.#supplies.length === 0 && this.#problem.quotas.length === 0) return NONE
    const demands: Demand[] = []
    this.#demandWindows(demands, draft, position)
    this.#demandQuotas(demands, draft, position)
    return demands
  }

  #demandWindows(demands: Demand[], draft: PageDraft, position: number): void {
    if (this.#supplies.length === 0) return
    const free = this.#free(draft, position, this.#target)
    for (const supply of this.#supplies) {
      const value = supply.urgent(draft.places, position, this.#target, free)
      const { name, lists } = supply.limit
      if (value >= 0) demands.push({ rule: name, meets: (candidate) => hasCategory(lists, candidate, value) })
    }
  }

  #demandQuotas(demands: Demand[], draft: PageDraft, position: number): void {
    const { quotas } = this.#problem
    for (let at = 0; at < quotas.length; at++) {
      const { name, among, counts } = quotas[at]!
      // What cannot be had in full is not wanted any sooner for that.
      const missing = this.#bound[at + 1]! - draft.have[at]!
      if (missing <= 0 || position > among) continue
      if (missing <= this.#free(draft, position, Math.min(among, this.#target))) continue
      demands.push({ rule: name, meets: (candidate) => counts[candidate] === 1 })
    }
  }

  /** The places below a position, to the last one, that nobody is pinned to and no candidate of a slot will take. */
  #free(draft: PageDraft, position: number, last: number): number {
    const { slotKinds } = this.#problem
    let free = 0
    for (let at = position + 1; at <= last; at++) {
      const kind = slotKinds[at]!
      if (draft.places[at]! < 0 && (kind === CANDIDATE_KIND.organic || this.#left[kind] === 0)) free++
    }
    return free
  }
}
