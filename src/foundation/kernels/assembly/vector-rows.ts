// Rows of a vector index in single precision, found through a table of chunks, and what is made of them: exact scores,
// bytes with a scale, 16-bit numbers. Widths are multiples of 16.

import { floorOf, keyOf, offerKey } from './best-keys'

/** A chunk holds 2 to this power of rows. */
const CHUNK_SHIFT: i32 = 10

@inline
function rowOf(chunks: usize, item: i32, width: i32): usize {
  const chunk = <usize>load<u32>(chunks + ((<usize>(item >> CHUNK_SHIFT)) << 2))
  return chunk + ((<usize>((item & ((1 << CHUNK_SHIFT) - 1)) * width)) << 2)
}

/** Rows that are looked at ahead, so that the wait for one is the wait for all. */
const AHEAD: i32 = 16

/** Looks at every line of some listed rows; what it gives means nothing, and is to be stored, or the looks are left out. */
function lookAhead(chunks: usize, items: usize, from: i32, to: i32, width: i32): u32 {
  const vectorBytes = (<usize>width) << 2
  let touched: u32 = 0
  for (let at = from; at < to; at++) {
    const row = rowOf(chunks, load<i32>(items + ((<usize>at) << 2)), width)
    for (let byte: usize = 0; byte < vectorBytes; byte += 64) touched ^= load<u32>(row + byte)
  }
  return touched
}

/**
 * Offers the listed items with their dot products with the query, summed as `dotProducts` does. chunks: u32, the
 * offset of every chunk of rows; items: i32, count; query: f32, width; heap: of `best-keys`.
 */
export function offerListed(chunks: usize, items: usize, count: i32, width: i32, query: usize, heap: usize): void {
  const vectorBytes = (<usize>width) << 2
  let at = 0
  for (; at + 4 <= count; at += 4) {
    // Into the eight bytes of a heap that mean nothing.
    if (at % AHEAD == 0) store<u32>(heap, lookAhead(chunks, items, at, min(count, at + AHEAD), width), 8)
    const list = items + ((<usize>at) << 2)
    const first = rowOf(chunks, load<i32>(list), width)
    const second = rowOf(chunks, load<i32>(list, 4), width)
    const third = rowOf(chunks, load<i32>(list, 8), width)
    const fourth = rowOf(chunks, load<i32>(list, 12), width)
    let a = f32x4.splat(0)
    let b = f32x4.splat(0)
    let c = f32x4.splat(0)
    let d = f32x4.splat(0)
    for (let byte: usize = 0; byte < vectorBytes; byte += 16) {
      const q = v128.load(query + byte)
      a = f32x4.add(a, f32x4.mul(q, v128.load(first + byte)))
      b = f32x4.add(b, f32x4.mul(q, v128.load(second + byte)))
      c = f32x4.add(c, f32x4.mul(q, v128.load(third + byte)))
      d = f32x4.add(d, f32x4.mul(q, v128.load(fourth + byte)))
    }
    offer(heap, sumOfLanes(a), load<i32>(list))
    offer(heap, sumOfLanes(b), load<i32>(list, 4))
    offer(heap, sumOfLanes(c), load<i32>(list, 8))
    offer(heap, sumOfLanes(d), load<i32>(list, 12))
  }
  for (; at < count; at++) {
    const item = load<i32>(items + ((<usize>at) << 2))
    const row = rowOf(chunks, item, width)
    let sum = f32x4.splat(0)
    for (let byte: usize = 0; byte < vectorBytes; byte += 16) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(query + byte), v128.load(row + byte)))
    }
    offer(heap, sumOfLanes(sum), item)
  }
}

/**
 * The products of listed rows with the query, each summed in f64 from the first number on. items: i32, count; query:
 * f32, width; out: f64, count.
 */
export function productsOfListed(
  chunks: usize,
  items: usize,
  count: i32,
  width: i32,
  query: usize,
  out: usize,
): void {
  const vectorBytes = (<usize>width) << 2
  for (let from = 0; from < count; from += AHEAD) {
    const to = min(count, from + AHEAD)
    store<u32>(out + ((<usize>from) << 3), lookAhead(chunks, items, from, to, width))
    let at = from
    for (; at + 2 <= to; at += 2) {
      const list = items + ((<usize>at) << 2)
      const first = rowOf(chunks, load<i32>(list), width)
      const second = rowOf(chunks, load<i32>(list, 4), width)
      v128.store(out + ((<usize>at) << 3), productsOfTwo(first, second, query, vectorBytes))
    }
    if (at < to) {
      const row = rowOf(chunks, load<i32>(items + ((<usize>at) << 2)), width)
      store<f64>(out + ((<usize>at) << 3), f64x2.extract_lane(productsOfTwo(row, row, query, vectorBytes), 0))
    }
  }
}

@inline
function productsOfTwo(first: usize, second: usize, query: usize, vectorBytes: usize): v128 {
  let sums = f64x2.splat(0)
  for (let byte: usize = 0; byte < vectorBytes; byte += 16) {
    const a = v128.load(first + byte)
    const b = v128.load(second + byte)
    const q = v128.load(query + byte)
    const low = i32x4.shuffle(a, b, 0, 4, 1, 5)
    const high = i32x4.shuffle(a, b, 2, 6, 3, 7)
    sums = addProducts(sums, low, i32x4.shuffle(q, q, 0, 0, 0, 0))
    sums = addProducts(sums, i32x4.shuffle(low, low, 2, 3, 2, 3), i32x4.shuffle(q, q, 1, 1, 1, 1))
    sums = addProducts(sums, high, i32x4.shuffle(q, q, 2, 2, 2, 2))
    sums = addProducts(sums, i32x4.shuffle(high, high, 2, 3, 2, 3), i32x4.shuffle(q, q, 3, 3, 3, 3))
  }
  return sums
}

/** Adds the products of the first two lanes (f32) to two sums (f64). */
@inline
function addProducts(sums: v128, values: v128, query: v128): v128 {
  return f64x2.add(sums, f64x2.mul(f64x2.promote_low_f32x4(values), f64x2.promote_low_f32x4(query)))
}

@inline
function offer(heap: usize, score: f32, item: i32): void {
  if (score >= floorOf(heap)) offerKey(heap, keyOf(score, item))
}

function sumOfLanes(v: v128): f32 {
  const even: f32 = f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 2)
  const odd: f32 = f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 3)
  return even + odd
}

/** Writes a row (f32, not all 0) as whole numbers from -127 to 127 (i8) and gives the scale that makes it the row. */
export function packBytes(row: usize, width: i32, out: usize): f32 {
  const largest = largestOf(row, width)
  const factor = f32x4.splat(127 / largest)
  for (let at = 0; at < width; at += 16) {
    const from = row + ((<usize>at) << 2)
    const low = i16x8.narrow_i32x4_s(rounded(from, factor), rounded(from + 16, factor))
    const high = i16x8.narrow_i32x4_s(rounded(from + 32, factor), rounded(from + 48, factor))
    v128.store(out + <usize>at, i8x16.narrow_i16x8_s(low, high))
  }
  return largest / 127
}

/** Writes a query (f32, not all 0) as whole numbers from -limit to limit (i16). */
export function packQuery(query: usize, width: i32, limit: f32, out: usize): void {
  packWords(query, width, limit / largestOf(query, width), out)
}

/**
 * Writes listed rows as i16, times `scale`, or less where a row would become longer than 32767: then no sum of products
 * leaves 32 bits.
 */
export function packRows(chunks: usize, items: usize, count: i32, width: i32, scale: f32, out: usize): void {
  for (let at = 0; at < count; at++) {
    const row = rowOf(chunks, load<i32>(items + ((<usize>at) << 2)), width)
    packRow(row, width, scale, out + ((<usize>(at * width)) << 1))
  }
}

/** One row (f32) of `packRows`. */
export function packRow(row: usize, width: i32, scale: f32, out: usize): void {
  packWords(row, width, min<f32>(scale, 32767 / rowLength(row, width)), out)
}

/** The Euclidean length of a row (f32). */
export function rowLength(row: usize, width: i32): f32 {
  let squares = f32x4.splat(0)
  for (let at = 0; at < width; at += 4) {
    const v = v128.load(row + ((<usize>at) << 2))
    squares = f32x4.add(squares, f32x4.mul(v, v))
  }
  return sqrt<f32>(sumOfLanes(squares))
}

function packWords(row: usize, width: i32, scale: f32, out: usize): void {
  const factor = f32x4.splat(scale)
  for (let at = 0; at < width; at += 8) {
    const from = row + ((<usize>at) << 2)
    v128.store(out + ((<usize>at) << 1), i16x8.narrow_i32x4_s(rounded(from, factor), rounded(from + 16, factor)))
  }
}

function rounded(from: usize, factor: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(from), factor)))
}

function largestOf(row: usize, width: i32): f32 {
  let largest = f32x4.splat(0)
  for (let at = 0; at < width; at += 4) {
    largest = f32x4.max(largest, f32x4.abs(v128.load(row + ((<usize>at) << 2))))
  }
  const low = max<f32>(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1))
  return max<f32>(low, max<f32>(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)))
}
