/**
 * The first few of some numbers in an order, in this order.
 *
 * @param candidates - numbers, different ones
 * @param most - at least 1
 * @param keys - by number: a smaller one comes first; none is NaN
 * @param tie - the order of two with the same key; equal ones keep the order of their numbers
 * @remarks O(candidates + those that come into the first few on the way * log most).
 */
export function selectBest(
  candidates: ArrayLike<number>,
  most: number,
  keys: Float64Array,
  tie: (one: number, other: number) => number = () => 0,
): number[] {
  const order = (one: number, other: number): number => {
    if (keys[one] !== keys[other]) return keys[one]! < keys[other]! ? -1 : 1
    return tie(one, other) || one - other
  }
  const heap: number[] = []
  let worst = Number.POSITIVE_INFINITY
  for (let place = 0; place < candidates.length; place++) {
    const candidate = candidates[place]!
    if (heap.length < most) {
      heap.push(candidate)
      raise(heap, order)
    } else if (keys[candidate]! <= worst && order(candidate, heap[0]!) < 0) {
      heap[0] = candidate
      sink(heap, order)
    } else continue
    worst = heap.length < most ? worst : keys[heap[0]!]!
  }
  return heap.sort(order)
}

type Order = (one: number, other: number) => number

/** Moves the last of a heap up to where it belongs; the one that comes last in the order is on top. */
function raise(heap: number[], order: Order): void {
  let place = heap.length - 1
  while (place > 0) {
    const above = (place - 1) >>> 1
    if (order(heap[above]!, heap[place]!) >= 0) return
    swap(heap, above, place)
    place = above
  }
}

/** Moves the top of a heap down to where it belongs. */
function sink(heap: number[], order: Order): void {
  let place = 0
  for (;;) {
    let largest = place
    for (const below of [2 * place + 1, 2 * place + 2]) {
      if (below < heap.length && order(heap[below]!, heap[largest]!) > 0) largest = below
    }
    if (largest === place) return
    swap(heap, largest, place)
    place = largest
  }
}

function swap(heap: number[], one: number, other: number): void {
  const kept = heap[one]!
  heap[one] = heap[other]!
  heap[other] = kept
}
