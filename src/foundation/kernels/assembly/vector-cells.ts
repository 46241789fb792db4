// Cells of a vector index: chains of blocks with the rows of a cell as bytes, and the search for the cell of a row.
// Widths are multiples of 16.
//
// A block: u32 offset of the next block of its cell or 0, i32 count of rows, 8 bytes of nothing, 32 x i32 items, 32 x
// f32 scales, 32 x width x i8. The scale of a place without a row is NaN, which keeps it out of every list.

import { floorOf, keyOf, offerKey } from './best-keys'
import { packBytes } from './vector-rows'

const BLOCK_ROWS: i32 = 32
const ITEMS: usize = 16
const SCALES: usize = ITEMS + 4 * BLOCK_ROWS
const ROWS: usize = SCALES + 4 * BLOCK_ROWS

export function vectorBlockBytes(width: i32): i32 {
  return <i32>ROWS + BLOCK_ROWS * width
}

/** Makes a block empty. */
export function clearBlock(block: usize, next: usize): void {
  store<u32>(block, <u32>next)
  store<i32>(block, 0, 4)
  for (let place = 0; place < BLOCK_ROWS; place++) store<f32>(block + SCALES + ((<usize>place) << 2), f32.NaN)
}

/** Adds a row (f32) to a block that has room. */
export function addToBlock(block: usize, item: i32, row: usize, width: i32): void {
  const place = load<i32>(block, 4)
  store<i32>(block, place + 1, 4)
  store<i32>(block + ITEMS + ((<usize>place) << 2), item)
  store<f32>(block + SCALES + ((<usize>place) << 2), packBytes(row, width, block + ROWS + <usize>(place * width)))
}

/** Takes the last row of a block that has one and puts it in the place of another row; says which item moved. */
export function moveLastRow(from: usize, to: usize, place: i32, width: i32): i32 {
  const last = load<i32>(from, 4) - 1
  store<i32>(from, last, 4)
  const item = load<i32>(from + ITEMS + ((<usize>last) << 2))
  store<i32>(to + ITEMS + ((<usize>place) << 2), item)
  store<f32>(to + SCALES + ((<usize>place) << 2), load<f32>(from + SCALES + ((<usize>last) << 2)))
  memory.copy(to + ROWS + <usize>(place * width), from + ROWS + <usize>(last * width), <usize>width)
  store<f32>(from + SCALES + ((<usize>last) << 2), f32.NaN)
  return item
}

/**
 * Offers the rows of the listed cells with their scores from bytes. heads: u32, the first block of every cell or 0;
 * cells: i32, count; query: i16, width, at most 2,000 each; heap: of `best-keys`.
 */
export function scanCells(heads: usize, cells: usize, count: i32, width: i32, query: usize, heap: usize): void {
  for (let at = 0; at < count; at++) {
    const cell = load<i32>(cells + ((<usize>at) << 2))
    let block = <usize>load<u32>(heads + ((<usize>cell) << 2))
    while (block != 0) {
      if (width == 32) scanBlockOf32(block, query, heap)
      else scanBlock(block, width, query, heap)
      block = <usize>load<u32>(block)
    }
  }
}

/** `scanBlock` for rows of 32 numbers, with the whole query in registers. */
function scanBlockOf32(block: usize, query: usize, heap: usize): void {
  const count = load<i32>(block, 4)
  const q0 = v128.load(query)
  const q1 = v128.load(query, 16)
  const q2 = v128.load(query, 32)
  const q3 = v128.load(query, 48)
  let floor = f32x4.splat(floorOf(heap))
  let rows = block + ROWS
  for (let place = 0; place < count; place += 4) {
    const products = sumsOfLanes(
      thirtyTwo(rows, q0, q1, q2, q3),
      thirtyTwo(rows + 32, q0, q1, q2, q3),
      thirtyTwo(rows + 64, q0, q1, q2, q3),
      thirtyTwo(rows + 96, q0, q1, q2, q3),
    )
    const at = (<usize>place) << 2
    const scores = f32x4.mul(f32x4.convert_i32x4_s(products), v128.load(block + SCALES + at))
    if (v128.any_true(f32x4.ge(scores, floor))) {
      offerFour(heap, scores, block + ITEMS + at)
      floor = f32x4.splat(floorOf(heap))
    }
    rows += 128
  }
}

@inline
function thirtyTwo(row: usize, q0: v128, q1: v128, q2: v128, q3: v128): v128 {
  const low = v128.load(row)
  const high = v128.load(row, 16)
  return i32x4.add(
    i32x4.add(
      i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(low), q0),
      i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(low), q1),
    ),
    i32x4.add(
      i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(high), q2),
      i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(high), q3),
    ),
  )
}

function scanBlock(block: usize, width: i32, query: usize, heap: usize): void {
  const count = load<i32>(block, 4)
  let floor = f32x4.splat(floorOf(heap))
  for (let place = 0; place < count; place += 4) {
    const rows = block + ROWS + <usize>(place * width)
    const scores = f32x4.mul(
      f32x4.convert_i32x4_s(fourProducts(rows, width, query)),
      v128.load(block + SCALES + ((<usize>place) << 2)),
    )
    if (v128.any_true(f32x4.ge(scores, floor))) {
      offerFour(heap, scores, block + ITEMS + ((<usize>place) << 2))
      floor = f32x4.splat(floorOf(heap))
    }
  }
}

function offerFour(heap: usize, scores: v128, items: usize): void {
  offer(heap, f32x4.extract_lane(scores, 0), items)
  offer(heap, f32x4.extract_lane(scores, 1), items + 4)
  offer(heap, f32x4.extract_lane(scores, 2), items + 8)
  offer(heap, f32x4.extract_lane(scores, 3), items + 12)
}

function offer(heap: usize, score: f32, item: usize): void {
  if (score >= floorOf(heap)) offerKey(heap, keyOf(score, load<i32>(item)))
}

@inline
function fourProducts(rows: usize, width: i32, query: usize): v128 {
  const rowBytes = <usize>width
  const second = rows + rowBytes
  const third = second + rowBytes
  const fourth = third + rowBytes
  let a = i32x4.splat(0)
  let b = i32x4.splat(0)
  let c = i32x4.splat(0)
  let d = i32x4.splat(0)
  let at: usize = 0
  // Written out for 64 numbers at a time: a loop over 16 takes twice as long.
  for (; at + 64 <= rowBytes; at += 64) {
    const numbers = query + (at << 1)
    a = i32x4.add(a, sixtyFour(rows + at, numbers))
    b = i32x4.add(b, sixtyFour(second + at, numbers))
    c = i32x4.add(c, sixtyFour(third + at, numbers))
    d = i32x4.add(d, sixtyFour(fourth + at, numbers))
  }
  for (; at < rowBytes; at += 16) {
    const numbers = query + (at << 1)
    a = i32x4.add(a, sixteen(rows + at, numbers))
    b = i32x4.add(b, sixteen(second + at, numbers))
    c = i32x4.add(c, sixteen(third + at, numbers))
    d = i32x4.add(d, sixteen(fourth + at, numbers))
  }
  return sumsOfLanes(a, b, c, d)
}

@inline
function sixtyFour(bytes: usize, query: usize): v128 {
  return i32x4.add(
    i32x4.add(sixteen(bytes, query), sixteen(bytes + 16, query + 32)),
    i32x4.add(sixteen(bytes + 32, query + 64), sixteen(bytes + 48, query + 96)),
  )
}

@inline
function sixteen(bytes: usize, query: usize): v128 {
  const row = v128.load(bytes)
  return i32x4.add(
    i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(row), v128.load(query)),
    i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(row), v128.load(query, 16)),
  )
}

/** The sum of the lanes of each of four vectors. */
@inline
function sumsOfLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(
    v128.shuffle<i32>(a, b, 0, 4, 1, 5),
    v128.shuffle<i32>(a, b, 2, 6, 3, 7),
  )
  const cd = i32x4.add(
    v128.shuffle<i32>(c, d, 0, 4, 1, 5),
    v128.shuffle<i32>(c, d, 2, 6, 3, 7),
  )
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7))
}

/**
 * The cell with the nearest centre for every row, which is the one with the largest product after half the square of
 * the centre is taken off; of equal ones the smaller. rows: i16, rowCount x width, of `packRows`; centres: i16, cellCount
 * x width, no longer than rows, cellCount a multiple of 4; halves: i32, cellCount; out: i32, rowCount.
 */
export function nearestCells(
  rows: usize,
  rowCount: i32,
  centres: usize,
  halves: usize,
  cellCount: i32,
  width: i32,
  out: usize,
): void {
  const rowBytes = (<usize>width) << 1
  for (let row = 0; row < rowCount; row += 2) {
    const left = rows + <usize>row * rowBytes
    // A last row without a partner is its own.
    const right = row + 1 < rowCount ? left + rowBytes : left
    nearestOfTwo(left, right, centres, halves, cellCount, rowBytes, out + ((<usize>row) << 2), row + 1 < rowCount)
  }
}

function nearestOfTwo(
  left: usize,
  right: usize,
  centres: usize,
  halves: usize,
  cellCount: i32,
  rowBytes: usize,
  out: usize,
  hasRight: bool,
): void {
  let bestLeft = i32x4.splat(i32.MIN_VALUE)
  let bestRight = bestLeft
  let cellsLeft = i32x4.splat(0)
  let cellsRight = cellsLeft
  let cells = i32x4(0, 1, 2, 3)
  let centre = centres
  for (let cell = 0; cell < cellCount; cell += 4) {
    let l0 = i32x4.splat(0)
    let l1 = l0
    let l2 = l0
    let l3 = l0
    let r0 = l0
    let r1 = l0
    let r2 = l0
    let r3 = l0
    const second = centre + rowBytes
    const third = second + rowBytes
    const fourth = third + rowBytes
    for (let at: usize = 0; at < rowBytes; at += 16) {
      const l = v128.load(left + at)
      const r = v128.load(right + at)
      const c0 = v128.load(centre + at)
      l0 = i32x4.add(l0, i32x4.dot_i16x8_s(l, c0))
      r0 = i32x4.add(r0, i32x4.dot_i16x8_s(r, c0))
      const c1 = v128.load(second + at)
      l1 = i32x4.add(l1, i32x4.dot_i16x8_s(l, c1))
      r1 = i32x4.add(r1, i32x4.dot_i16x8_s(r, c1))
      const c2 = v128.load(third + at)
      l2 = i32x4.add(l2, i32x4.dot_i16x8_s(l, c2))
      r2 = i32x4.add(r2, i32x4.dot_i16x8_s(r, c2))
      const c3 = v128.load(fourth + at)
      l3 = i32x4.add(l3, i32x4.dot_i16x8_s(l, c3))
      r3 = i32x4.add(r3, i32x4.dot_i16x8_s(r, c3))
    }
    const half = v128.load(halves + ((<usize>cell) << 2))
    const scoresLeft = i32x4.sub(sumsOfLanes(l0, l1, l2, l3), half)
    const scoresRight = i32x4.sub(sumsOfLanes(r0, r1, r2, r3), half)
    cellsLeft = v128.bitselect(cells, cellsLeft, i32x4.gt_s(scoresLeft, bestLeft))
    cellsRight = v128.bitselect(cells, cellsRight, i32x4.gt_s(scoresRight, bestRight))
    bestLeft = i32x4.max_s(bestLeft, scoresLeft)
    bestRight = i32x4.max_s(bestRight, scoresRight)
    cells = i32x4.add(cells, i32x4.splat(4))
    centre = fourth + rowBytes
  }
  store<i32>(out, bestLane(bestLeft, cellsLeft))
  if (hasRight) store<i32>(out, bestLane(bestRight, cellsRight), 4)
}

function bestLane(scores: v128, cells: v128): i32 {
  let score = i32x4.extract_lane(scores, 0)
  let cell = i32x4.extract_lane(cells, 0)
  if (isBetter(i32x4.extract_lane(scores, 1), i32x4.extract_lane(cells, 1), score, cell)) {
    score = i32x4.extract_lane(scores, 1)
    cell = i32x4.extract_lane(cells, 1)
  }
  if (isBetter(i32x4.extract_lane(scores, 2), i32x4.extract_lane(cells, 2), score, cell)) {
    score = i32x4.extract_lane(scores, 2)
    cell = i32x4.extract_lane(cells, 2)
  }
  if (isBetter(i32x4.extract_lane(scores, 3), i32x4.extract_lane(cells, 3), score, cell)) {
    cell = i32x4.extract_lane(cells, 3)
  }
  return cell
}

function isBetter(score: i32, cell: i32, thanScore: i32, thanCell: i32): bool {
  return score > thanScore || (score == thanScore && cell < thanCell)
}
