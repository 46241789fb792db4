// The softmax of a batch over its own items: row i ought to choose column i. Sums in f64, in order of the columns.

import { singleExponential } from './single-exponential'

/** What a column has that is row i's own item in another place: it takes no part. */
const NONE: f32 = -1e30

/**
 * Turns similarities into gradients by them, in place, for rows `from` to `to` of a batch of `count`. A logit is the
 * similarity times `sharpness` less the column's `logFrequency`.
 *
 * similarities: f32, rows `stride` (a multiple of 4, at least `count`) apart; logFrequencies: f32, items: i32 and
 * weights: f32 (those add up to 1), one a column; probabilities: f64 a row, what the own column has of the softmax.
 */
export function softmaxGradients(
  similarities: usize,
  stride: i32,
  count: i32,
  from: i32,
  to: i32,
  sharpness: f32,
  logFrequencies: usize,
  items: usize,
  weights: usize,
  probabilities: usize,
): void {
  const whole = (count + 3) & ~3
  for (let row = from; row < to; row++) {
    const place = (<usize>row) << 2
    const logits = similarities + (<usize>row * <usize>stride << 2)
    const largest = writeLogits(logits, count, whole, sharpness, logFrequencies, items, row)
    const sum = writeExponentials(logits, whole, largest)
    const own = <f64>load<f32>(logits + place) / sum
    store<f64>(probabilities + (place << 1), own)
    const scale = load<f32>(weights + place) * sharpness
    scaleRow(logits, whole, <f32>(<f64>scale / sum))
    store<f32>(logits + place, <f32>(<f64>scale * (own - 1)))
  }
}

function writeLogits(
  logits: usize,
  count: i32,
  whole: i32,
  sharpness: f32,
  logFrequencies: usize,
  items: usize,
  row: i32,
): f32 {
  const factor = f32x4.splat(sharpness)
  const none = f32x4.splat(NONE)
  const item = i32x4.splat(load<i32>(items + ((<usize>row) << 2)))
  const ownAt = logits + ((<usize>row) << 2)
  const own = load<f32>(ownAt) * sharpness - load<f32>(logFrequencies + ((<usize>row) << 2))
  const bytes = (<usize>whole) << 2
  let largest = f32x4.splat(own)
  for (let at: usize = 0; at < bytes; at += 16) {
    const logit = f32x4.sub(f32x4.mul(v128.load(logits + at), factor), v128.load(logFrequencies + at))
    const kept = v128.bitselect(none, logit, i32x4.eq(v128.load(items + at), item))
    v128.store(logits + at, kept)
  }
  store<f32>(ownAt, own)
  for (let at = (<usize>count) << 2; at < bytes; at += 4) store<f32>(logits + at, NONE)
  for (let at: usize = 0; at < bytes; at += 16) largest = f32x4.max(largest, v128.load(logits + at))
  const left = max<f32>(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1))
  const right = max<f32>(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3))
  return max<f32>(left, right)
}

function writeExponentials(logits: usize, whole: i32, largest: f32): f64 {
  const bytes = (<usize>whole) << 2
  const shift = f32x4.splat(largest)
  let sum = f64x2.splat(0)
  for (let at: usize = 0; at < bytes; at += 16) {
    const four = singleExponential(f32x4.sub(v128.load(logits + at), shift))
    v128.store(logits + at, four)
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(four))
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(v128.shuffle<i32>(four, four, 2, 3, 2, 3)))
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

function scaleRow(logits: usize, whole: i32, scale: f32): void {
  const factor = f32x4.splat(scale)
  const bytes = (<usize>whole) << 2
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(logits + at, f32x4.mul(v128.load(logits + at), factor))
  }
}
