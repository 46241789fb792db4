import { requireNoNaN } from './checked-inputs.ts'

/** Below this many rows a comparison sort beats the fixed cost of the radix tables. */
const RADIX_FROM = 4096
const DIGIT_BITS = 16
const DIGITS = 1 << DIGIT_BITS

/**
 * Rows from the largest score to the smallest; ties, and so 0 and -0, keep input order.
 *
 * @param scores - shape (n,); NaN is refused, infinities are ordered
 * @returns shape (n,), row numbers
 * @throws SluiceError `NOT_FINITE` at NaN
 * @remarks O(n log n) for a short list, O(n) from a few thousand rows on; O(n) memory.
 */
export function orderByScore(scores: Float64Array): Uint32Array {
  requireNoNaN('scores', scores)
  return scores.length < RADIX_FROM ? comparisonOrder(scores) : radixOrder(scores)
}

function comparisonOrder(scores: Float64Array): Uint32Array {
  const rows = rowNumbers(scores.length)
  // Equal infinities subtract to NaN, which a sort takes for a tie: row numbers then keep their order.
  return rows.sort((a, b) => scores[b]! - scores[a]! || a - b)
}

/** Least-significant-digit radix sort on the bits of the doubles, four digits of 16 bits. */
function radixOrder(scores: Float64Array): Uint32Array {
  const { low, high } = descendingKeys(scores)
  let rows = rowNumbers(scores.length)
  let spare = new Uint32Array(scores.length)
  for (const key of [low, high]) {
    for (const shift of [0, DIGIT_BITS]) {
      if (sortByDigit(rows, spare, key, shift)) [rows, spare] = [spare, rows]
    }
  }
  return rows
}

/** Unsigned 64-bit keys that grow as scores fall: positive doubles with all bits but the sign inverted, negative as is. */
function descendingKeys(scores: Float64Array): { low: Uint32Array; high: Uint32Array } {
  const low = new Uint32Array(scores.length)
  const high = new Uint32Array(scores.length)
  const one = new Float64Array(1)
  const words = new Uint32Array(one.buffer)
  const lowWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1
  for (let row = 0; row < scores.length; row++) {
    one[0] = scores[row]! + 0 // -0 becomes 0
    const sign = words[1 - lowWord]! >>> 31
    high[row] = sign ? words[1 - lowWord]! : ~words[1 - lowWord]! & 0x7fffffff
    low[row] = sign ? words[lowWord]! : ~words[lowWord]!
  }
  return { low, high }
}

/** One stable counting pass from `rows` into `out`; false when all rows share the digit and nothing was written. */
function sortByDigit(rows: Uint32Array, out: Uint32Array, key: Uint32Array, shift: number): boolean {
  const next = new Uint32Array(DIGITS)
  for (let row = 0; row < key.length; row++) next[(key[row]! >>> shift) & (DIGITS - 1)]!++
  if (next[(key[0]! >>> shift) & (DIGITS - 1)] === key.length) return false
  let start = 0
  for (let digit = 0; digit < DIGITS; digit++) {
    const count = next[digit]!
    next[digit] = start
    start += count
  }
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place]!
    out[next[(key[row]! >>> shift) & (DIGITS - 1)]!++] = row
  }
  return true
}

function rowNumbers(count: number): Uint32Array<ArrayBuffer> {
  const rows = new Uint32Array(count)
  for (let row = 0; row < count; row++) rows[row] = row
  return rows
}
