import type { TaskContext } from './task-context.ts'

/** 32-bit words of the histogram of a feature: 256 pairs. */
export const HISTOGRAM_WORDS = 512

/** Numbers of rows that stand one after the other: the byte they begin at, and how many. */
export interface RowStretch {
  readonly at: number
  readonly count: number
}

/** Sums the histogram of every feature over the rows `from` up to `to`, into a thread's part of a slot. */
export function sumWholeRows(context: TaskContext, slot: number, part: number, from: number, to: number): void {
  const { width, packed } = context.memory
  eachBlock(context, slot, part, (block, histogram) => {
    context.program.addRowHistogram(block, width, from, to - from, packed.byteOffset, histogram)
  })
}

/** As {@link sumWholeRows}, over stretches of rows. */
export function sumStretches(context: TaskContext, slot: number, part: number, stretches: readonly RowStretch[]): void {
  const { memory, program } = context
  const { width, packed, blockCount, scratchBytes } = memory
  const scratch = memory.scratch.byteOffset + part * scratchBytes
  if (blockCount === 1) {
    eachBlock(context, slot, part, (block, histogram) => {
      for (const { at, count } of stretches) {
        program.addLeafHistogram(block, width, at, count, packed.byteOffset, histogram, scratch)
      }
    })
    return
  }
  // The gradients are looked up once, not once a block.
  const ordered = memory.ordered.byteOffset + part * memory.rowCount * 8
  let end = ordered
  for (const { at, count } of stretches) {
    program.gatherPacked(packed.byteOffset, at, count, end)
    end += count * 8
  }
  eachBlock(context, slot, part, (block, histogram) => {
    let from = ordered
    for (const { at, count } of stretches) {
      program.addOrderedHistogram(block, width, at, count, from, histogram, scratch)
      from += count * 8
    }
  })
}

/** Whether threads share out the rows, each with a histogram of its own; otherwise they share out blocks of features. */
export function sharesRows({ memory }: TaskContext, parts: number): boolean {
  return memory.blockCount === 1 && parts > 1
}

/** The blocks of features that are this thread's, their histograms cleared. */
function eachBlock(
  { memory, take }: TaskContext,
  slot: number,
  part: number,
  add: (block: number, histogram: number) => void,
): void {
  const { histograms, blocks, blockCount, width, rowCount, paddedCount, leaves } = memory
  const isSingle = blockCount === 1
  const own = isSingle && part > 0 ? leaves + part - 1 : slot
  for (let block = isSingle ? 0 : take(); block < blockCount; block = isSingle ? blockCount : take()) {
    const first = (own * paddedCount + block * width) * HISTOGRAM_WORDS
    histograms.fill(0, first, first + width * HISTOGRAM_WORDS)
    add(blocks.byteOffset + block * rowCount * width, histograms.byteOffset + first * 4)
  }
}
