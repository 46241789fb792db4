import { type Kernels, type Random, randomFrom } from '../../foundation/index.ts'
import { type CellCentres, CellPlacer } from './cell-centres.ts'
import type { VectorRows } from './vector-rows.ts'

const ITERATIONS = 8
/** So many rows for each cell are enough to place it. */
const SAMPLE_PER_CELL = 32
/** Rows that are assigned at a time. */
const BATCH = 4096
/** The length in 16-bit numbers of the longest row, with room for the rounding. */
const LONGEST = 32_700

export interface Clustering {
  readonly centres: CellCentres
  /** Shape (items.length,): the cell of each. */
  readonly cells: Int32Array
}

/**
 * Cells by k-means on a seeded sample, in Euclidean distance: short rows, which no inner product puts first, share few
 * cells, and long ones have many.
 *
 * @param items - whose rows are written
 * @param cellCount - a multiple of 4, at most the number of items
 * @remarks O((8 * 32 * cells + items) * cells * dimensions), in 16-bit numbers whose sums are exact.
 * @see Lloyd 1982, IEEE Transactions on Information Theory 28(2).
 */
export function clusterRows(
  kernels: Kernels,
  rows: VectorRows,
  items: Int32Array,
  cellCount: number,
  seed: number,
): Clustering {
  const mark = kernels.arena.mark()
  const random = randomFrom(seed, 'vector-cells')
  const scale = LONGEST / longestOf(kernels, rows, items)
  const placer = new CellPlacer(kernels, rows, cellCount, scale)
  placeCentres(kernels, placer, drawSample(items, cellCount * SAMPLE_PER_CELL, random), random)
  const cells = assignAll(kernels, placer, items)
  const centres = { scale, places: placer.places.slice(), ...momentsOf(rows, items, cells, cellCount) }
  kernels.arena.release(mark)
  return { centres, cells }
}

function longestOf(kernels: Kernels, rows: VectorRows, items: Int32Array): number {
  let longest = 0
  for (const item of items) longest = Math.max(longest, kernels.program.rowLength(rows.offsetOf(item), rows.width))
  return longest
}

/** Different items in random order, at most `count`. */
function drawSample(items: Int32Array, count: number, random: Random): Int32Array {
  const drawn = items.slice()
  const length = Math.min(count, items.length)
  for (let at = 0; at < length; at++) {
    const other = at + random.integer(items.length - at)
    const held = drawn[at]!
    drawn[at] = drawn[other]!
    drawn[other] = held
  }
  return drawn.slice(0, length)
}

/** Begins at the first rows of the sample and moves every centre to the mean of its rows, again and again. */
function placeCentres(kernels: Kernels, placer: CellPlacer, sample: Int32Array, random: Random): void {
  const { arena } = kernels
  const width = placer.places.length / placer.cellCount
  const list = arena.int32s(sample.length)
  const words = arena.int16s(sample.length * width)
  const cells = arena.int32s(sample.length)
  list.set(sample)
  placer.pack(list, words)
  const places = words.slice(0, placer.places.length)
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    placer.moveTo(places)
    placer.find(words, cells)
    const { sums, counts } = sumRows(words, cells, width, placer.cellCount)
    for (let cell = 0; cell < counts.length; cell++) {
      const start = cell * width
      // A cell that nobody came to begins anew at a row of the sample.
      const row = counts[cell] === 0 ? random.integer(sample.length) * width : -1
      for (let at = 0; at < width; at++) {
        places[start + at] = row < 0 ? Math.round(sums[start + at]! / counts[cell]!) : words[row + at]!
      }
    }
  }
  placer.moveTo(places)
}

function sumRows(words: Int16Array, cells: Int32Array, width: number, cellCount: number) {
  const sums = new Float64Array(cellCount * width)
  const counts = new Float64Array(cellCount)
  for (let row = 0; row < cells.length; row++) {
    const [from, to] = [row * width, cells[row]! * width]
    for (let at = 0; at < width; at++) sums[to + at]! += words[from + at]!
    counts[cells[row]!]!++
  }
  return { sums, counts }
}

function assignAll(kernels: Kernels, placer: CellPlacer, items: Int32Array): Int32Array {
  const { arena } = kernels
  const width = placer.places.length / placer.cellCount
  const list = arena.int32s(BATCH)
  const words = arena.int16s(BATCH * width)
  const found = arena.int32s(BATCH)
  const cells = new Int32Array(items.length)
  for (let from = 0; from < items.length; from += BATCH) {
    const batch = items.subarray(from, from + BATCH)
    const count = batch.length
    list.set(batch)
    placer.pack(list.subarray(0, count), words)
    placer.find(words, found.subarray(0, count))
    cells.set(found.subarray(0, count), from)
  }
  return cells
}

/** Mean and spread of every cell, 0 for one without rows. */
function momentsOf(rows: VectorRows, items: Int32Array, cells: Int32Array, cellCount: number) {
  const { width, dimensions } = rows
  const means = new Float64Array(cellCount * width)
  const squares = new Float64Array(cellCount)
  const counts = new Float64Array(cellCount)
  for (let at = 0; at < items.length; at++) {
    const row = rows.read(items[at]!)
    const cell = cells[at]!
    for (let place = 0; place < row.length; place++) {
      means[cell * width + place]! += row[place]!
      squares[cell]! += row[place]! * row[place]!
    }
    counts[cell]!++
  }
  for (let at = 0; at < means.length; at++) means[at]! /= Math.max(1, counts[Math.floor(at / width)]!)
  const spreads = Float32Array.from(squares, (sum, cell) => {
    let lengthOfMean = 0
    for (let at = cell * width; at < (cell + 1) * width; at++) lengthOfMean += means[at]! * means[at]!
    return Math.sqrt(Math.max(0, sum / Math.max(1, counts[cell]!) - lengthOfMean) / dimensions)
  })
  return { means: Float32Array.from(means), spreads }
}
