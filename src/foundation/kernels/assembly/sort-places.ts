// Sorts places by score, both arrays side by side: short runs by insertion, then runs are merged. Where the order is
// nearly right already it costs hardly more than a look at every place.

/** Runs of this many places are sorted by insertion before they are merged. */
const RUN: i32 = 32

/**
 * Highest score first, equal scores by place. places: u32, scores: f64, both `count`; the score of a place moves with
 * it. scratch: 12 bytes a place.
 */
export function sortPlaces(places: usize, scores: usize, count: i32, scratch: usize): void {
  for (let from = 0; from < count; from += RUN) sortRun(places, scores, from, min(from + RUN, count))
  for (let width = RUN; width < count; width <<= 1) {
    for (let from = 0; from + width < count; from += width << 1) {
      merge(places, scores, from, from + width, min(from + (width << 1), count), scratch)
    }
  }
}

function sortRun(places: usize, scores: usize, from: i32, to: i32): void {
  for (let at = from + 1; at < to; at++) {
    const place = placeAt(places, at)
    const score = scoreAt(scores, at)
    let hole = at
    while (hole > from) {
      const other = scoreAt(scores, hole - 1)
      if (score < other || (score == other && place > placeAt(places, hole - 1))) break
      store<f64>(scores + ((<usize>hole) << 3), other)
      store<u32>(places + ((<usize>hole) << 2), placeAt(places, hole - 1))
      hole--
    }
    store<f64>(scores + ((<usize>hole) << 3), score)
    store<u32>(places + ((<usize>hole) << 2), place)
  }
}

function merge(places: usize, scores: usize, from: i32, middle: i32, to: i32, scratch: usize): void {
  const lastScore = scoreAt(scores, middle - 1)
  const nextScore = scoreAt(scores, middle)
  const lastPlace = placeAt(places, middle - 1)
  if (lastScore > nextScore || (lastScore == nextScore && lastPlace < placeAt(places, middle))) return
  const leftCount = middle - from
  const leftScores = scratch
  const leftPlaces = scratch + ((<usize>leftCount) << 3)
  memory.copy(leftScores, scores + ((<usize>from) << 3), (<usize>leftCount) << 3)
  memory.copy(leftPlaces, places + ((<usize>from) << 2), (<usize>leftCount) << 2)
  let left: i32 = 0
  let right = middle
  let out = from
  while (left < leftCount && right < to) {
    const a = scoreAt(leftScores, left)
    const b = scoreAt(scores, right)
    const takeLeft = a > b || (a == b && placeAt(leftPlaces, left) < placeAt(places, right))
    store<f64>(scores + ((<usize>out) << 3), takeLeft ? a : b)
    store<u32>(places + ((<usize>out) << 2), takeLeft ? placeAt(leftPlaces, left) : placeAt(places, right))
    out++
    if (takeLeft) left++
    else right++
  }
  const rest = leftCount - left
  memory.copy(scores + ((<usize>out) << 3), leftScores + ((<usize>left) << 3), (<usize>rest) << 3)
  memory.copy(places + ((<usize>out) << 2), leftPlaces + ((<usize>left) << 2), (<usize>rest) << 2)
}

function placeAt(places: usize, at: i32): u32 {
  return load<u32>(places + ((<usize>at) << 2))
}

function scoreAt(scores: usize, at: i32): f64 {
  return load<f64>(scores + ((<usize>at) << 3))
}
