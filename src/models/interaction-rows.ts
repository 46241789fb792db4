import { SluiceError } from '../foundation/index.ts'
import type { Interactions } from './item-model.ts'

/** A sparse matrix in compressed rows; both the users' rows and the items' columns of interactions come in it. */
export interface SparseRows {
  readonly rowCount: number
  readonly columnCount: number
  /** Shape (rowCount + 1,). */
  readonly starts: Uint32Array
  readonly columns: Int32Array
  readonly values: Float64Array
}

/**
 * Checks interactions and makes one entry of each user and item: whoever met an item again counts once, with the
 * largest weight, at the last place where it stands. Entries of weight 0 are left out. The order within a user stays.
 *
 * @throws SluiceError `SHAPE_MISMATCH`, `INVALID_ARGUMENT` or `NOT_FINITE` at what {@link requireInteractions} refuses,
 * `NO_TRAINING_DATA` when nothing is left
 */
export function distinctRows(interactions: Interactions): SparseRows {
  requireInteractions(interactions)
  const { userCount, itemCount, starts: from, items, weights } = interactions
  const starts = new Uint32Array(userCount + 1)
  const columns = new Int32Array(items.length)
  const values = new Float64Array(items.length)
  const largest = new Float64Array(itemCount)
  let length = 0
  for (let user = 0; user < userCount; user++) {
    const [start, end] = [from[user]!, from[user + 1]!]
    for (let entry = start; entry < end; entry++) {
      const item = items[entry]!
      largest[item] = Math.max(largest[item]!, weights ? weights[entry]! : 1)
    }
    for (let entry = end - 1; entry >= start; entry--) {
      const item = items[entry]!
      if (largest[item] === 0) continue
      columns[length] = item
      values[length++] = largest[item]!
      largest[item] = 0
    }
    columns.subarray(starts[user], length).reverse()
    values.subarray(starts[user], length).reverse()
    starts[user + 1] = length
  }
  if (length === 0) throw nothingToLearnFrom()
  return {
    rowCount: userCount,
    columnCount: itemCount,
    starts,
    columns: columns.slice(0, length),
    values: values.slice(0, length),
  }
}

/**
 * Checks the shape and the values of interactions.
 *
 * @throws SluiceError `SHAPE_MISMATCH` when starts and entries do not fit, `INVALID_ARGUMENT` at an item that is out of
 * range or a negative weight, `NOT_FINITE` at a weight that is NaN or infinite
 */
export function requireInteractions(interactions: Interactions): void {
  const { userCount, itemCount, starts, items, weights } = interactions
  if (starts.length !== userCount + 1) throw wrongShape('starts', userCount + 1, starts.length)
  if (starts[0] !== 0) throw wrongShape('starts to begin at', 0, starts[0] ?? 0)
  for (let user = 0; user < userCount; user++) {
    if (starts[user]! > starts[user + 1]!)
      throw wrongShape('starts not to fall below', starts[user]!, starts[user + 1]!)
  }
  if (starts[userCount] !== items.length) throw wrongShape('items', starts[userCount]!, items.length)
  requireItems(items, itemCount)
  if (weights) requireWeights(weights, items.length)
}

/**
 * @throws SluiceError `INVALID_ARGUMENT` at an item below 0 or not below `itemCount`
 */
export function requireItems(items: Int32Array, itemCount: number): void {
  for (let entry = 0; entry < items.length; entry++) {
    const item = items[entry]!
    if (item < 0 || item >= itemCount) {
      throw new SluiceError(
        'INVALID_ARGUMENT',
        `items: expected numbers from 0 to ${itemCount - 1}, got ${item} at ${entry}; number the items anew`,
      )
    }
  }
}

/**
 * @throws SluiceError `SHAPE_MISMATCH` at another length, `NOT_FINITE` at NaN or infinity, `INVALID_ARGUMENT` below 0
 */
export function requireWeights(weights: Float64Array, length: number): void {
  if (weights.length !== length) throw wrongShape('weights', length, weights.length)
  for (let entry = 0; entry < length; entry++) {
    const weight = weights[entry]!
    if (weight >= 0 && weight < Number.POSITIVE_INFINITY) continue
    const code = weight < 0 && Number.isFinite(weight) ? 'INVALID_ARGUMENT' : 'NOT_FINITE'
    throw new SluiceError(code, `weights: expected finite numbers of at least 0, got ${weight} at ${entry}; correct it`)
  }
}

/** The same matrix by columns; within a column, rows are in rising order. */
export function transpose(matrix: SparseRows): SparseRows {
  const { rowCount, columnCount } = matrix
  const starts = new Uint32Array(columnCount + 1)
  for (const column of matrix.columns) starts[column + 1]!++
  for (let column = 0; column < columnCount; column++) starts[column + 1]! += starts[column]!
  const next = starts.slice()
  const columns = new Int32Array(matrix.columns.length)
  const values = new Float64Array(matrix.columns.length)
  for (let row = 0; row < rowCount; row++) {
    for (let entry = matrix.starts[row]!; entry < matrix.starts[row + 1]!; entry++) {
      const target = next[matrix.columns[entry]!]!++
      columns[target] = row
      values[target] = matrix.values[entry]!
    }
  }
  return { rowCount: columnCount, columnCount: rowCount, starts, columns, values }
}

export function nothingToLearnFrom(): SluiceError {
  return new SluiceError(
    'NO_TRAINING_DATA',
    'interactions: expected at least one with a weight above 0, got none; import events first',
  )
}

function wrongShape(what: string, expected: number, got: number): SluiceError {
  return new SluiceError(
    'SHAPE_MISMATCH',
    `interactions: expected ${what} ${expected}, got ${got}; build the rows anew`,
  )
}
