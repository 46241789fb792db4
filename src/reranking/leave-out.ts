import type { CategoryLists } from './category-lists.ts'
import type { PageProblem } from './page-problem.ts'

/**
 * A page problem without some of its candidates: what stating it anew without them would give, attributes unread.
 *
 * @param isOut - shape (n,), by rank: 1 for a candidate to leave out
 * @remarks O(n + values). A rule that keeps an item from standing twice stays although it may not be needed any more.
 */
export function leaveOut(problem: PageProblem, isOut: Uint8Array): PageProblem {
  const { ranked, ceilings, windows, apart, quotas, goals } = problem
  const kept = placesIn(isOut)
  const known = new Map<CategoryLists, CategoryLists>()
  const lists = (all: CategoryLists): CategoryLists => {
    const some = known.get(all) ?? listsOf(all, kept)
    known.set(all, some)
    return some
  }
  return {
    ...problem,
    ranked: {
      count: kept.length,
      items: pick(ranked.items, kept, new Int32Array(kept.length)),
      scores: pick(ranked.scores, kept, new Float64Array(kept.length)),
      kinds: pick(ranked.kinds, kept, new Uint8Array(kept.length)),
      order: pick(ranked.order, kept, new Int32Array(kept.length)),
      different: ranked.different === ranked.count ? kept.length : ranked.different,
    },
    ceilings: ceilings.map((ceiling) => ({ ...ceiling, lists: lists(ceiling.lists) })),
    windows: windows.map((window) => ({ ...window, lists: lists(window.lists) })),
    apart: apart.map(lists),
    quotas: quotas.map((quota) => ({
      ...quota,
      counts: pick(quota.counts, kept, new Uint8Array(kept.length)),
    })),
    goals: goals.map((goal) => ({ ...goal, lists: goal.lists && lists(goal.lists) })),
  }
}

function placesIn(isOut: Uint8Array): Int32Array {
  const places = new Int32Array(isOut.length)
  let count = 0
  for (let candidate = 0; candidate < isOut.length; candidate++) if (isOut[candidate] === 0) places[count++] = candidate
  return places.subarray(0, count)
}

function pick<Numbers extends Int32Array | Float64Array | Uint8Array>(
  values: Numbers,
  kept: Int32Array,
  into: Numbers,
): Numbers {
  for (let index = 0; index < kept.length; index++) into[index] = values[kept[index]!]!
  return into
}

/** The lists of some candidates, with values renumbered in the order they are met. */
function listsOf({ categories, starts, values }: CategoryLists, kept: Int32Array): CategoryLists {
  const numbers = new Int32Array(categories).fill(-1)
  const own = { starts: new Int32Array(kept.length + 1), values: new Int32Array(values.length) }
  let met = 0
  let end = 0
  for (let index = 0; index < kept.length; index++) {
    const until = starts[kept[index]! + 1]!
    for (let at = starts[kept[index]!]!; at < until; at++) {
      const value = values[at]!
      if (numbers[value]! < 0) numbers[value] = met++
      own.values[end++] = numbers[value]!
    }
    own.starts[index + 1] = end
  }
  return { categories: met, starts: own.starts, values: own.values.subarray(0, end) }
}
