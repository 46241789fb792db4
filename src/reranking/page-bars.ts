import type { Ceiling } from './category-ceiling.ts'
import type { PageProblem } from './page-problem.ts'
import { CANDIDATE_KIND } from './ranked-candidates.ts'
import type { SolvedPage } from './solve-page.ts'

/** Where nothing bars a candidate. */
export const NOT_BARRED = -1

/** When the page barred each candidate for good, and by which ceiling. */
export interface PageBars {
  /** Shape (n,): the position whose item barred the candidate, from 1; 0 when pinned items did; else `NOT_BARRED`. */
  readonly position: Int32Array
  /** Shape (n,): index of the rule among the ceilings; meaningless where nothing bars. */
  readonly rule: Int32Array
  /** Shape (n,): the value that was full; meaningless where nothing bars. */
  readonly category: Int32Array
}

/**
 * Reads off a finished page which ceiling closed first on each candidate; the earlier rule when two closed at once.
 * Pinned items count from the start. A candidate on the page may count as barred by its own place: only positions above
 * it matter to it.
 *
 * @remarks O(all values of the attributes of ceilings).
 */
export function barsOfPage({ ceilings, ranked }: PageProblem, solved: SolvedPage): PageBars {
  const bars = {
    position: new Int32Array(ranked.count).fill(NOT_BARRED),
    rule: new Int32Array(ranked.count),
    category: new Int32Array(ranked.count),
  }
  ceilings.forEach((ceiling, rule) => {
    noteBars(bars, rule, ceiling, fullAt(ceiling, solved))
  })
  return bars
}

/**
 * The ceiling that keeps an absent candidate out, if one does. One that stands in slots and was barred only after the
 * last of them was kept out by the slots.
 */
export function barringRule(problem: PageProblem, bars: PageBars, absent: number): Ceiling | undefined {
  const barredAt = bars.position[absent]!
  if (barredAt === NOT_BARRED) return undefined
  const kind = problem.ranked.kinds[absent]!
  if (kind !== CANDIDATE_KIND.organic && barredAt >= problem.slotKinds.lastIndexOf(kind)) return undefined
  return problem.ceilings[bars.rule[absent]!]
}

/** Shape (categories,): the position at which a value reached its ceiling; `NOT_BARRED` when it never did. */
function fullAt({ lists, most }: Ceiling, { placed, pins }: SolvedPage): Int32Array {
  const counts = new Int32Array(lists.categories)
  const full = new Int32Array(lists.categories).fill(NOT_BARRED)
  const count = (candidate: number, position: number) => {
    for (let at = lists.starts[candidate]!; at < lists.starts[candidate + 1]!; at++) {
      const category = lists.values[at]!
      if (++counts[category]! === most) full[category] = position
    }
  }
  for (const { candidate } of pins) count(candidate, 0)
  const pinned = new Set(pins.map(({ position }) => position))
  placed.forEach((candidate, index) => {
    if (!pinned.has(index + 1)) count(candidate, index + 1)
  })
  return full
}

function noteBars(bars: PageBars, rule: number, { lists }: Ceiling, full: Int32Array): void {
  const { starts, values } = lists
  for (let candidate = 0; candidate < bars.position.length; candidate++) {
    for (let at = starts[candidate]!; at < starts[candidate + 1]!; at++) {
      const position = full[values[at]!]!
      const known = bars.position[candidate]!
      if (position === NOT_BARRED || (known !== NOT_BARRED && known <= position)) continue
      bars.position[candidate] = position
      bars.rule[candidate] = rule
      bars.category[candidate] = values[at]!
    }
  }
}
