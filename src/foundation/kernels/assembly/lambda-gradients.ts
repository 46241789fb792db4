// LambdaMART's first and second derivatives, list by list, for LightGBM's formula: every pair of rows of which at least
// one stands in the first `truncation` places and whose gains differ pulls with
//   weight = |gain_i - gain_j| |discount_i - discount_j| / ideal      (/ (0.01 + |score_i - score_j|) when normalised)
//   lambda = sigmoid weight p,  hessian = sigmoid^2 weight p (1 - p),  p = 1 / (1 + e^(sigmoid (score_high - score_low)))
// With E = e^(sigmoid (score - best)) of each row, p = E_low / (E_low + E_high): one exponential a row, none a pair,
// and one division a pair. See Burges 2010, MSR-TR-2010-82.
import { exponential } from './exponential'
import { sortPlaces } from './sort-places'

/** Beyond this the probability of a pair is 0 or 1 in any case, and products of E stay normal numbers. */
const LARGEST_SPREAD: f64 = 300
/** Distances beyond this leave nothing of a pair in any case, and products of them stay finite. */
const LARGEST_DISTANCE: f64 = 1e100

/** Scratch for lists of at most `longest` rows: five arrays of doubles, and as much as two for sorting. */
export function lambdaScratchBytes(longest: i32): usize {
  return padded(longest) * 7
}

/** Bytes of an array of doubles with one more entry, in whole vectors. */
function padded(count: i32): usize {
  return ((<usize>count + 2) & ~1) << 3
}

/**
 * Lists `from` to `to`. starts: u32, lists + 1; scores, gains: f64 a row; order: u32 a row, a permutation within each
 * list, the order of the last call; inverseIdeals: f64 a list; discounts: f64 a place; weights: f64 a row, or 0;
 * gradients, hessians: f32 a row, written.
 */
export function lambdaGradients(
  from: i32,
  to: i32,
  starts: usize,
  scores: usize,
  gains: usize,
  order: usize,
  inverseIdeals: usize,
  discounts: usize,
  weights: usize,
  truncation: i32,
  sigmoid: f64,
  normalise: bool,
  gradients: usize,
  hessians: usize,
  scratch: usize,
  longest: i32,
): void {
  const step = padded(longest)
  const sortedScores = scratch
  const sortedGains = scratch + step
  const powers = scratch + step * 2
  const lambdas = scratch + step * 3
  const curvatures = scratch + step * 4
  const sortScratch = scratch + step * 5
  for (let list = from; list < to; list++) {
    const start = load<u32>(starts + ((<usize>list) << 2))
    const count = <i32>(load<u32>(starts + ((<usize>list) << 2), 4) - start)
    const firstRow = (<usize>start) << 3
    const places = order + ((<usize>start) << 2)
    const inverse = load<f64>(inverseIdeals + ((<usize>list) << 3))
    if (count < 2 || inverse == 0) {
      memory.fill(gradients + (firstRow >> 1), 0, (<usize>count) << 2)
      memory.fill(hessians + (firstRow >> 1), 0, (<usize>count) << 2)
      continue
    }
    gather(places, count, scores + firstRow, sortedScores)
    sortPlaces(places, sortedScores, count, sortScratch)
    gather(places, count, gains + firstRow, sortedGains)
    const best = load<f64>(sortedScores)
    const worst = load<f64>(sortedScores + ((<usize>(count - 1)) << 3))
    const near: f64 = normalise && best != worst ? 0.01 : 1
    fillPowers(sortedScores, count, sigmoid, near < 1 ? LARGEST_DISTANCE : 0, powers)
    closeLists(count, sortedScores, sortedGains, powers)
    memory.fill(lambdas, 0, padded(count))
    memory.fill(curvatures, 0, padded(count))
    const leaders = min(truncation, count - 1)
    const sum = sumPairs(count, leaders, near, sortedScores, sortedGains, powers, discounts, lambdas, curvatures)
    let scale = sigmoid * inverse
    if (normalise && sum > 0) {
      const total = 2 * scale * sum
      scale *= Math.log2(1 + total) / total
    }
    scatter(places, count, lambdas, weights ? weights + firstRow : 0, scale, gradients + (firstRow >> 1))
    scatter(places, count, curvatures, weights ? weights + firstRow : 0, scale * sigmoid, hessians + (firstRow >> 1))
  }
}

function gather(places: usize, count: i32, values: usize, out: usize): void {
  for (let place: usize = 0; place < <usize>count; place++) {
    store<f64>(out + (place << 3), load<f64>(values + ((<usize>load<u32>(places + (place << 2))) << 3)))
  }
}

function scatter(places: usize, count: i32, values: usize, weights: usize, scale: f64, out: usize): void {
  for (let place: usize = 0; place < <usize>count; place++) {
    const row = (<usize>load<u32>(places + (place << 2))) << 3
    const weight: f64 = weights ? load<f64>(weights + row) : 1
    store<f32>(out + (row >> 1), <f32>(load<f64>(values + (place << 3)) * scale * weight))
  }
}

/**
 * Turns scores into distances to the best of the list, at most `farthest`, and fills in the powers E: a list that does
 * not count distances has them all 0.
 */
function fillPowers(sortedScores: usize, count: i32, sigmoid: f64, farthest: f64, powers: usize): void {
  const best = f64x2.splat(load<f64>(sortedScores))
  const factor = f64x2.splat(sigmoid)
  const floor = f64x2.splat(-LARGEST_SPREAD)
  const nearest = f64x2.splat(-farthest)
  for (let at: usize = 0; at < (<usize>count) << 3; at += 16) {
    const below = f64x2.sub(v128.load(sortedScores + at), best)
    v128.store(sortedScores + at, f64x2.pmax(nearest, below))
    v128.store(powers + at, exponential(f64x2.pmax(floor, f64x2.mul(below, factor))))
  }
}

/** The place behind the last gains less than all others and has E = 0: it pulls nothing. */
function closeLists(count: i32, distances: usize, sortedGains: usize, powers: usize): void {
  const end = (<usize>count) << 3
  store<f64>(distances + end, load<f64>(distances + end - 8))
  store<f64>(sortedGains + end, -1)
  store<f64>(powers + end, 0)
}

/**
 * Adds to each place what its pairs pull, without the factors that all pairs of the list share; returns the sum of
 * all lambdas. A pair of a place with itself stands in the first vector now and then; its gains are equal.
 */
function sumPairs(
  count: i32,
  leaders: i32,
  near: f64,
  distances: usize,
  sortedGains: usize,
  powers: usize,
  discounts: usize,
  lambdas: usize,
  curvatures: usize,
): f64 {
  const end = (<usize>count) << 3
  const zero = f64x2.splat(0)
  let sum = zero
  for (let i: usize = 0; i < (<usize>leaders) << 3; i += 8) {
    const place = f64x2.splat(load<f64>(distances + i) + near)
    const gain = f64x2.splat(load<f64>(sortedGains + i))
    const power = f64x2.splat(load<f64>(powers + i))
    const discount = f64x2.splat(load<f64>(discounts + i))
    let pull = zero
    let bend = zero
    for (let j = (i + 8) & ~15; j < end; j += 16) {
      const other = v128.load(powers + j)
      const together = f64x2.add(power, other)
      const distance = f64x2.sub(place, v128.load(distances + j))
      const gap = f64x2.sub(gain, v128.load(sortedGains + j))
      const weight = f64x2.mul(gap, f64x2.sub(discount, v128.load(discounts + j)))
      const shared = f64x2.div(weight, f64x2.mul(f64x2.mul(together, together), distance))
      const lower = v128.bitselect(power, other, f64x2.lt(gap, zero))
      const lambda = f64x2.mul(f64x2.mul(lower, together), shared)
      const curvature = f64x2.abs(f64x2.mul(f64x2.mul(power, other), shared))
      pull = f64x2.add(pull, lambda)
      bend = f64x2.add(bend, curvature)
      sum = f64x2.add(sum, f64x2.abs(lambda))
      v128.store(lambdas + j, f64x2.add(v128.load(lambdas + j), lambda))
      v128.store(curvatures + j, f64x2.add(v128.load(curvatures + j), curvature))
    }
    store<f64>(lambdas + i, load<f64>(lambdas + i) - sumOfLanes(pull))
    store<f64>(curvatures + i, load<f64>(curvatures + i) + sumOfLanes(bend))
  }
  return sumOfLanes(sum)
}

function sumOfLanes(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1)
}
