import { assert, LambdaKernel, openKernels, SluiceError } from '../../foundation/index.ts'
import type { RowRange, TreeObjective } from '../tree-training/objective.ts'
import { gainsOfLabels, inverseIdealGains, type LabelGains, placeDiscounts } from './label-gains.ts'
import { type ObjectiveData, requireObjectiveData, requireParameter } from './objective-data.ts'
import { PositionBias, type PositionBiasOptions } from './position-bias.ts'
import { listStarts } from './query-lists.ts'

const TRUNCATION = 30

export interface LambdaOptions extends ObjectiveData {
  /** Sizes of the lists in the order of the rows, each at least 1. */
  readonly groups: ArrayLike<number>
  /** What a row of each label is worth at the top; 2^label - 1 when absent. */
  readonly labelGains?: LabelGains | undefined
  /** Pairs count of which one row is among so many first of its list; 30 when absent. */
  readonly truncation?: number | undefined
  /** Steepness of the logistic function between a difference of scores and a probability; 1 when absent. */
  readonly sigmoid?: number | undefined
  /** LightGBM's `lambdarank_norm`: lists pull alike and far apart pairs pull less; true when absent. */
  readonly normalise?: boolean | undefined
  /** Where the rows were shown, to learn beside the trees what a position draws by itself. */
  readonly position?: PositionBiasOptions | undefined
}

/**
 * LambdaMART: rows of a list are ordered by their relevance labels, pairs that matter most for NDCG pull most.
 * LightGBM's `lambdarank`, its formulas with exact logistic functions instead of a table. Equal scores stand in the
 * order of the rows. Lists whose rows are all equally relevant pull nothing, as does a list of one row.
 *
 * @throws SluiceError `NO_TRAINING_DATA` without lists, `SHAPE_MISMATCH` when the groups are not exactly the rows,
 * `OUT_OF_RANGE` at an empty list or a label without a gain, `ONE_CLASS_ONLY` when no list has rows of different
 * relevance, and as {@link requireObjectiveData}
 * @remarks Memory of its own: about 36 bytes a row.
 */
export function lambdaObjective(options: LambdaOptions): TreeObjective {
  const { labels, weights, truncation = TRUNCATION, sigmoid = 1, normalise = true, position } = options
  requireObjectiveData(options)
  requireParameter(truncation >= 1 && Number.isInteger(truncation), 'truncation', 'a whole number above 0', truncation)
  requireParameter(sigmoid > 0 && Number.isFinite(sigmoid), 'sigmoid', 'a number above 0', sigmoid)
  const starts = listStarts(options.groups, labels.length)
  const gains = gainsOfLabels(labels, options.labelGains)
  requireDifferentGains(gains, starts)
  const bias = position && positionBias(position, labels.length)
  const discounts = placeDiscounts(longestOf(starts))
  const inverseIdeals = inverseIdealGains(gains, starts, truncation, discounts)
  const cuts = bias ? Int32Array.of(0, labels.length) : Int32Array.from(starts)
  // Opened by the first call, so that an objective whose gradients other threads compute takes no memory for it.
  let opened: LambdaKernel | undefined
  const open = (): LambdaKernel =>
    new LambdaKernel(openKernels(), {
      ...{ starts, gains, inverseIdeals, discounts, weights, truncation, sigmoid, normalise },
    })
  return {
    text: 'lambdarank',
    rowCount: labels.length,
    scoresPerRow: 1,
    initialScores: () => new Float64Array(1),
    gradients(scores, gradients, hessians, range: RowRange = { from: 0, to: labels.length }) {
      opened ??= open()
      const { from, to } = range
      if (bias) bias.addTo(scores, opened.scores)
      else opened.scores.set(scores.subarray(from, to), from)
      opened.run(listAt(starts, from), listAt(starts, to))
      gradients.set(opened.gradients.subarray(from, to), from)
      hessians.set(opened.hessians.subarray(from, to), from)
      bias?.step(opened.gradients, opened.hessians)
    },
    cuts,
    ...(bias ? {} : { recipe: { ...options, kind: 'lambdarank' } }),
  }
}

function positionBias(options: PositionBiasOptions, rowCount: number): PositionBias {
  if (options.positions.length === rowCount) return new PositionBias(options)
  throw new SluiceError(
    'SHAPE_MISMATCH',
    `positions: expected one a row, ${rowCount}, got ${options.positions.length}; say where every row was shown`,
  )
}

function requireDifferentGains(gains: Float64Array, starts: Uint32Array): void {
  let list = 0
  for (let row = 1; row < gains.length; row++) {
    if (row === starts[list + 1]) list++
    else if (gains[row] !== gains[row - 1]) return
  }
  throw new SluiceError(
    'ONE_CLASS_ONLY',
    'labels: expected a list with rows of different relevance, got none; gather lists that hold both',
  )
}

function longestOf(starts: Uint32Array): number {
  let longest = 0
  for (let list = 0; list + 1 < starts.length; list++) longest = Math.max(longest, starts[list + 1]! - starts[list]!)
  return longest
}

/** The list that starts at a row, by binary search. */
function listAt(starts: Uint32Array, row: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (starts[middle]! < row) low = middle + 1
    else high = middle
  }
  assert(starts[low] === row, 'gradients of lists are asked for list by list')
  return low
}
