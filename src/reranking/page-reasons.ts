import { NOT_BARRED, type PageBars } from './page-bars.ts'
import { PageDraft } from './page-draft.ts'
import type { PageProblem } from './page-problem.ts'
import { CANDIDATE_KIND } from './ranked-candidates.ts'
import type { SolvedPage } from './solve-page.ts'

/**
 * Goes down a finished page once more and says at every place which rule kept a better-scored candidate from it.
 *
 * @remarks `turnTo` O(windows * within), `reason` O(values of the candidate).
 */
export class PageReasons {
  /** The rules by the number that `reason` gives. */
  readonly names: readonly string[]
  /** Shape (n,): the position of each candidate from 1, 0 when it is not on the page. */
  readonly positions: Int32Array
  readonly #problem: PageProblem
  readonly #solved: SolvedPage
  readonly #bars: PageBars
  readonly #draft: PageDraft
  /** Shape (n,): 1 for a pinned candidate. */
  readonly #pinned: Uint8Array
  readonly #goal: number
  #position = 0

  constructor(problem: PageProblem, solved: SolvedPage, bars: PageBars) {
    const { ceilings, windows, quotas, ranked } = problem
    const rules = [...ceilings, ...windows, ...quotas].map(({ name }) => name)
    this.names = [...rules, problem.goalName, 'sponsored', 'exploration', 'pin', 'backfill']
    this.#problem = problem
    this.#solved = solved
    this.#bars = bars
    this.#goal = rules.length
    this.#draft = new PageDraft(problem, solved.pins)
    this.#pinned = new Uint8Array(ranked.count)
    for (const { candidate } of solved.pins) this.#pinned[candidate] = 1
    this.positions = new Int32Array(ranked.count)
    for (let at = 0; at < solved.placed.length; at++) this.positions[solved.placed[at]!] = at + 1
  }

  /** Turns to the next place, from 1 to one below the page. */
  turnTo(position: number): void {
    const above = this.#solved.placed[position - 2]
    if (above !== undefined && this.#pinned[above] === 0) this.#draft.put(above, position - 1)
    this.#draft.face(position)
    this.#position = position
  }

  /** The rule that gives a candidate a place of its own, by number; -1 for one that competes for every place. */
  ownPlace(candidate: number): number {
    if (this.#pinned[candidate] === 1) return this.#goal + 3
    const kind = this.#problem.ranked.kinds[candidate]!
    return kind === CANDIDATE_KIND.organic ? -1 : this.#goal + kind
  }

  /**
   * Which rule kept a candidate, better-scored than the one that stands here and not above it, from this place.
   * By number.
   */
  reason(candidate: number): number {
    const own = this.ownPlace(candidate)
    if (own >= 0) return own
    const barredAt = this.#bars.position[candidate]!
    if (barredAt !== NOT_BARRED && barredAt < this.#position) return this.#bars.rule[candidate]!
    const obstructing = this.obstruction(candidate)
    if (obstructing >= 0) return obstructing
    return this.#choice(candidate)
  }

  /** The window or the neighbours that keep a candidate from this place, by number; -1 when neither does. */
  obstruction(candidate: number): number {
    const { ceilings, windows } = this.#problem
    const obstructing = this.#draft.obstructing(candidate)
    if (obstructing < 0) return -1
    return obstructing < windows.length ? ceilings.length + obstructing : this.#goal + CANDIDATE_KIND.sponsored
  }

  /** What preferred a worse-scored candidate to one that could have stood here. */
  #choice(candidate: number): number {
    const demands = this.#solved.demands[this.#position - 1]
    const unmet = demands?.find((demand) => !demand.meets(candidate))
    if (unmet) return this.names.indexOf(unmet.rule)
    const from = this.#solved.backfill?.from ?? 0
    return from > 0 && this.#position >= from ? this.#goal + 4 : this.#goal
  }
}
