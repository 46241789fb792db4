import { SluiceError } from '../../foundation/index.ts'
import { loadLogisticRegression } from '../logistic-regression.ts'
import { readModelKind } from '../model-file.ts'
import type { RowModel } from '../row-model.ts'
import { loadTreeModel } from '../trees/tree-model.ts'
import { loadCompactTrees } from './compact-trees.ts'

const LOADERS: Readonly<Record<string, (bytes: Uint8Array) => RowModel>> = {
  trees: loadTreeModel,
  'compact-trees': loadCompactTrees,
  'logistic-regression': loadLogisticRegression,
}

/**
 * Reads a saved model of rows of any kind: trees, what trees became when they were compressed, a logistic regression.
 *
 * @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH`
 */
export function loadRowModel(bytes: Uint8Array): RowModel {
  const kind = readModelKind(bytes)
  const load = Object.hasOwn(LOADERS, kind) ? LOADERS[kind] : undefined
  if (load !== undefined) return load(bytes)
  throw new SluiceError(
    'MODEL_MISMATCH',
    `model file: expected one of ${Object.keys(LOADERS).join(', ')}, got ${kind}; load it as what it is`,
  )
}
