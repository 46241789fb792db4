// Gradients of one score a row, and their packing: the gradient as a signed 32-bit integer in the upper half of 64
// bits, the hessian as an unsigned one in the lower half. Sums of such numbers are exact in any order.

/** e^x to some 1e-7, for x in [-30, 30]; beyond, the value at the end. */
@inline
function exponential(x: v128): v128 {
  const clamped = f32x4.min(f32x4.max(x, f32x4.splat(-30)), f32x4.splat(30))
  const t = f32x4.mul(clamped, f32x4.splat(1.44269504))
  const whole = f32x4.nearest(t)
  const rest = f32x4.sub(t, whole)
  let p = f32x4.splat(0.000154035303933816)
  p = f32x4.add(f32x4.mul(p, rest), f32x4.splat(0.00133335581))
  p = f32x4.add(f32x4.mul(p, rest), f32x4.splat(0.00961812911))
  p = f32x4.add(f32x4.mul(p, rest), f32x4.splat(0.0555041087))
  p = f32x4.add(f32x4.mul(p, rest), f32x4.splat(0.240226507))
  p = f32x4.add(f32x4.mul(p, rest), f32x4.splat(0.693147181))
  p = f32x4.add(f32x4.mul(p, rest), f32x4.splat(1))
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(whole), i32x4.splat(127)), 23)
  return f32x4.mul(p, power)
}

/** Four doubles as floats. */
@inline
function fourScores(at: usize): v128 {
  const low = f32x4.demote_f64x2_zero(v128.load(at))
  const high = f32x4.demote_f64x2_zero(v128.load(at, 16))
  return i64x2.shuffle(low, high, 0, 2)
}

/**
 * scores: f64; targets, gradients, hessians: f32; weights: f32 or 0 for none. `count` goes up to the next multiple of
 * 4: the arrays are that long.
 */
export function logisticGradients(
  scores: usize,
  targets: usize,
  weights: usize,
  steepness: f32,
  gradients: usize,
  hessians: usize,
  count: i32,
): void {
  const bytes = (<usize>count) << 2
  const negative = f32x4.splat(-steepness)
  const one = f32x4.splat(1)
  let first = f32x4.splat(steepness)
  let second = f32x4.splat(steepness * steepness)
  for (let i: usize = 0; i < bytes; i += 16) {
    const e = exponential(f32x4.mul(fourScores(scores + (i << 1)), negative))
    const p = f32x4.div(one, f32x4.add(one, e))
    let weight = one
    if (weights) weight = v128.load(weights + i)
    const g = f32x4.mul(f32x4.mul(first, weight), f32x4.sub(p, v128.load(targets + i)))
    const h = f32x4.mul(f32x4.mul(second, weight), f32x4.mul(p, f32x4.sub(one, p)))
    v128.store(gradients + i, g)
    v128.store(hessians + i, h)
  }
}

/** As above, of half the squared difference. */
export function squaredGradients(
  scores: usize,
  targets: usize,
  weights: usize,
  gradients: usize,
  hessians: usize,
  count: i32,
): void {
  const bytes = (<usize>count) << 2
  for (let i: usize = 0; i < bytes; i += 16) {
    let weight = f32x4.splat(1)
    if (weights) weight = v128.load(weights + i)
    const wide = v128.load(targets + i)
    const low = f64x2.sub(v128.load(scores + (i << 1)), f64x2.promote_low_f32x4(wide))
    const upper = i64x2.shuffle(wide, wide, 1, 1)
    const high = f64x2.sub(v128.load(scores + (i << 1), 16), f64x2.promote_low_f32x4(upper))
    const difference = i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2)
    v128.store(gradients + i, f32x4.mul(weight, difference))
    v128.store(hessians + i, weight)
  }
}

/** The sum of absolute values, in order. */
export function absoluteSum(values: usize, count: i32): f64 {
  const end = values + ((<usize>count) << 2)
  const whole = values + ((<usize>(count & ~3)) << 2)
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  let at = values
  for (; at < whole; at += 16) {
    const four = f32x4.abs(v128.load(at))
    low = f64x2.add(low, f64x2.promote_low_f32x4(four))
    high = f64x2.add(high, f64x2.promote_low_f32x4(i64x2.shuffle(four, four, 1, 1)))
  }
  const both = f64x2.add(low, high)
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1)
  for (; at < end; at += 4) sum += Math.abs(<f64>load<f32>(at))
  return sum
}

/**
 * Packs the rows from `first` on, scaled and rounded up or down by chance that hangs on the row and the seed alone.
 * gradients, hessians: f32, packed: i64, all of row 0. `count` goes up to the next multiple of 4.
 */
export function packGradients(
  gradients: usize,
  hessians: usize,
  packed: usize,
  first: i32,
  count: i32,
  gradientScale: f32,
  hessianScale: f32,
  seed: i32,
): void {
  const fraction = f32x4.splat(1.0 / 65536.0)
  const low = i32x4.splat(0xffff)
  const scaleG = f32x4.splat(gradientScale)
  const scaleH = f32x4.splat(hessianScale)
  let row = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3))
  for (let i = <usize>first; i < <usize>(first + count); i += 4) {
    let chance = i32x4.add(i32x4.mul(row, i32x4.splat(0x9e3779b1)), i32x4.splat(seed))
    chance = i32x4.mul(v128.xor(chance, i32x4.shr_u(chance, 15)), i32x4.splat(0x85ebca6b))
    chance = i32x4.mul(v128.xor(chance, i32x4.shr_u(chance, 13)), i32x4.splat(0xc2b2ae35))
    chance = v128.xor(chance, i32x4.shr_u(chance, 16))
    const upG = f32x4.mul(f32x4.convert_i32x4_s(v128.and(chance, low)), fraction)
    const upH = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(chance, 16)), fraction)
    const g = f32x4.floor(f32x4.add(f32x4.mul(v128.load(gradients + (i << 2)), scaleG), upG))
    const h = f32x4.floor(f32x4.add(f32x4.mul(v128.load(hessians + (i << 2)), scaleH), upH))
    const wholeG = i32x4.trunc_sat_f32x4_s(g)
    const wholeH = i32x4.trunc_sat_f32x4_u(h)
    v128.store(packed + (i << 3), i32x4.shuffle(wholeH, wholeG, 0, 4, 1, 5), 0)
    v128.store(packed + (i << 3), i32x4.shuffle(wholeH, wholeG, 2, 6, 3, 7), 16)
    row = i32x4.add(row, i32x4.splat(4))
  }
}
