import { SluiceError } from '../../foundation/index.ts'
import { nothingToLearnFrom, requireItems, requireWeights } from '../interaction-rows.ts'
import { requireSparseRows } from '../sparse-rows.ts'
import type { TwoTowerExamples, TwoTowerOptions } from './two-tower-options.ts'

/**
 * Refuses what two towers cannot learn from.
 *
 * @throws SluiceError `NO_TRAINING_DATA` without an example of a weight above 0, `SHAPE_MISMATCH`, `NOT_FINITE`,
 * `INVALID_ARGUMENT` at a target that is no item or a negative weight
 */
export function requireTwoTowerExamples(examples: TwoTowerExamples, validation: TwoTowerOptions['validation']): void {
  const { users, items, targets, weights, itemIds } = examples
  requireSparseRows(users)
  requireSparseRows(items)
  requireTargets(targets, users.rowCount, items.rowCount)
  if (weights) requireWeights(weights, targets.length)
  if (!(weights ?? targets).some((value) => !weights || value > 0)) throw nothingToLearnFrom()
  if (itemIds) requireItemIds(itemIds, items.rowCount, items.featureCount)
  if (!validation) return
  requireSparseRows(validation.users)
  requireTargets(validation.targets, validation.users.rowCount, items.rowCount)
  if (validation.users.rowCount === 0) throw wrong('validation examples', 'at least 1', 0)
  if (validation.users.featureCount !== users.featureCount) {
    throw wrong('features of validation users', users.featureCount, validation.users.featureCount)
  }
}

function requireTargets(targets: Int32Array, exampleCount: number, itemCount: number): void {
  if (targets.length !== exampleCount) throw wrong('targets', exampleCount, targets.length)
  requireItems(targets, itemCount)
}

function requireItemIds(itemIds: Int32Array, itemCount: number, featureCount: number): void {
  if (itemIds.length !== itemCount) throw wrong('features that stand for an item', itemCount, itemIds.length)
  const beyond = itemIds.find((feature) => feature < -1 || feature >= featureCount)
  if (beyond !== undefined) throw wrong('a feature that stands for an item', `below ${featureCount}, or -1`, beyond)
}

function wrong(what: string, expected: string | number, got: number): SluiceError {
  return new SluiceError('SHAPE_MISMATCH', `two towers, ${what}: expected ${expected}, got ${got}; check the layout`)
}
