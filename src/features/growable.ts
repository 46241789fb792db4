/** From so many values on an array grows by a quarter: twice of what is large would be as much again for nothing. */
const LARGE = 1 << 20

/**
 * The array itself when it holds `length` values, else a copy of twice the size, a large one of a quarter more, whose new
 * places hold `fill`.
 */
export function growFloat64(array: Float64Array, length: number, fill = 0): Float64Array {
  if (length <= array.length) return array
  const grown = new Float64Array(Math.max(16, length, grownLength(array.length)))
  grown.set(array)
  if (fill !== 0) grown.fill(fill, array.length)
  return grown
}

/** {@link growFloat64} for 32-bit whole numbers. */
export function growInt32(array: Int32Array, length: number, fill = 0): Int32Array {
  if (length <= array.length) return array
  const grown = new Int32Array(Math.max(16, length, grownLength(array.length)))
  grown.set(array)
  if (fill !== 0) grown.fill(fill, array.length)
  return grown
}

/** {@link growInt32} for records of `words` numbers each: there is always room for whole ones. */
export function growRecords(array: Int32Array, records: number, words: number): Int32Array {
  if (records * words <= array.length) return array
  const grown = new Int32Array(Math.max(4, records, grownLength(array.length / words)) * words)
  grown.set(array)
  return grown
}

/** How long an array is after it has grown once. */
export function grownLength(length: number): number {
  return length < LARGE ? length * 2 : Math.ceil(length * 1.25)
}

/** A view of the array up to its last value that is not `fill`: what was written, without the places growth added. */
export function withoutTail<Column extends Float64Array | Int32Array>(array: Column, fill: number): Column {
  let length = array.length
  while (length > 0 && Object.is(array[length - 1], fill)) length--
  return array.subarray(0, length) as Column
}
