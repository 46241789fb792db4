import { SluiceError } from '../../foundation/index.ts'

/**
 * Where lists of rows begin: list `l` has the rows `starts[l]` to `starts[l + 1]` (excluded).
 *
 * @param groups - sizes of the lists in the order of the rows, each at least 1
 * @returns shape (groups.length + 1,)
 * @throws SluiceError `NO_TRAINING_DATA` without a list, `OUT_OF_RANGE` at a list without a row or of no whole size,
 * `SHAPE_MISMATCH` when the lists are not exactly the rows
 */
export function listStarts(groups: ArrayLike<number>, rowCount: number): Uint32Array {
  if (groups.length === 0) {
    throw new SluiceError('NO_TRAINING_DATA', 'groups: expected at least one list of rows, got none')
  }
  const starts = new Uint32Array(groups.length + 1)
  let sum = 0
  for (let list = 0; list < groups.length; list++) {
    const size = groups[list]!
    requireSize(size, list)
    sum += size
    starts[list + 1] = sum
  }
  if (sum !== rowCount) {
    throw new SluiceError(
      'SHAPE_MISMATCH',
      `groups: expected sizes that add up to the ${rowCount} rows, got ${sum} in ${groups.length} lists; give each row to one list`,
    )
  }
  return starts
}

function requireSize(size: number, list: number): void {
  if (Number.isInteger(size) && size >= 1) return
  throw new SluiceError(
    'OUT_OF_RANGE',
    `size of list ${list}: expected a whole number of at least 1, got ${size}; leave out lists without rows`,
  )
}
