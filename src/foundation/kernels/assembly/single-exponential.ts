// e^x of four floats: x = n ln 2 + r with |r| <= ln 2 / 2, and a polynomial for e^r. Additions and multiplications alone,
// so it gives the same bits everywhere; within 3 units in the last place of the true value.

const LOG2_E: f32 = 1.4426950408889634
/** ln 2 in two parts: the first has zeros at its end, so that n times it is exact. */
const LN2_HIGH: f32 = 0.693359375
const LN2_LOW: f32 = -2.12194440054690583e-4
/** Adding and taking away 1.5 * 2^23 rounds to the nearest whole number and leaves it in the low bits. */
const ROUNDER: f32 = 12582912
/** Below, the answer is 0: such shares of a softmax add nothing, and smaller ones would be slow subnormal numbers. */
const LOWEST: f32 = -60

/** Any x up to 80. */
export function singleExponential(x: v128): v128 {
  const isAbove = f32x4.gt(x, f32x4.splat(LOWEST))
  x = f32x4.pmax(x, f32x4.splat(LOWEST))
  const rounded = f32x4.add(f32x4.mul(x, f32x4.splat(LOG2_E)), f32x4.splat(ROUNDER))
  const n = f32x4.sub(rounded, f32x4.splat(ROUNDER))
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH)))
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(LN2_LOW)))
  // Taylor: 1 / k! down from k = 7; |r| <= 0.347 leaves 6e-9.
  let sum = f32x4.splat(1.984126984126984e-4)
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.388888888888889e-3))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(8.333333333333333e-3))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(4.1666666666666664e-2))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.6666666666666666e-1))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.5))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1))
  // The low bits of `rounded` are n: added to the exponent they multiply by 2^n.
  return v128.and(i32x4.add(sum, i32x4.shl(rounded, 23)), isAbove)
}
