import { SluiceError } from '../foundation/index.ts'
import { requireRowExamples } from './row-examples.ts'
import type { ListExamples } from './row-model.ts'

/** Lists of what was shown. */
export interface ShownLists extends ListExamples {
  /** Shape (rowCount,), above 0: how often the place of a row is looked at, relative to the top; absent: all alike. */
  readonly propensities?: Float64Array | undefined
}

/** Lists with a weight for every row, ready to be learnt from. */
export interface WeightedLists extends ShownLists {
  readonly weights: Float64Array
}

/**
 * The lists that can teach: with a row that weighs something, in their order.
 *
 * @throws SluiceError `SHAPE_MISMATCH` when the lists are not exactly the rows, `NO_TRAINING_DATA` when none is left,
 * `OUT_OF_RANGE` at a
 * propensity that is none, and whatever is refused of rows
 */
export function listsThatCount(examples: ShownLists): WeightedLists {
  requireRowExamples(examples)
  const { starts, rowCount, weights } = examples
  requireStarts(starts, rowCount)
  requirePropensities(examples)
  const lists: number[] = []
  for (let list = 0; list + 1 < starts.length; list++) {
    const [from, to] = [starts[list]!, starts[list + 1]!]
    if (from < to && (weights === undefined || weights.subarray(from, to).some((weight) => weight > 0)))
      lists.push(list)
  }
  if (lists.length > 0) return takeLists(examples, lists)
  throw new SluiceError('NO_TRAINING_DATA', 'training lists: expected one with a weight above 0, got none')
}

/** A copy of some lists. */
export function takeLists(examples: ShownLists, lists: readonly number[]): WeightedLists {
  const { featureCount } = examples
  const starts = new Uint32Array(lists.length + 1)
  lists.forEach((list, index) => {
    starts[index + 1] = starts[index]! + examples.starts[list + 1]! - examples.starts[list]!
  })
  const rowCount = starts[lists.length]!
  const rows = new Float64Array(rowCount * featureCount)
  const labels = new Float64Array(rowCount)
  const weights = new Float64Array(rowCount).fill(1)
  const propensities = examples.propensities && new Float64Array(rowCount)
  lists.forEach((list, index) => {
    const [from, to] = [examples.starts[list]!, examples.starts[list + 1]!]
    rows.set(examples.rows.subarray(from * featureCount, to * featureCount), starts[index]! * featureCount)
    labels.set(examples.labels.subarray(from, to), starts[index]!)
    if (examples.weights) weights.set(examples.weights.subarray(from, to), starts[index]!)
    if (examples.propensities) propensities?.set(examples.propensities.subarray(from, to), starts[index]!)
  })
  return { rows, rowCount, featureCount, labels, weights, starts, propensities }
}

/** Whether some list has rows of different labels: only there is something to put in order. */
export function hasContrast({ starts, labels }: ListExamples): boolean {
  for (let list = 0; list + 1 < starts.length; list++) {
    const first = labels[starts[list]!]
    if (labels.subarray(starts[list], starts[list + 1]).some((label) => label !== first)) return true
  }
  return false
}

function requireStarts(starts: Uint32Array, rowCount: number): void {
  const isRising = starts.every((start, list) => list === 0 || start >= starts[list - 1]!)
  if (starts[0] === 0 && starts.at(-1) === rowCount && isRising) return
  throw new SluiceError(
    'SHAPE_MISMATCH',
    `lists: expected starts that rise from 0 to the ${rowCount} rows, got ${starts[0]} to ${starts.at(-1)}; give each row to one list`,
  )
}

function requirePropensities({ propensities, rowCount }: ShownLists): void {
  if (!propensities) return
  if (propensities.length !== rowCount) {
    throw new SluiceError(
      'SHAPE_MISMATCH',
      `propensities: expected one a row, ${rowCount}, got ${propensities.length}; say of every row how often its place is looked at`,
    )
  }
  const row = propensities.findIndex((value) => !(value > 0 && value < Number.POSITIVE_INFINITY))
  if (row < 0) return
  throw new SluiceError(
    'OUT_OF_RANGE',
    `propensity of row ${row}: expected a number above 0, got ${propensities[row]}; leave out what nobody looks at`,
  )
}
