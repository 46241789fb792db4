// Search in an inverted index, a term at a time within windows of 4,096 documents, exactly. Scores are whole numbers, so
// that no sum hangs on the order of terms.
//
// A term: chunks one after the other, each with the postings of one window:
//   u8 windows that lie between it and the chunk before; 255 when they are 255 or more, and then u16 how many,
//   u8 count; DENSE when it is as many or more, and then u16 how many,
//   u8 largest impact, but for a single posting,
//   below DENSE postings: places in the window, 12 bits each; from there on: 16 times u16 the end among the postings of
//   every 256 documents, then u8 places within them,
//   u8 impacts.
// A cursor, 32 bytes: u32 next chunk, u32 end of the chunks, i32 weight, and of the chunk at hand, which is read ahead:
// i32 window, i32 count, i32 largest impact, u32 places, u32 impacts.

import { floorOf, offerKey } from './best-keys'

const WINDOW_BITS: i32 = 12
const WINDOW: i32 = 1 << WINDOW_BITS
const DENSE: i32 = 64
const ENDS: usize = 32
const NO_WINDOW: i32 = 0x7fffffff
/** With fewer postings in a window than this, they are gone through again instead of all its documents. */
const FEW: i32 = 256

// Of the search at hand: the number of document 0, who is let in (u8 a document; 0 lets all in) and who is there (a bit a
// document; 0 when all are).
let base: i32 = 0
let accepted: usize = 0
let living: usize = 0

@inline
function cursorOf(cursors: usize, term: i32): usize {
  return cursors + ((<usize>term) << 5)
}

@inline
function windowOf(cursor: usize): i32 {
  return load<i32>(cursor, 12)
}

/** Reads the head of the next chunk. */
function readChunk(cursor: usize): void {
  let at = <usize>load<u32>(cursor)
  if (at >= <usize>load<u32>(cursor, 4)) {
    store<i32>(cursor, NO_WINDOW, 12)
    return
  }
  let gap = <i32>load<u8>(at++)
  if (gap == 255) {
    gap = <i32>load<u16>(at)
    at += 2
  }
  let count = <i32>load<u8>(at++)
  if (count == DENSE) {
    count = <i32>load<u16>(at)
    at += 2
  }
  const places = count == 1 ? at : at + 1
  const impacts = places + (count < DENSE ? <usize>((3 * count + 1) >> 1) : ENDS + <usize>count)
  store<i32>(cursor, windowOf(cursor) + gap + 1, 12)
  store<i32>(cursor, count, 16)
  store<i32>(cursor, <i32>load<u8>(count == 1 ? impacts : at), 20)
  store<u32>(cursor, <u32>places, 24)
  store<u32>(cursor, <u32>impacts, 28)
  store<u32>(cursor, <u32>(impacts + <usize>count))
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
function sparsePlace(places: usize, posting: i32): i32 {
  const at = places + <usize>(3 * (posting >> 1))
  return (posting & 1) == 0 ? <i32>load<u16>(at) & 4095 : <i32>load<u16>(at, 1) >> 4
}

@inline
function addImpact(sum: usize, impact: usize, weight: i32): void {
  store<i32>(sum, load<i32>(sum) + weight * <i32>load<u8>(impact))
}

function addChunk(cursor: usize, sums: usize): void {
  const weight = load<i32>(cursor, 8)
  const count = load<i32>(cursor, 16)
  let places = <usize>load<u32>(cursor, 24)
  let impacts = <usize>load<u32>(cursor, 28)
  if (count < DENSE) {
    let posting = 0
    for (; posting + 2 <= count; posting += 2) {
      const pair = <u32>load<u16>(places) | (<u32>load<u8>(places, 2) << 16)
      addImpact(sums + <usize>((pair & 4095) << 2), impacts, weight)
      addImpact(sums + <usize>((pair >> 12) << 2), impacts + 1, weight)
      places += 3
      impacts += 2
    }
    if (posting < count) addImpact(sums + <usize>((<u32>load<u16>(places) & 4095) << 2), impacts, weight)
    return
  }
  const ends = places
  places += ENDS
  let posting: usize = 0
  for (let block: usize = 0; block < 16; block++) {
    const end = <usize>load<u16>(ends + 2 * block)
    const first = sums + (block << 10)
    for (; posting + 2 <= end; posting += 2) {
      addImpact(first + (<usize>load<u8>(places + posting) << 2), impacts + posting, weight)
      addImpact(first + (<usize>load<u8>(places + posting, 1) << 2), impacts + posting + 1, weight)
    }
    if (posting < end) {
      addImpact(first + (<usize>load<u8>(places + posting) << 2), impacts + posting, weight)
      posting++
    }
  }
}

@inline
function offer(heap: usize, sum: i32, document: i32): void {
  if (accepted != 0 && load<u8>(accepted + <usize>document) == 0) return
  if (living != 0 && ((load<u8>(living + <usize>(document >> 3)) >> <u8>(document & 7)) & 1) == 0) return
  offerKey(heap, (i64(sum) << 32) | i64(~(<u32>(base + document))))
}

/** A sum below it has no place, if its document comes after those that were offered: the first of equals stays. */
@inline
function lowest(heap: usize): i32 {
  const score = floorOf(heap)
  return score < 0 ? 1 : reinterpret<i32>(score) + 1
}

/** Offers the sum of every document of the window and clears it. */
function offerWindow(heap: usize, sums: usize, first: i32): void {
  let floor = lowest(heap)
  let floors = i32x4.splat(floor - 1)
  const zero = i32x4.splat(0)
  for (let place = 0; place < WINDOW; place += 4) {
    const at = sums + ((<usize>place) << 2)
    const four = v128.load(at)
    v128.store(at, zero)
    if (!v128.any_true(i32x4.gt_s(four, floors))) continue
    const a = i32x4.extract_lane(four, 0)
    if (a >= floor) offer(heap, a, first + place)
    const b = i32x4.extract_lane(four, 1)
    if (b >= floor) offer(heap, b, first + place + 1)
    const c = i32x4.extract_lane(four, 2)
    if (c >= floor) offer(heap, c, first + place + 2)
    const d = i32x4.extract_lane(four, 3)
    if (d >= floor) offer(heap, d, first + place + 3)
    floor = lowest(heap)
    floors = i32x4.splat(floor - 1)
  }
}

@inline
function offerPlace(heap: usize, sums: usize, place: i32, first: i32): void {
  const at = sums + ((<usize>place) << 2)
  const sum = load<i32>(at)
  store<i32>(at, 0)
  if (sum > 0 && sum + 1 >= lowest(heap)) offer(heap, sum, first + place)
}

/** Offers the sums of the documents of the chunk at hand and clears them. */
function offerChunk(cursor: usize, heap: usize, sums: usize, first: i32): void {
  const count = load<i32>(cursor, 16)
  const places = <usize>load<u32>(cursor, 24)
  if (count < DENSE) {
    for (let posting = 0; posting < count; posting++) {
      offerPlace(heap, sums, sparsePlace(places, posting), first)
    }
    return
  }
  let posting = 0
  for (let block = 0; block < 16; block++) {
    const end = <i32>load<u16>(places + 2 * <usize>block)
    for (; posting < end; posting++) {
      offerPlace(heap, sums, (block << 8) + <i32>load<u8>(places + ENDS + <usize>posting), first)
    }
  }
}

/**
 * Offers every document with a sum above 0 to the heap, as far as it can have a place there. Sums are products of weight
 * and impact, added; they come out of `takeKeys` as the bits of its scores. Documents come after all that were offered
 * before.
 *
 * @param cursors - 32 bytes a term, of which the first three numbers are set; used up
 * @param accept - u8 a document, 0 keeps it out; 0 as address lets all in
 * @param live - a bit a document, 0 keeps it out; 0 as address lets all in
 * @param first - what is added to the number of a document
 * @param sums - i32 for each document of a window, all 0; left so
 * @returns how many windows were gone through
 */
export function searchPostings(
  cursors: usize,
  termCount: i32,
  accept: usize,
  live: usize,
  first: i32,
  sums: usize,
  heap: usize,
): i32 {
  base = first
  accepted = accept
  living = live
  for (let term = 0; term < termCount; term++) {
    store<i32>(cursorOf(cursors, term), -1, 12)
    readChunk(cursorOf(cursors, term))
  }
  let done = 0
  for (let window = nextWindow(cursors, termCount); window != NO_WINDOW; window = nextWindow(cursors, termCount)) {
    if (searchWindow(cursors, termCount, window, sums, heap)) done++
    for (let term = 0; term < termCount; term++) {
      const cursor = cursorOf(cursors, term)
      if (windowOf(cursor) == window) readChunk(cursor)
    }
  }
  return done
}

/** Whether a document of the window could have a place. */
function searchWindow(cursors: usize, termCount: i32, window: i32, sums: usize, heap: usize): bool {
  let bound: i64 = 0
  let postings = 0
  for (let term = 0; term < termCount; term++) {
    const cursor = cursorOf(cursors, term)
    if (windowOf(cursor) != window) continue
    bound += i64(load<i32>(cursor, 8)) * i64(load<i32>(cursor, 20))
    postings += load<i32>(cursor, 16)
  }
  if (bound < i64(lowest(heap))) return false
  for (let term = 0; term < termCount; term++) {
    const cursor = cursorOf(cursors, term)
    if (windowOf(cursor) == window) addChunk(cursor, sums)
  }
  const first = window << WINDOW_BITS
  if (postings >= FEW) {
    offerWindow(heap, sums, first)
    return true
  }
  for (let term = 0; term < termCount; term++) {
    const cursor = cursorOf(cursors, term)
    if (windowOf(cursor) == window) offerChunk(cursor, heap, sums, first)
  }
  return true
}

/**
 * Adds the sum of every document.
 *
 * @param cursors - 32 bytes a term, of which the first three numbers are set; used up
 * @param sums - i32 for each document, up to the end of the last window
 */
export function sumPostings(cursors: usize, termCount: i32, sums: usize): void {
  for (let term = 0; term < termCount; term++) {
    const cursor = cursorOf(cursors, term)
    store<i32>(cursor, -1, 12)
    for (readChunk(cursor); windowOf(cursor) != NO_WINDOW; readChunk(cursor)) {
      addChunk(cursor, sums + ((<usize>windowOf(cursor)) << (WINDOW_BITS + 2)))
    }
  }
}
