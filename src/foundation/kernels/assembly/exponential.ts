// e^x of two doubles: x = n ln 2 + r with |r| <= ln 2 / 2, and a polynomial for e^r. Additions and multiplications
// alone, so it gives the same bits everywhere; within 2 units in the last place of the true value.

const LOG2_E: f64 = 1.4426950408889634
/** ln 2 in two parts: the first has zeros at its end, so that n times it is exact. */
const LN2_HIGH: f64 = 6.9314718036912381649e-1
const LN2_LOW: f64 = 1.90821492927058770002e-10
/** Adding and taking away 1.5 * 2^52 rounds to the nearest whole number and leaves it in the low bits. */
const ROUNDER: f64 = 6755399441055744

/** Any x: below -700 as -700, above 700 as 700. */
export function exponential(x: v128): v128 {
  x = f64x2.pmin(f64x2.pmax(x, f64x2.splat(-700)), f64x2.splat(700))
  const rounded = f64x2.add(f64x2.mul(x, f64x2.splat(LOG2_E)), f64x2.splat(ROUNDER))
  const n = f64x2.sub(rounded, f64x2.splat(ROUNDER))
  let r = f64x2.sub(x, f64x2.mul(n, f64x2.splat(LN2_HIGH)))
  r = f64x2.sub(r, f64x2.mul(n, f64x2.splat(LN2_LOW)))
  // Taylor: 1 / k! down from k = 12; |r| <= 0.347 leaves 4e-17.
  let sum = f64x2.splat(2.08767569878681e-9)
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(2.505210838544172e-8))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(2.755731922398589e-7))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(2.7557319223985893e-6))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(2.48015873015873e-5))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.984126984126984e-4))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.388888888888889e-3))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(8.333333333333333e-3))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(4.1666666666666664e-2))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.6666666666666666e-1))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(0.5))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1))
  // The low bits of `rounded` are n: added to the exponent they multiply by 2^n.
  return i64x2.add(sum, i64x2.shl(rounded, 52))
}
