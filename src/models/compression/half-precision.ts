import { SluiceError } from '../../foundation/index.ts'

/** A table of numbers in half precision: 11 bits each and a common power of two. */
export interface HalfTable {
  /** Every number was divided by this power of two, so that the largest is near the largest half. */
  readonly scale: number
  /** The bits of IEEE 754 binary16. */
  readonly halves: Uint16Array
}

/** The largest power of two that binary16 holds with room to round up. */
const LARGEST_POWER = 15

/**
 * Takes a table of factors to half precision, in half the bytes of single precision. The relative error of a number is
 * at most 2^-11 down to 2^-28 of the largest; below that the error is at most 2^-39 of the largest.
 *
 * @param scale - of a table that these numbers were read from, to get the same bits again
 * @throws SluiceError `NOT_FINITE`
 * @remarks O(n).
 */
export function toHalves(values: Float64Array | Float32Array, scale = scaleOf(values)): HalfTable {
  return { scale, halves: Uint16Array.from(values, (value) => halfBits(value / scale)) }
}

function scaleOf(values: Float64Array | Float32Array): number {
  let largest = 0
  for (const value of values) {
    if (!Number.isFinite(value)) {
      throw new SluiceError('NOT_FINITE', `factor for half precision: expected a finite number, got ${value}`)
    }
    largest = Math.max(largest, Math.abs(value))
  }
  return largest === 0 ? 1 : 2 ** Math.max(-1022, exponentOf(largest) - (LARGEST_POWER - 1))
}

/** The numbers of a table, written to `out` from `start` on. @remarks O(n), a table lookup each. */
export function fromHalves({ scale, halves }: HalfTable, out: Float64Array | Float32Array, start = 0): void {
  for (let index = 0; index < halves.length; index++) out[start + index] = numbersOfHalves[halves[index]!]! * scale
}

/** Every number of binary16 by its bits; 256 KiB. */
const numbersOfHalves = Float32Array.from({ length: 65_536 }, (_, bits) => numberOfHalf(bits))

function numberOfHalf(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** The nearest number of binary16, ties to the even one; of a number below 65,520 in size. */
function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  // One step of the numbers that are this large: subnormal ones share that of the smallest normal ones.
  const exponent = Math.max(-14, size === 0 ? -14 : exponentOf(size))
  const steps = roundToEven(size / 2 ** (exponent - 10))
  // A carry into the next power of two is right by itself: the fraction runs over into the exponent.
  return sign | (((exponent + 14) << 10) + steps)
}

function roundToEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below
}

/** The whole e with 2^e <= value < 2^(e + 1), of a number above 0. */
function exponentOf(value: number): number {
  const exponent = Math.floor(Math.log2(value))
  if (2 ** exponent > value) return exponent - 1
  return 2 ** (exponent + 1) <= value ? exponent + 1 : exponent
}
