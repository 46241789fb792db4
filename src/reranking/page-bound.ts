import { type CategoryLists, categorySizes } from './category-lists.ts'
import type { PageProblem } from './page-problem.ts'
import { CANDIDATE_KIND } from './ranked-candidates.ts'
import type { SlidingLimit } from './window-marks.ts'

/** How far a page keeps what may have to be given up: its length first, then each quota in their order. */
export type PageWorth = Int32Array

/**
 * What no page of these candidates exceeds: its length and how much of each quota it keeps. Cheap counts, not a search:
 * there may be no page that reaches it.
 *
 * @returns shape (1 + quotas,)
 * @remarks O(values * (ceilings + windows) * quotas).
 */
export function boundOfPage(problem: PageProblem): PageWorth {
  const bound = new Int32Array(1 + problem.quotas.length)
  bound[0] = windowBound(problem, Math.min(problem.limit, supplyBound(problem)))
  problem.quotas.forEach(({ least, among, counts }, at) => {
    bound[at + 1] = Math.min(least, among, bound[0]!, supplyBound(problem, counts))
  })
  return bound
}

/** The length and the kept quotas of a page. */
export function worthOfPage({ quotas }: PageProblem, placed: ArrayLike<number>, length = placed.length): PageWorth {
  const worth = new Int32Array(1 + quotas.length)
  worth[0] = length
  quotas.forEach(({ least, among, counts }, at) => {
    let have = 0
    for (let index = 0; index < Math.min(among, length); index++) have += counts[placed[index]!]!
    worth[at + 1] = Math.min(least, have)
  })
  return worth
}

/** Whether one page keeps more than another of the first thing in which they differ. */
export function isWorthMore(one: PageWorth, other: PageWorth): boolean {
  const at = one.findIndex((kept, index) => kept !== other[index])
  return at >= 0 && one[at]! > other[at]!
}

/** How many of the candidates that count could stand on one page, for each ceiling by itself. */
function supplyBound(problem: PageProblem, counts?: Uint8Array): number {
  const { ranked, ceilings, slotKinds } = problem
  const slots = new Int32Array(3)
  for (let at = 1; at < slotKinds.length; at++) slots[slotKinds[at]!]!++
  slots[CANDIDATE_KIND.organic] = ranked.count
  const supply = new Int32Array(3)
  for (let candidate = 0; candidate < ranked.count; candidate++) {
    if (counts === undefined || counts[candidate] === 1) supply[ranked.kinds[candidate]!]!++
  }
  let bound = 0
  for (let kind = 0; kind < 3; kind++) bound += Math.min(slots[kind]!, supply[kind]!)
  for (const { lists, most } of ceilings) {
    if (bound > 0) bound = Math.min(bound, roomUnder(lists, most, counts))
  }
  return bound
}

/** Each item takes room of at least one of its values; one without values takes none. */
function roomUnder({ starts, values, categories }: CategoryLists, most: number, counts?: Uint8Array): number {
  const sizes = new Int32Array(categories)
  let room = 0
  for (let candidate = 0; candidate + 1 < starts.length; candidate++) {
    if (counts !== undefined && counts[candidate] === 0) continue
    if (starts[candidate] === starts[candidate + 1]) room++
    for (let at = starts[candidate]!; at < starts[candidate + 1]!; at++) {
      if (++sizes[values[at]!]! <= most) room++
    }
  }
  return room
}

/** A value that most candidates have fills only part of every window. */
function windowBound({ windows, ranked }: PageProblem, length: number): number {
  let bound = length
  for (const window of windows) {
    const sizes = categorySizes(window.lists)
    for (let value = 0; value < sizes.length; value++) {
      const others = ranked.count - sizes[value]!
      while (bound > others + Math.min(sizes[value]!, mostIn(bound, window))) bound--
    }
  }
  return bound
}

/** How many of one value fit into so many places. */
function mostIn(places: number, { most, within }: SlidingLimit): number {
  return Math.floor(places / within) * most + Math.min(most, places % within)
}
