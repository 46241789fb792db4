// Search in an inverted index, a term at a time within windows of 4,096 documents, exactly. Scores are whole numbers, so
// that no sum hangs on the order of terms.
//
// A term: chunks one after the other, each with the postings of one window:
//   u16 window, u16 count, u8 largest impact,
//   below DENSE postings: u16 places in the window; from there on: 16 times u16 the end among the postings of every 256
//   documents, then u8 places within them,
//   u8 impacts.
// A cursor, 16 bytes: u32 next chunk, u32 end of the chunks, i32 weight, i32 nothing.

import { floorOf, offerKey } from './best-keys'

const WINDOW_BITS: i32 = 12
const WINDOW: i32 = 1 << WINDOW_BITS
const HEADER: usize = 5
const DENSE: i32 = 64
const ENDS: usize = 32
const NO_WINDOW: i32 = 0x7fffffff
/** With fewer postings in a window than this, they are gone through again instead of all its documents. */
const FEW: i32 = 256

@inline
function cursorOf(cursors: usize, term: i32): usize {
  return cursors + ((<usize>term) << 4)
}

/** The window of the next chunk. */
@inline
function windowOf(cursor: usize): i32 {
  const at = <usize>load<u32>(cursor)
  return at < <usize>load<u32>(cursor, 4) ? <i32>load<u16>(at) : NO_WINDOW
}

function nextWindow(cursors: usize, termCount: i32): i32 {
  let window = NO_WINDOW
  for (let term = 0; term < termCount; term++) {
    const other = windowOf(cursorOf(cursors, term))
    if (other < window) window = other
  }
  return window
}

@inline
function chunkBytes(count: i32): usize {
  return HEADER + (count < DENSE ? 3 * <usize>count : ENDS + 2 * <usize>count)
}

@inline
function addImpact(sum: usize, impact: usize, weight: i32): void {
  store<i32>(sum, load<i32>(sum) + weight * <i32>load<u8>(impact))
}

function addChunk(chunk: usize, weight: i32, sums: usize): void {
  const count = <i32>load<u16>(chunk, 2)
  if (count < DENSE) {
    const impacts = chunk + HEADER + 2 * <usize>count
    for (let posting: usize = 0; posting < <usize>count; posting++) {
      addImpact(sums + (<usize>load<u16>(chunk + HEADER + 2 * posting) << 2), impacts + posting, weight)
    }
    return
  }
  const places = chunk + HEADER + ENDS
  const impacts = places + <usize>count
  let posting: usize = 0
  for (let block: usize = 0; block < 16; block++) {
    const end = <usize>load<u16>(chunk + HEADER + 2 * block)
    const base = sums + (block << 10)
    for (; posting + 2 <= end; posting += 2) {
      addImpact(base + (<usize>load<u8>(places + posting) << 2), impacts + posting, weight)
      addImpact(base + (<usize>load<u8>(places + posting, 1) << 2), impacts + posting + 1, weight)
    }
    if (posting < end) {
      addImpact(base + (<usize>load<u8>(places + posting) << 2), impacts + posting, weight)
      posting++
    }
  }
}

@inline
function offer(heap: usize, sum: i32, document: i32, accept: usize): void {
  if (accept != 0 && load<u8>(accept + <usize>document) == 0) return
  offerKey(heap, (i64(sum) << 32) | i64(~(<u32>document)))
}

/** A sum below it has no place, if its document comes after those that were offered: the first of equals stays. */
@inline
function lowest(heap: usize): i32 {
  const score = floorOf(heap)
  return score < 0 ? 1 : reinterpret<i32>(score) + 1
}

/** Offers the sum of every document of the window and clears it. */
function offerWindow(heap: usize, sums: usize, first: i32, accept: usize): void {
  let floor = lowest(heap)
  let floors = i32x4.splat(floor - 1)
  const zero = i32x4.splat(0)
  for (let place = 0; place < WINDOW; place += 4) {
    const at = sums + ((<usize>place) << 2)
    const four = v128.load(at)
    v128.store(at, zero)
    if (!v128.any_true(i32x4.gt_s(four, floors))) continue
    const a = i32x4.extract_lane(four, 0)
    if (a >= floor) offer(heap, a, first + place, accept)
    const b = i32x4.extract_lane(four, 1)
    if (b >= floor) offer(heap, b, first + place + 1, accept)
    const c = i32x4.extract_lane(four, 2)
    if (c >= floor) offer(heap, c, first + place + 2, accept)
    const d = i32x4.extract_lane(four, 3)
    if (d >= floor) offer(heap, d, first + place + 3, accept)
    floor = lowest(heap)
    floors = i32x4.splat(floor - 1)
  }
}

@inline
function offerPlace(heap: usize, sums: usize, place: i32, first: i32, accept: usize): void {
  const at = sums + ((<usize>place) << 2)
  const sum = load<i32>(at)
  store<i32>(at, 0)
  if (sum > 0 && sum + 1 >= lowest(heap)) offer(heap, sum, first + place, accept)
}

/** Offers the sums of the documents of one chunk and clears them. */
function offerChunk(chunk: usize, heap: usize, sums: usize, first: i32, accept: usize): void {
  const count = <i32>load<u16>(chunk, 2)
  if (count < DENSE) {
    for (let posting = 0; posting < count; posting++) {
      offerPlace(heap, sums, <i32>load<u16>(chunk + HEADER + 2 * <usize>posting), first, accept)
    }
    return
  }
  let posting = 0
  for (let block = 0; block < 16; block++) {
    const end = <i32>load<u16>(chunk + HEADER + 2 * <usize>block)
    for (; posting < end; posting++) {
      const place = (block << 8) + <i32>load<u8>(chunk + HEADER + ENDS + <usize>posting)
      offerPlace(heap, sums, place, first, accept)
    }
  }
}

/**
 * Offers every document with a sum above 0 to the heap, as far as it can have a place there. Sums are products of weight
 * and impact, added; they come out of `takeKeys` as the bits of its scores.
 *
 * @param cursors - 16 bytes a term; used up
 * @param accept - u8 a document, 0 keeps it out; 0 as address lets all in
 * @param sums - i32 for each document of a window, all 0; left so
 * @returns how many windows were gone through
 */
export function searchPostings(cursors: usize, termCount: i32, accept: usize, sums: usize, heap: usize): i32 {
  let done = 0
  for (let window = nextWindow(cursors, termCount); window != NO_WINDOW; window = nextWindow(cursors, termCount)) {
    let bound = 0
    let postings = 0
    for (let term = 0; term < termCount; term++) {
      const cursor = cursorOf(cursors, term)
      if (windowOf(cursor) != window) continue
      const chunk = <usize>load<u32>(cursor)
      bound += load<i32>(cursor, 8) * <i32>load<u8>(chunk, 4)
      postings += <i32>load<u16>(chunk, 2)
    }
    const isWanted = bound >= lowest(heap)
    if (isWanted) done++
    for (let term = 0; isWanted && term < termCount; term++) {
      const cursor = cursorOf(cursors, term)
      if (windowOf(cursor) == window) addChunk(<usize>load<u32>(cursor), load<i32>(cursor, 8), sums)
    }
    const first = window << WINDOW_BITS
    if (isWanted && postings >= FEW) offerWindow(heap, sums, first, accept)
    for (let term = 0; term < termCount; term++) {
      const cursor = cursorOf(cursors, term)
      if (windowOf(cursor) != window) continue
      const chunk = <usize>load<u32>(cursor)
      if (isWanted && postings < FEW) offerChunk(chunk, heap, sums, first, accept)
      store<u32>(cursor, <u32>(chunk + chunkBytes(<i32>load<u16>(chunk, 2))))
    }
  }
  return done
}
