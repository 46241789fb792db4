import { SluiceError } from '../foundation/index.ts'
import { requireRowExamples } from './row-examples.ts'
import type { ListExamples } from './row-model.ts'

/** Lists with a weight for every row, ready to be learnt from. */
export interface WeightedLists extends ListExamples {
  readonly weights: Float64Array
}

/**
 * The lists that can teach: with a row that weighs something, in their order.
 *
 * @throws SluiceError `SHAPE_MISMATCH` when the lists are not exactly the rows, `NO_TRAINING_DATA` when none is left,
 * and whatever is refused of rows
 */
export function listsThatCount(examples: ListExamples): WeightedLists {
  requireRowExamples(examples)
  const { starts, rowCount, weights } = examples
  requireStarts(starts, rowCount)
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
export function takeLists(examples: ListExamples, lists: readonly number[]): WeightedLists {
  const { featureCount } = examples
  const starts = new Uint32Array(lists.length + 1)
  lists.forEach((list, index) => {
    starts[index + 1] = starts[index]! + examples.starts[list + 1]! - examples.starts[list]!
  })
  const rowCount = starts[lists.length]!
  const rows = new Float64Array(rowCount * featureCount)
  const labels = new Float64Array(rowCount)
  const weights = new Float64Array(rowCount).fill(1)
  lists.forEach((list, index) => {
    const [from, to] = [examples.starts[list]!, examples.starts[list + 1]!]
    rows.set(examples.rows.subarray(from * featureCount, to * featureCount), starts[index]! * featureCount)
    labels.set(examples.labels.subarray(from, to), starts[index]!)
    if (examples.weights) weights.set(examples.weights.subarray(from, to), starts[index]!)
  })
  return { rows, rowCount, featureCount, labels, weights, starts }
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
