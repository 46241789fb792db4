// The best of many scored items: a binary heap with the worst on top. An item and its score are one signed 64-bit key,
// the score above and the item upside down below, so that the smaller item of two equal scores is the better one, and
// what is kept does not depend on the order in which items come.
//
// A heap: i32 count, i32 capacity, 8 bytes of nothing, then i64 keys.

const KEYS: usize = 16

/** The key of an item, a whole number from 0, and its score, which is not NaN. */
export function keyOf(score: f32, item: i32): i64 {
  // Adding 0 makes one zero of the two.
  const bits = reinterpret<i32>(score + 0)
  const ordered = bits ^ ((bits >> 31) & 0x7fffffff)
  return (i64(ordered) << 32) | i64(~(<u32>item))
}

/** Empties a heap of `capacity` keys, at least one; it has 16 + 8 * capacity bytes. */
export function clearKeys(heap: usize, capacity: i32): void {
  store<i32>(heap, 0)
  store<i32>(heap, capacity, 4)
}

/** A score below this has no place. */
@inline
export function floorOf(heap: usize): f32 {
  if (load<i32>(heap) < load<i32>(heap, 4)) return -f32.MAX_VALUE
  return scoreOf(load<i64>(heap + KEYS))
}

function scoreOf(key: i64): f32 {
  const ordered = <i32>(key >> 32)
  return reinterpret<f32>(ordered ^ ((ordered >> 31) & 0x7fffffff))
}

export function offerKey(heap: usize, key: i64): void {
  const count = load<i32>(heap)
  if (count < load<i32>(heap, 4)) {
    store<i32>(heap, count + 1)
    rise(heap + KEYS, count, key)
  } else if (key > load<i64>(heap + KEYS)) {
    sink(heap + KEYS, count, key)
  }
}

function rise(keys: usize, from: i32, key: i64): void {
  let at = from
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = load<i64>(keys + ((<usize>parent) << 3))
    if (above <= key) break
    store<i64>(keys + ((<usize>at) << 3), above)
    at = parent
  }
  store<i64>(keys + ((<usize>at) << 3), key)
}

/** Puts a key in the place of the worst. */
function sink(keys: usize, count: i32, key: i64): void {
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= count) break
    let below = load<i64>(keys + ((<usize>child) << 3))
    if (child + 1 < count) {
      const right = load<i64>(keys + ((<usize>child) << 3), 8)
      if (right < below) {
        below = right
        child++
      }
    }
    if (below >= key) break
    store<i64>(keys + ((<usize>at) << 3), below)
    at = child
  }
  store<i64>(keys + ((<usize>at) << 3), key)
}

/** Empties the heap into items (i32) and scores (f32), best first, and says how many there are. */
export function takeKeys(heap: usize, items: usize, scores: usize): i32 {
  const count = load<i32>(heap)
  for (let last = count - 1; last >= 0; last--) {
    const key = load<i64>(heap + KEYS)
    sink(heap + KEYS, last, load<i64>(heap + KEYS + ((<usize>last) << 3)))
    store<i32>(items + ((<usize>last) << 2), <i32>~(<u32>key))
    store<f32>(scores + ((<usize>last) << 2), scoreOf(key))
  }
  store<i32>(heap, 0)
  return count
}

/** Empties the heap into items (i32), in no order, and says how many there are. */
export function takeItems(heap: usize, items: usize): i32 {
  const count = load<i32>(heap)
  for (let at = 0; at < count; at++) {
    store<i32>(items + ((<usize>at) << 2), <i32>~(<u32>load<i64>(heap + KEYS + ((<usize>at) << 3))))
  }
  store<i32>(heap, 0)
  return count
}

/** Offers every number from 0 to `count` (excluded) with its score (f32). */
export function offerScores(heap: usize, scores: usize, count: i32): void {
  for (let item = 0; item < count; item++) {
    const score = load<f32>(scores + ((<usize>item) << 2))
    if (score >= floorOf(heap)) offerKey(heap, keyOf(score, item))
  }
}
