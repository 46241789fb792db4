import { findNumericalBins } from './numerical-bins.ts'
import { HISTOGRAM_WORDS, type RowStretch, sharesRows, sumStretches, sumWholeRows } from './sum-histograms.ts'
import type { TaskContext } from './task-context.ts'
import { SUM_ROWS } from './training-memory.ts'

/** One thread's share of a step: part `part` of `parts`, on arguments that all threads see. */
type Task = (context: TaskContext, part: number, parts: number, args: Float64Array) => void

/** Rows that go from columns into blocks while they are in the cache. */
const PLACED_ROWS = 2048

/** args: first feature, feature count, most bins, least rows in a bin. Sorts samples and finds bounds. */
const findBounds: Task = ({ memory, program, take }, part, _parts, args) => {
  const { samples, sampledRows, sampleCounts, missingCounts, sortScratch, bounds, boundFacts } = memory
  const [first, count, maxBins, minRowsInBin] = [args[0]!, args[1]!, args[2]!, args[3]!]
  const own = part * (2 * sampledRows + 1024)
  const scratch = sortScratch.byteOffset + own * 8
  const counts = scratch + (sampledRows + 1) * 8
  for (let index = take(); index < count; index = take()) {
    const feature = first + index
    const size = sampleCounts[feature]!
    const values = samples.byteOffset + index * sampledRows * 8
    if (size > 0) program.sortValues(values, size, scratch)
    const length = program.distinctValues(values, size, scratch, counts)
    const distinct = {
      values: sortScratch.subarray(own, own + length),
      counts: new Int32Array(sortScratch.buffer, counts, length),
      length,
    }
    const bins = findNumericalBins(distinct, missingCounts[feature]!, { maxBins, minRowsInBin })
    bounds.fill(Number.POSITIVE_INFINITY, feature * 256, feature * 256 + 256)
    bounds.set(bins.upperBounds, feature * 256)
    boundFacts.set([bins.upperBounds.length, bins.minimum, bins.maximum], feature * 3)
  }
}

/**
 * args: first row, row count, how far apart the staged values of a feature are, how far apart features are, 1 for
 * validation rows. Bins what is staged. Leaves 1 in args[8 + part] when a value is infinite.
 */
const binStaged: Task = ({ memory, program }, part, parts, args) => {
  const { featureCount, staged, inputKinds, bounds, missingBins, blocks, width } = memory
  const [first, total, stride, apart] = [args[0]!, args[1]!, args[2]!, args[3]!]
  const isTraining = args[4] === 0
  const columns = isTraining ? memory.columns : memory.validationColumns
  const rowCount = isTraining ? memory.rowCount : memory.validationRows
  const [from, to] = share(total, part, parts)
  let infinite = 0
  for (let row = from; row < to; row += PLACED_ROWS) {
    const count = Math.min(PLACED_ROWS, to - row)
    for (let feature = 0; feature < featureCount; feature++) {
      const bins = columns.byteOffset + feature * rowCount + first + row
      if (inputKinds[feature] === 0) {
        const values = staged.byteOffset + (feature * apart + row * stride) * 8
        const bound = bounds.byteOffset + feature * 2048
        infinite |= program.binValues(values, stride, count, bound, missingBins[feature]!, bins)
      }
      if (!isTraining) continue
      const block = Math.floor(feature / width)
      const place = blocks.byteOffset + (block * rowCount + first + row) * width + (feature % width)
      program.placeColumn(bins, count, place, width)
    }
  }
  args[8 + part] = infinite
}

/** args: 1 logistic, 2 squared, 0 the objective itself; steepness; 1 when there are weights. */
const computeGradients: Task = (context, part, parts, args) => {
  const { memory, program, objective } = context
  const { rowCount, scores, gradients, hessians, targets } = memory
  if (args[0] === 0) {
    if (!objective) throw new Error('assertion failed: a thread without objective computes no gradients')
    const [from, to] = shareAtCuts(objective.cuts, rowCount, part, parts)
    if (from < to) objective.gradients(scores, gradients, hessians, { from, to })
    return
  }
  const [from, to] = share(rowCount, part, parts)
  const weights = args[2] === 1 ? memory.weights.byteOffset + from * 4 : 0
  const at = [scores.byteOffset + from * 8, targets.byteOffset + from * 4] as const
  const out = [gradients.byteOffset + from * 4, hessians.byteOffset + from * 4, roundUp(to - from)] as const
  if (args[0] === 1) program.logisticGradients(...at, weights, args[1]!, ...out)
  else program.squaredGradients(...at, weights, ...out)
}

/** args: class. Sums of absolute values, chunk by chunk. */
const sumGradients: Task = ({ memory, program, take }, _part, _parts, args) => {
  const { rowCount, gradients, hessians, sums } = memory
  const start = args[0]! * rowCount
  const chunks = Math.ceil(rowCount / SUM_ROWS)
  for (let chunk = take(); chunk < chunks; chunk = take()) {
    const from = start + chunk * SUM_ROWS
    const count = Math.min(SUM_ROWS, rowCount - chunk * SUM_ROWS)
    sums[2 * chunk] = program.absoluteSum(gradients.byteOffset + from * 4, count)
    sums[2 * chunk + 1] = program.absoluteSum(hessians.byteOffset + from * 4, count)
  }
}

/** args: class, gradient scale, hessian scale, seed, 1 to number the rows too. */
const packRows: Task = ({ memory, program }, part, parts, args) => {
  const { rowCount, gradients, hessians, packed, rows } = memory
  const [from, to] = share(rowCount, part, parts)
  const start = args[0]! * rowCount * 4
  const inputs = [gradients.byteOffset + start, hessians.byteOffset + start, packed.byteOffset] as const
  program.packGradients(...inputs, from, roundUp(to - from), args[1]!, args[2]!, args[3]!)
  if (args[4] === 1) program.fillRows(rows.byteOffset + from * 4, from, to - from)
}

/** args: key, threshold. Each thread draws among its part of the rows. */
const drawBag: Task = ({ memory, program }, part, parts, args) => {
  const { rowCount, left, right, leftCounts } = memory
  const [from, to] = share(rowCount, part, parts)
  const at = from * 4
  leftCounts[part * 16] = program.drawRows(
    from,
    to - from,
    args[0]!,
    args[1]!,
    left.byteOffset + at,
    right.byteOffset + at,
  )
}

/** args: how many are in the bag. Puts what {@link drawBag} drew before the rest. */
const placeBag: Task = ({ memory }, part, parts, args) => {
  const { rowCount, bag, left, right, leftCounts } = memory
  placeSides({ left, right, leftCounts, out: bag }, { start: 0, count: rowCount, leftTotal: args[0]! }, part, parts)
}

/** args: slot, start, count, 1 when the rows are all in order. Sums the histogram of the root. */
const sumRoot: Task = (context, part, parts, args) => {
  const { memory } = context
  const [slot, start, count, isContiguous] = [args[0]!, args[1]!, args[2]!, args[3]!]
  const [from, to] = sharesRows(context, parts) ? share(count, part, parts) : [0, count]
  if (isContiguous === 1) sumWholeRows(context, slot, part, from, to)
  else sumStretches(context, slot, part, [{ at: memory.rows.byteOffset + (start + from) * 4, count: to - from }])
}

/** args: start, count, feature, node. Sends the rows of a leaf left and right, each thread its part. */
const partition: Task = ({ memory, program }, part, parts, args) => {
  const [start, count, feature, node] = [args[0]!, args[1]!, args[2]!, args[3]!]
  const { rows, left, right, columns, rowCount, tables, leftCounts } = memory
  const [from, to] = share(count, part, parts)
  const column = columns.byteOffset + feature * rowCount
  const inputs = [column, tables.byteOffset + node * 256, rows.byteOffset + (start + from) * 4, to - from] as const
  const at = (start + from) * 4
  leftCounts[part * 16] = program.partitionRows(...inputs, left.byteOffset + at, right.byteOffset + at)
}

/**
 * args: start, count, slot, 1 when the left side is summed, 0 the right, -1 none. Puts the rows in order and sums the
 * histogram of one side, from where {@link partition} wrote them.
 */
const sumSide: Task = (context, part, parts, args) => {
  const { memory } = context
  const [start, count, slot, side] = [args[0]!, args[1]!, args[2]!, args[3]!]
  const { rows, left, right, leftCounts } = memory
  let leftTotal = 0
  for (let other = 0; other < parts; other++) leftTotal += leftCounts[other * 16]!
  placeSides({ left, right, leftCounts, out: rows }, { start, count, leftTotal }, part, parts)
  if (side < 0) return
  const source = side === 1 ? left : right
  const isShared = sharesRows(context, parts)
  const stretches: RowStretch[] = []
  for (let other = isShared ? part : 0; other < (isShared ? part + 1 : parts); other++) {
    const [from, to] = share(count, other, parts)
    const goLeft = leftCounts[other * 16]!
    stretches.push({ at: source.byteOffset + (start + from) * 4, count: side === 1 ? goLeft : to - from - goLeft })
  }
  sumStretches(context, slot, part, stretches)
}

/**
 * args: slot of the summed histogram, slot to subtract it from (-1: none), how many histograms it was summed in, 1 to
 * seek splits for the summed leaf, 1 for the other. Each thread takes a range of features.
 */
const settle: Task = ({ memory, program }, part, parts, args) => {
  const { histograms, paddedCount, kinds, binCounts, monotone, settings, leafSums, best, leaves } = memory
  const [slot, parent, summed] = [args[0]!, args[1]!, args[2]!]
  const [from, to] = share(paddedCount, part, parts)
  const bytes = paddedCount * HISTOGRAM_WORDS * 4
  const offset = from * HISTOGRAM_WORDS * 4
  const own = histograms.byteOffset + slot * bytes
  const integers = (to - from) * (HISTOGRAM_WORDS / 2)
  for (let other = 1; other < summed; other++) {
    program.addIntegers(own + offset, histograms.byteOffset + (leaves + other - 1) * bytes + offset, integers)
  }
  const big = histograms.byteOffset + parent * bytes
  if (parent >= 0) program.subtractIntegers(big + offset, own + offset, integers)
  for (let which = 0; which < 2; which++) {
    const out = best.byteOffset + (part * 2 + which) * 64
    if (args[3 + which] !== 1) continue
    const histogram = which === 0 ? own : big
    const leaf = leafSums.byteOffset + which * 64
    const features = [kinds.byteOffset + which * paddedCount, binCounts.byteOffset, monotone.byteOffset] as const
    program.findNumericalSplit(histogram, ...features, from, to, settings.byteOffset, leaf, out)
  }
}

/** args: class, leaf count. Adds the value of every leaf to the scores of its rows. */
const addLeaves: Task = ({ memory, program }, part, parts, args) => {
  const { scores, rowCount, rows, leafRanges, leafValues } = memory
  const target = scores.byteOffset + args[0]! * rowCount * 8
  for (let leaf = 0; leaf < args[1]!; leaf++) {
    const [from, to] = share(leafRanges[2 * leaf + 1]!, part, parts)
    const start = rows.byteOffset + (leafRanges[2 * leaf]! + from) * 4
    program.addToRows(target, start, to - from, leafValues[leaf]!)
  }
}

/** args: class, start and count in the bag's rows, 1 for the validation rows. Walks rows down the tree. */
const addTree: Task = ({ memory, program }, part, parts, args) => {
  const { nodes, tables, leafValues } = memory
  const [from, to] = share(args[2]!, part, parts)
  const isValidation = args[3] === 1
  const columns = isValidation ? memory.validationColumns : memory.columns
  const rowCount = isValidation ? memory.validationRows : memory.rowCount
  const order = isValidation ? memory.validationOrder : memory.bag
  const scores = isValidation ? memory.validationScores : memory.scores
  const tree = [nodes.byteOffset, tables.byteOffset, leafValues.byteOffset] as const
  const rows = order.byteOffset + (args[1]! + from) * 4
  program.addTreeToRows(
    columns.byteOffset,
    rowCount,
    ...tree,
    rows,
    to - from,
    scores.byteOffset + args[0]! * rowCount * 8,
  )
}

/** Every step that threads share, by its number. */
export const TASKS = {
  findBounds,
  binStaged,
  computeGradients,
  sumGradients,
  packRows,
  drawBag,
  placeBag,
  sumRoot,
  partition,
  sumSide,
  settle,
  addLeaves,
  addTree,
} as const

export type TaskName = keyof typeof TASKS

interface Sides {
  readonly left: Uint32Array
  readonly right: Uint32Array
  readonly leftCounts: Int32Array
  readonly out: Uint32Array
}

/** Copies a thread's part of two sides to where they belong: all that went left, then all that went right, in order. */
function placeSides(
  { left, right, leftCounts, out }: Sides,
  { start, count, leftTotal }: { start: number; count: number; leftTotal: number },
  part: number,
  parts: number,
): void {
  let [leftAt, rightAt] = [start, start + leftTotal]
  for (let other = 0; other <= part; other++) {
    const [from, to] = share(count, other, parts)
    const goLeft = leftCounts[other * 16]!
    const goRight = to - from - goLeft
    if (other === part) {
      out.set(left.subarray(start + from, start + from + goLeft), leftAt)
      out.set(right.subarray(start + from, start + from + goRight), rightAt)
    }
    leftAt += goLeft
    rightAt += goRight
  }
}

/** The part-th of so many nearly equal shares; they begin at multiples of 4. */
function share(count: number, part: number, parts: number): [from: number, to: number] {
  const cut = (index: number) => (index === parts ? count : Math.floor((count * index) / parts / 4) * 4)
  return [cut(part), cut(part + 1)]
}

/** As {@link share}, cut where the objective allows. */
function shareAtCuts(cuts: Int32Array | undefined, count: number, part: number, parts: number): [number, number] {
  if (!cuts) return share(count, part, parts)
  const cut = (index: number) => cuts.find((row) => row >= Math.floor((count * index) / parts)) ?? count
  return [part === 0 ? 0 : cut(part), part === parts - 1 ? count : cut(part + 1)]
}

function roundUp(count: number): number {
  return Math.ceil(count / 4) * 4
}
