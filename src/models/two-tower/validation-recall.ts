import { dotProducts, type Kernels } from '../../foundation/index.ts'
import type { SparseRows } from '../sparse-rows.ts'
import { type Tower, writeTowerVector } from './tower.ts'
import type { TwoTowerExamples } from './two-tower-options.ts'

/**
 * Prepares to measure towers: the share of examples whose item is among the `recallAt` best of all items.
 *
 * @returns a function of the towers
 * @remarks O(examples * items * dimensions) a call.
 */
export function recallOver(
  kernels: Kernels,
  items: SparseRows,
  { users, targets }: Pick<TwoTowerExamples, 'users' | 'targets'>,
  { dimensions, recallAt }: { dimensions: number; recallAt: number },
): (towers: { readonly users: Tower; readonly items: Tower }) => number {
  const { arena } = kernels
  const matrix = arena.float32s(items.rowCount * dimensions)
  const query = arena.float32s(dimensions)
  const scores = arena.float32s(items.rowCount)
  return (towers) => {
    for (let item = 0; item < items.rowCount; item++) {
      writeRowVector(towers.items, items, item, matrix.subarray(item * dimensions, (item + 1) * dimensions))
    }
    let found = 0
    for (let row = 0; row < users.rowCount; row++) {
      writeRowVector(towers.users, users, row, query)
      dotProducts(kernels, matrix, query, scores)
      if (countAbove(scores, scores[targets[row]!]!) < recallAt) found++
    }
    return found / users.rowCount
  }
}

function writeRowVector(tower: Tower, rows: SparseRows, row: number, out: Float32Array): void {
  const [start, end] = [rows.starts[row]!, rows.starts[row + 1]!]
  writeTowerVector(tower, { indices: rows.indices.subarray(start, end), values: rows.values.subarray(start, end) }, out)
}

function countAbove(scores: Float32Array, floor: number): number {
  let count = 0
  for (let item = 0; item < scores.length; item++) if (scores[item]! > floor) count++
  return count
}
