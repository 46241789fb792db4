import type { Kernels } from '../../foundation/index.ts'

/** Features a block at most: 2 KiB of histogram each. One block up to 32 features: then the rows are shared out. */
const NARROW = 32
const WIDE = 20

/** Rows are binned in stages of so many bytes, and sampled values sorted in groups of features. */
const STAGED_BYTES = 1 << 22
const SAMPLED_BYTES = 1 << 24
/** Threads that one training may use. */
export const MAX_THREADS = 16

export interface TrainingShape {
  readonly rowCount: number
  readonly featureCount: number
  /** Rows that bins are found on. */
  readonly sampledRows: number
  readonly scoresPerRow: number
  readonly leaves: number
  readonly threads: number
  readonly validationRows: number
}

/**
 * The arrays of one training, all in the kernels' memory and laid out before any thread starts, so that the memory
 * never grows under one.
 */
export interface TrainingMemory extends TrainingShape {
  readonly width: number
  readonly blockCount: number
  /** blockCount * width: with the columns that fill up the last block, which split nothing. */
  readonly paddedCount: number
  /** Shape (featureCount, rowCount): bins, feature by feature. */
  readonly columns: Uint8Array
  /** Shape (blockCount, rowCount, width): the same, row by row in blocks of features. */
  readonly blocks: Uint8Array
  readonly validationColumns: Uint8Array
  readonly stagedRows: number
  readonly staged: Float64Array
  /** Shape (featureCount, 256). */
  readonly bounds: Float64Array
  readonly missingBins: Int32Array
  /** Shape (featureCount, 3): how many bounds, least and greatest value. */
  readonly boundFacts: Float64Array
  /** Shape (sampledFeatures, sampledRows): values that are not missing, sampleCounts[feature] of each. */
  readonly samples: Float64Array
  readonly sampledFeatures: number
  readonly sampleCounts: Int32Array
  readonly missingCounts: Int32Array
  /** Shape (threads, 2 * sampledRows + 1024): for sorting, then the different values and their counts. */
  readonly sortScratch: Float64Array
  /** Rows ordered by leaf; a leaf is a stretch of them. */
  readonly rows: Uint32Array
  readonly left: Uint32Array
  readonly right: Uint32Array
  readonly bag: Uint32Array
  readonly validationOrder: Uint32Array
  readonly scores: Float64Array
  readonly validationScores: Float64Array
  readonly gradients: Float32Array
  readonly hessians: Float32Array
  /** Gradient and hessian of a row in one 64-bit integer, as pairs (hessian, gradient) of 32 bits. */
  readonly packed: Int32Array
  /** Shape (threads, rowCount): packed gradients in the order of the rows of a leaf; empty with one block. */
  readonly ordered: Int32Array
  /** Shape (leaves + threads - 1, paddedCount, 256), pairs as in `packed`: a slot a leaf, then one a further thread. */
  readonly histograms: Int32Array
  /** Shape (featureCount,): 0 a number, 1 categories. */
  readonly inputKinds: Uint8Array
  /** Shape (2, paddedCount): what the features of the two leaves at work may do. */
  readonly kinds: Uint8Array
  readonly binCounts: Int32Array
  readonly monotone: Int8Array
  readonly settings: Float64Array
  /** Shape (2, 8). */
  readonly leafSums: Float64Array
  /** Shape (threads, 2, 8). */
  readonly best: Float64Array
  /** Shape (threads, 16): how many rows of a thread's part go left. */
  readonly leftCounts: Int32Array
  /** Shape (leaves, 256): 1 where a bin goes left. */
  readonly tables: Uint8Array
  /** Shape (leaves, 3). */
  readonly nodes: Int32Array
  readonly leafValues: Float64Array
  /** Shape (leaves, 2): start and count of every leaf. */
  readonly leafRanges: Int32Array
  /** Shape (threads, scratchBytes). */
  readonly scratch: Uint8Array
  readonly scratchBytes: number
  /** Sums of absolute gradients and hessians, a pair a chunk of rows. */
  readonly sums: Float64Array
  readonly targets: Float32Array
  readonly weights: Float32Array
}

/** Rows whose absolute gradients are summed together: the order of sums must not hang on the threads. */
export const SUM_ROWS = 4096

export function layOutTraining(kernels: Kernels, shape: TrainingShape): TrainingMemory {
  const { arena, program } = kernels
  const { rowCount, featureCount, scoresPerRow, leaves, threads, validationRows } = shape
  const blockCount = featureCount <= NARROW ? 1 : Math.ceil(featureCount / WIDE)
  const width = Math.ceil(featureCount / blockCount / 4) * 4
  const paddedCount = blockCount * width
  const padded = Math.ceil(rowCount / 4) * 4
  const { sampledRows } = shape
  const sampledFeatures = Math.min(featureCount, Math.max(threads, Math.floor(SAMPLED_BYTES / 8 / sampledRows)))
  const stagedRows = Math.min(padded, Math.max(64, Math.floor(STAGED_BYTES / 8 / featureCount / 64) * 64))
  const scratchBytes = Math.ceil(program.histogramScratchBytes(width) / 64) * 64
  return {
    ...shape,
    width,
    blockCount,
    paddedCount,
    columns: arena.uint8s(featureCount * rowCount),
    blocks: arena.uint8s(paddedCount * rowCount),
    validationColumns: arena.uint8s(featureCount * validationRows),
    stagedRows,
    staged: arena.float64s(stagedRows * featureCount),
    bounds: arena.float64s(featureCount * 256),
    missingBins: arena.int32s(featureCount),
    boundFacts: arena.float64s(featureCount * 3),
    samples: arena.float64s(sampledFeatures * sampledRows),
    sampledFeatures,
    sampleCounts: arena.int32s(featureCount),
    missingCounts: arena.int32s(featureCount),
    sortScratch: arena.float64s(threads * (2 * sampledRows + 1024)),
    rows: arena.uint32s(rowCount),
    left: arena.uint32s(rowCount),
    right: arena.uint32s(rowCount),
    bag: arena.uint32s(rowCount),
    validationOrder: arena.uint32s(validationRows),
    scores: arena.float64s(padded * scoresPerRow),
    validationScores: arena.float64s(validationRows * scoresPerRow),
    gradients: arena.float32s(padded * scoresPerRow),
    hessians: arena.float32s(padded * scoresPerRow),
    packed: arena.int32s(padded * 2),
    ordered: arena.int32s(blockCount === 1 ? 0 : threads * rowCount * 2),
    histograms: arena.int32s((leaves + threads - 1) * paddedCount * 512),
    inputKinds: arena.uint8s(featureCount),
    kinds: arena.uint8s(2 * paddedCount),
    binCounts: arena.int32s(paddedCount),
    monotone: arena.int8s(paddedCount),
    settings: arena.float64s(16),
    leafSums: arena.float64s(16),
    best: arena.float64s(threads * 16),
    leftCounts: arena.int32s(threads * 16),
    tables: arena.uint8s(leaves * 256),
    nodes: arena.int32s(leaves * 3),
    leafValues: arena.float64s(leaves),
    leafRanges: arena.int32s(leaves * 2),
    scratch: arena.uint8s(scratchBytes * threads),
    scratchBytes,
    sums: arena.float64s(2 * Math.ceil(rowCount / SUM_ROWS)),
    targets: arena.float32s(padded),
    weights: arena.float32s(padded),
  }
}
