/** Items with their scores, best first. */
export interface ScoredItems {
  readonly items: Int32Array
  readonly scores: Float64Array
}

/**
 * The `limit` candidates with the largest scores, best first; ties go to the smaller item number.
 *
 * @param candidates - distinct item numbers
 * @param scores - by item number
 * @param accept - asked only about an item that would enter the list; absent accepts all
 * @param above - scores that are not above this are left out, as is NaN
 * @remarks O(n log limit): a heap of the best so far, its worst on top.
 */
export function topItems(
  candidates: Iterable<number>,
  scores: Float64Array,
  limit: number,
  accept: (item: number) => boolean = () => true,
  above = 0,
): ScoredItems {
  const isWorse = (a: number, b: number): boolean => {
    const difference = scores[a]! - scores[b]!
    return difference < 0 || (difference === 0 && a > b)
  }
  const heap: number[] = []
  // What is below the worst of a full heap cannot enter: most items cost this comparison and no more.
  let floor = above
  for (const item of candidates) {
    const score = scores[item]!
    if (!(score >= floor && score > above)) continue
    if (heap.length < limit) {
      if (accept(item)) siftUp(heap, heap.push(item) - 1, isWorse)
    } else if (limit > 0 && isWorse(heap[0]!, item) && accept(item)) {
      heap[0] = item
      siftDown(heap, isWorse)
    }
    if (heap.length === limit && limit > 0) floor = scores[heap[0]!]!
  }
  const items = Int32Array.from(heap).sort((a, b) => (isWorse(a, b) ? 1 : -1))
  return { items, scores: Float64Array.from(items, (item) => scores[item]!) }
}

type IsWorse = (a: number, b: number) => boolean

function siftUp(heap: number[], from: number, isWorse: IsWorse): void {
  let at = from
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!isWorse(heap[at]!, heap[parent]!)) return
    swap(heap, at, parent)
    at = parent
  }
}

function siftDown(heap: number[], isWorse: IsWorse): void {
  let at = 0
  for (;;) {
    let worst = at
    for (const child of [2 * at + 1, 2 * at + 2]) {
      if (child < heap.length && isWorse(heap[child]!, heap[worst]!)) worst = child
    }
    if (worst === at) return
    swap(heap, at, worst)
    at = worst
  }
}

function swap(heap: number[], a: number, b: number): void {
  const held = heap[a]!
  heap[a] = heap[b]!
  heap[b] = held
}
