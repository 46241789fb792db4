import type { FilledPage } from './fill-page.ts'
import { isWorthMore, type PageWorth, worthOfPage } from './page-bound.ts'
import { PageDraft, type SeatedPin } from './page-draft.ts'
import type { PageProblem } from './page-problem.ts'
import { PreferenceOrder } from './preference-order.ts'
import { CANDIDATE_KIND } from './ranked-candidates.ts'

/** Up to so many candidates the search for a better page is complete. */
export const COMPLETE_UP_TO = 8

/** Above that it ends when it has looked at so many candidates for a place. */
export const MOST_LOOKS = 10_000

/** A narrow search tries so many candidates for a place. */
const NARROW = 6

/** What a repair came to. */
export interface Repair {
  readonly placed: readonly number[]
  /** Candidates looked at for a place, all searches together. */
  readonly looks: number
  /** The search ended for its length; there may be a better page. */
  readonly cutShort: boolean
}

/**
 * Undoes choices of a page that came out short or misses a quota, and looks for one that is worth more. Every page it
 * considers keeps all hard rules as a whole.
 *
 * A depth-first search that prefers the choices of the page it is given, then the order of scores. It first departs
 * from its preference once, then twice, then as often as it takes, so that an early choice is as soon undone as a late
 * one.
 *
 * @param bound - what no page exceeds; the search ends when it is reached
 * @remarks At most `MOST_LOOKS` candidates are looked at when there are more than `COMPLETE_UP_TO`; up to there the
 *   search is complete: no page is worth more.
 */
export function repairPage(
  problem: PageProblem,
  pins: readonly SeatedPin[],
  filled: FilledPage,
  bound: PageWorth,
): Repair {
  const search = new PageSearch(problem, pins, filled, bound)
  for (const departures of [1, 2, Number.POSITIVE_INFINITY]) search.run(departures)
  return search.result()
}

class PageSearch {
  readonly #problem: PageProblem
  readonly #draft: PageDraft
  readonly #bound: PageWorth
  /** Candidates of each kind in the order of preference. */
  readonly #preference: readonly PreferenceOrder[]
  readonly #most: number
  #best: readonly number[]
  #worth: PageWorth
  #looks = 0
  #done = false

  constructor(problem: PageProblem, pins: readonly SeatedPin[], filled: FilledPage, bound: PageWorth) {
    this.#problem = problem
    this.#draft = new PageDraft(problem, pins)
    this.#bound = bound
    this.#preference = [0, 1, 2].map((kind) => new PreferenceOrder(preferenceOf(problem, pins, filled.placed, kind)))
    this.#most = problem.ranked.count <= COMPLETE_UP_TO ? Number.POSITIVE_INFINITY : MOST_LOOKS
    this.#best = filled.placed
    this.#worth = worthOfPage(problem, filled.placed)
  }

  run(departures: number): void {
    if (!this.#done) this.#descend(1, departures)
  }

  result(): Repair {
    return { placed: this.#best, looks: this.#looks, cutShort: this.#looks >= this.#most }
  }

  #descend(position: number, departures: number): void {
    const { limit, slotKinds } = this.#problem
    if (position > limit) this.#note(limit)
    else if (this.#hopeless(position)) return
    else if (this.#draft.places[position]! >= 0) this.#descend(position + 1, departures)
    else if (!this.#fill(position, slotKinds[position]!, departures)) this.#note(position - 1)
  }

  /** Tries what may stand at a place; false when nothing may. */
  #fill(position: number, kind: number, departures: number): boolean {
    const special = kind === CANDIDATE_KIND.organic ? 0 : this.#tryKind(kind, position, departures, 0)
    return this.#tryKind(CANDIDATE_KIND.organic, position, departures, special) > 0
  }

  /** Tries the candidates of a kind for a place; returns how many have been tried there. */
  #tryKind(kind: number, position: number, departures: number, before: number): number {
    const draft = this.#draft
    const order = this.#preference[kind]!
    const most = departures === Number.POSITIVE_INFINITY ? order.size + before : departures > 0 ? NARROW : 1
    let tried = before
    if (tried < most) draft.face(position)
    for (let at = order.first(); at >= 0 && tried < most; at = order.after(at)) {
      if (this.#looks++ >= this.#most) this.#done = true
      if (this.#done) break
      const candidate = order.candidate(at)
      if (draft.barring(candidate) >= 0 || draft.obstructing(candidate) >= 0) continue
      draft.put(candidate, position)
      order.remove(at)
      this.#descend(position + 1, departures - (tried > 0 ? 1 : 0))
      order.restore(at)
      draft.take(position)
      tried++
      if (tried < most) draft.face(position)
    }
    // A search that was ended has not seen that the page ends here.
    return this.#done ? Math.max(1, tried) : tried
  }

  /** Whether even the best continuation is worth no more than the best page so far. */
  #hopeless(position: number): boolean {
    const length = this.#reachable(position)
    if (length !== this.#worth[0]) return length < this.#worth[0]!
    const { quotas } = this.#problem
    for (let at = 0; at < quotas.length; at++) {
      const places = Math.min(quotas[at]!.among, length) - position + 1
      const most = Math.min(this.#bound[at + 1]!, this.#draft.have[at]! + Math.max(0, places))
      if (most !== this.#worth[at + 1]) return most < this.#worth[at + 1]!
    }
    return true
  }

  /** The longest page from here; worth a closer look only where there are few candidates. */
  #reachable(position: number): number {
    const { ranked } = this.#problem
    const draft = this.#draft
    if (ranked.count > COMPLETE_UP_TO) return this.#bound[0]!
    let length = position - 1
    for (let candidate = 0; candidate < ranked.count; candidate++) {
      if (draft.used[candidate] === 0 && draft.barring(candidate) < 0) length++
    }
    for (let at = position; at <= this.#problem.limit; at++) if (draft.places[at]! >= 0) length++
    return Math.min(length, this.#bound[0]!)
  }

  #note(length: number): void {
    if (length < this.#worth[0]!) return
    const placed = this.#draft.places.subarray(1, length + 1)
    const worth = worthOfPage(this.#problem, placed)
    if (!isWorthMore(worth, this.#worth)) return
    this.#best = Array.from(placed)
    this.#worth = worth
    this.#done = worth.every((kept, at) => kept === this.#bound[at])
  }
}

/** The candidates of a kind that are not pinned: first those of the page, from its top, then the others by rank. */
function preferenceOf(
  { ranked }: PageProblem,
  pins: readonly SeatedPin[],
  placed: readonly number[],
  kind: number,
): Int32Array {
  const seen = new Uint8Array(ranked.count)
  for (const { candidate } of pins) seen[candidate] = 1
  const order: number[] = []
  const add = (candidate: number) => {
    if (ranked.kinds[candidate] !== kind || seen[candidate] === 1) return
    seen[candidate] = 1
    order.push(candidate)
  }
  for (const candidate of placed) add(candidate)
  for (let candidate = 0; candidate < ranked.count; candidate++) add(candidate)
  return Int32Array.from(order)
}
