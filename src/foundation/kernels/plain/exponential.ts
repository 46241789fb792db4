const LOG2_E = Math.LOG2E
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const ROUNDER = 6755399441055744

/** 1 / k! from k = 12 down to 0. */
const TAYLOR = [
  2.08767569878681e-9, 2.505210838544172e-8, 2.755731922398589e-7, 2.7557319223985893e-6, 2.48015873015873e-5,
  1.984126984126984e-4, 1.388888888888889e-3, 8.333333333333333e-3, 4.1666666666666664e-2, 1.6666666666666666e-1, 0.5,
  1, 1,
]

const bits = new DataView(new ArrayBuffer(8))

/** e^x as the kernels have it, to the bit, in plain TypeScript. */
export function plainExponential(x: number): number {
  const clamped = Math.min(Math.max(x, -700), 700)
  const n = clamped * LOG2_E + ROUNDER - ROUNDER
  const r = clamped - n * LN2_HIGH - n * LN2_LOW
  let sum = 0
  for (const coefficient of TAYLOR) sum = sum * r + coefficient
  bits.setFloat64(0, sum)
  bits.setBigInt64(0, bits.getBigInt64(0) + (BigInt(n) << 52n))
  return bits.getFloat64(0)
}
