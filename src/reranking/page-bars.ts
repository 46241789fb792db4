import type { Ceiling } from './category-ceiling.ts'
import type { PageProblem } from './page-problem.ts'

/** When the page barred each candidate, and by which hard rule. */
export interface PageBars {
  /** Shape (n,): the position whose item barred the candidate, from 1; 0 when nothing bars it. */
  readonly position: Int32Array
  /** Shape (n,): index of the rule among the ceilings; meaningless where the position is 0. */
  readonly rule: Int32Array
  /** Shape (n,): the value that was full; meaningless where the position is 0. */
  readonly category: Int32Array
}

/**
 * Reads off a finished page which hard rule closed first on each candidate; the earlier rule when two closed at once.
 * A candidate on the page may count as barred by its own place: only positions above it matter to it.
 *
 * @param placed - the page from the top, candidates by rank less one
 * @param count - n, how many candidates there are
 * @remarks O(all values of the attributes of hard rules).
 */
export function barsOfPage(ceilings: readonly Ceiling[], placed: readonly number[], count: number): PageBars {
  const bars = {
    position: new Int32Array(count),
    rule: new Int32Array(count),
    category: new Int32Array(count),
  }
  ceilings.forEach((ceiling, rule) => {
    noteBars(bars, rule, ceiling, fullAt(ceiling, placed))
  })
  return bars
}

/**
 * The hard rule that keeps an absent candidate out, if one does. A sponsored candidate barred only after the last slot
 * was kept out by the slots.
 */
export function barringRule(problem: PageProblem, bars: PageBars, absent: number): Ceiling | undefined {
  const barredAt = bars.position[absent]!
  if (barredAt === 0) return undefined
  if (problem.ranked.sponsored[absent] === 1 && barredAt >= (problem.slots.at(-1) ?? 0)) return undefined
  return problem.ceilings[bars.rule[absent]!]
}

/** Shape (categories,): the position at which a value reached its ceiling, from 1; 0 when it never did. */
function fullAt({ lists, most }: Ceiling, placed: readonly number[]): Int32Array {
  const counts = new Int32Array(lists.categories)
  const full = new Int32Array(lists.categories)
  placed.forEach((candidate, index) => {
    for (let at = lists.starts[candidate]!; at < lists.starts[candidate + 1]!; at++) {
      const category = lists.values[at]!
      if (++counts[category]! === most) full[category] = index + 1
    }
  })
  return full
}

function noteBars(bars: PageBars, rule: number, { lists }: Ceiling, full: Int32Array): void {
  const { starts, values } = lists
  for (let candidate = 0; candidate < bars.position.length; candidate++) {
    for (let at = starts[candidate]!; at < starts[candidate + 1]!; at++) {
      const position = full[values[at]!]!
      const known = bars.position[candidate]!
      if (position === 0 || (known !== 0 && known <= position)) continue
      bars.position[candidate] = position
      bars.rule[candidate] = rule
      bars.category[candidate] = values[at]!
    }
  }
}
