import { randomFrom, SluiceError } from '../foundation/index.ts'
import { requireShare } from './checked-inputs.ts'

/** Row numbers, ascending; every row is in one of the two. */
export interface RowSplit {
  readonly train: Uint32Array
  readonly test: Uint32Array
}

export interface RandomSplitOptions {
  /** Between 0 and 1, such as 0.75. */
  readonly trainShare: number
  readonly seed: number
}

/**
 * Rows at random into train and test; train has `trainShare` of them, rounded down.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when the share is not between 0 and 1
 * @remarks O(n). Random splits let a model see the future; where timestamps are known, also report `globalTimeSplit`.
 */
export function randomSplit(rowCount: number, options: RandomSplitOptions): RowSplit {
  return stratifiedSplit(new Int32Array(rowCount), options)
}

/**
 * Rows at random into train and test within every group: by user (every user has both, when rows suffice) or by item.
 * Of a group of `n` rows train has `trainShare * n`, rounded down, so a group of one goes to test: this is the
 * `python_stratified_split` of the recommenders-team's benchmark ("random 75/25, stratified by item").
 *
 * @param groups - shape (rows,), the group of every row, from 0
 * @throws SluiceError `INVALID_ARGUMENT` when a group is negative or the share is not between 0 and 1
 * @remarks O(rows + groups).
 */
export function stratifiedSplit(groups: Int32Array, { trainShare, seed }: RandomSplitOptions): RowSplit {
  requireShare('train share', trainShare)
  const sizes = groupSizes(groups)
  const shuffled = randomFrom(seed, 'split').shuffle(Uint32Array.from(groups, (_, row) => row))
  const met = new Uint32Array(sizes.length)
  const inTrain = new Uint8Array(groups.length)
  for (const row of shuffled) {
    const group = groups[row]!
    inTrain[row] = ++met[group]! / sizes[group]! <= trainShare ? 1 : 0
  }
  return splitByMask(inTrain)
}

function groupSizes(groups: Int32Array): Uint32Array {
  const sizes = new Uint32Array(1 + groups.reduce((most, group) => Math.max(most, group), -1))
  for (const group of groups) {
    if (group < 0) throw new SluiceError('INVALID_ARGUMENT', `split: expected groups numbered from 0, got ${group}`)
    sizes[group]!++
  }
  return sizes
}

function splitByMask(inTrain: Uint8Array): RowSplit {
  const rows = Uint32Array.from(inTrain, (_, row) => row)
  return { train: rows.filter((row) => inTrain[row] === 1), test: rows.filter((row) => inTrain[row] === 0) }
}
