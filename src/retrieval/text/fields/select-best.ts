import { selectRank } from '../../../foundation/index.ts'

/** Keys that were small enough are held until there are so many times as many as are wanted. */
const HELD = 3
const LEAST_HELD = 1024

/** The order of two places with the same key; 0 where it is that of their numbers. */
type Tie = (one: number, other: number) => number

/**
 * The first few places in the order of their keys, in this order.
 *
 * @param keys - by place: a smaller one comes first; none is NaN
 * @param most - at least 1
 * @param tie - absent: equal keys keep the order of their places
 * @returns places, at most so many
 * @remarks O(keys + most * log most); with a tie besides O(keys that are equal to the last * log most) of its calls.
 */
export function selectBest(keys: Float64Array, most: number, tie?: Tie): Int32Array {
  const threshold = keys.length > most ? nthSmallest(keys, most) : Number.POSITIVE_INFINITY
  const chosen = placesUpTo(keys, threshold, most, tie)
  return chosen.sort((one, other) => keys[one]! - keys[other]! || tie?.(one, other) || one - other)
}

/** Those below a threshold, and as many of those at it as there is room for. */
function placesUpTo(keys: Float64Array, threshold: number, most: number, tie: Tie | undefined): Int32Array {
  const below = placesBelow(keys, threshold, most)
  const room = Math.min(most, keys.length) - below.length
  const equal = tie ? firstOfEqual(placesAt(keys, threshold, keys.length), room, tie) : placesAt(keys, threshold, room)
  const chosen = new Int32Array(below.length + equal.length)
  chosen.set(below)
  chosen.set(equal, below.length)
  return chosen
}

/** The places of keys below a threshold, which are at most so many; ascending. */
export function placesBelow(keys: Float64Array, threshold: number, most: number): Int32Array {
  const places = new Int32Array(Math.min(most, keys.length) + 1)
  let count = 0
  for (let place = 0; place < keys.length; place++) {
    places[count] = place
    count += Number(keys[place]! < threshold)
  }
  return places.subarray(0, count)
}

/** The first so many places of keys at a threshold, ascending. */
export function placesAt(keys: Float64Array, threshold: number, most: number): Int32Array {
  let count = 0
  for (let place = 0; place < keys.length; place++) count += Number(keys[place] === threshold)
  const places = new Int32Array(Math.min(count, most))
  for (let place = 0, at = 0; at < places.length; place++) if (keys[place] === threshold) places[at++] = place
  return places
}

/**
 * The key that has so many keys before it or among its equals.
 *
 * @param n - from 1 to the number of keys
 * @remarks O(keys), whatever their order: those that may be among the first are held and halved when they are many.
 */
export function nthSmallest(keys: Float64Array, n: number): number {
  const held = new Float64Array(Math.min(keys.length, Math.max(LEAST_HELD, HELD * n)))
  let count = 0
  let most = Number.POSITIVE_INFINITY
  for (let place = 0; place < keys.length; place++) {
    const key = keys[place]!
    if (key > most) continue
    if (count === held.length) {
      most = selectRank(held, count, n - 1)
      count = n
      if (key > most) continue
    }
    held[count++] = key
  }
  return selectRank(held, count, n - 1)
}

/** The first few of equal places by their tie, in no order. */
function firstOfEqual(places: Int32Array, most: number, tie: Tie): Int32Array {
  if (places.length <= most) return places
  const order: Tie = (one, other) => tie(one, other) || one - other
  const heap = new Int32Array(most)
  for (let count = 0; count < most; count++) raise(heap, count, places[count]!, order)
  for (let at = most; at < places.length; at++) {
    if (order(places[at]!, heap[0]!) < 0) sink(heap, places[at]!, order)
  }
  return heap
}

/** Puts a place behind the last of a heap and up to where it belongs; the last in the order is on top. */
function raise(heap: Int32Array, count: number, added: number, order: Tie): void {
  let at = count
  while (at > 0) {
    const above = (at - 1) >>> 1
    if (order(heap[above]!, added) >= 0) break
    heap[at] = heap[above]!
    at = above
  }
  heap[at] = added
}

/** Puts a place where the top of a full heap is, and down to where it belongs. */
function sink(heap: Int32Array, added: number, order: Tie): void {
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    if (below >= heap.length) break
    if (below + 1 < heap.length && order(heap[below + 1]!, heap[below]!) > 0) below++
    if (order(heap[below]!, added) <= 0) break
    heap[at] = heap[below]!
    at = below
  }
  heap[at] = added
}
