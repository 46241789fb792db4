import { CategoryCeiling } from './category-ceiling.ts'
import type { PageProblem } from './page-problem.ts'
import { SponsoredNeighbours } from './sponsored-neighbours.ts'
import { WindowMarks } from './window-marks.ts'

/** A candidate whose place is settled before the page is filled. */
export interface SeatedPin {
  readonly candidate: number
  readonly position: number
}

/**
 * A page that is being filled: who stands where, and what the hard rules say to who might come next. Placing and taking
 * away are exact inverses.
 */
export class PageDraft {
  /** Shape (limit + 2,): the candidate at each position from 1, -1 where there is none. */
  readonly places: Int32Array
  /** Shape (n,): 1 for a candidate that stands somewhere. */
  readonly used: Uint8Array
  /** Shape (quotas,): how many items count for each quota so far. */
  readonly have: Int32Array
  readonly #problem: PageProblem
  readonly #ceilings: readonly CategoryCeiling[]
  readonly #windows: readonly WindowMarks[]
  readonly #neighbours: SponsoredNeighbours | undefined
  #lastPinned = 0

  constructor(problem: PageProblem, pins: readonly SeatedPin[]) {
    const { ranked, limit, ceilings, windows, apart, quotas } = problem
    this.#problem = problem
    this.places = new Int32Array(limit + 2).fill(-1)
    this.used = new Uint8Array(ranked.count)
    this.have = new Int32Array(quotas.length)
    this.#ceilings = ceilings.map((ceiling) => new CategoryCeiling(ceiling))
    this.#windows = windows.map((window) => new WindowMarks(window))
    this.#neighbours = apart.length === 0 ? undefined : new SponsoredNeighbours(apart, ranked.kinds)
    for (const { candidate, position } of pins) this.pin(candidate, position)
  }

  /** Settles a place before the page is filled. */
  pin(candidate: number, position: number): void {
    this.put(candidate, position)
    this.#lastPinned = Math.max(this.#lastPinned, position)
  }

  put(candidate: number, position: number): void {
    this.places[position] = candidate
    this.used[candidate] = 1
    this.#count(candidate, position, 1)
  }

  take(position: number): void {
    const candidate = this.places[position]!
    this.places[position] = -1
    this.used[candidate] = 0
    this.#count(candidate, position, -1)
  }

  /** Turns to a place; `obstructing` is about this one until the next call, and until the page changes. */
  face(position: number): void {
    for (let at = 0; at < this.#windows.length; at++) this.#windows[at]!.mark(this.places, position, this.#lastPinned)
    this.#neighbours?.face(this.places, position)
  }

  /** The first ceiling that keeps a candidate off the page as it stands, -1 when none does. */
  barring(candidate: number): number {
    for (let at = 0; at < this.#ceilings.length; at++) if (this.#ceilings[at]!.blocks(candidate)) return at
    return -1
  }

  /** What keeps a candidate from the faced place: a window, or as one more, the neighbours; -1 when nothing does. */
  obstructing(candidate: number): number {
    for (let at = 0; at < this.#windows.length; at++) if (this.#windows[at]!.blocks(candidate)) return at
    return this.#neighbours?.blocks(candidate) === true ? this.#windows.length : -1
  }

  #count(candidate: number, position: number, times: 1 | -1): void {
    for (let at = 0; at < this.#ceilings.length; at++) this.#ceilings[at]!.count(candidate, times)
    const { quotas } = this.#problem
    for (let at = 0; at < quotas.length; at++) {
      const quota = quotas[at]!
      if (position <= quota.among) this.have[at]! += times * quota.counts[candidate]!
    }
  }
}
