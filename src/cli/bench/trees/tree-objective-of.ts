import { SluiceError } from '../../../foundation/index.ts'
import type { TreeObjectiveSpec } from '../../../models/index.ts'
import type { TreeTable } from './tree-files.ts'
import type { ObjectiveParameters } from './tree-parameters.ts'

/** The objectives by LightGBM's names. */
export const OBJECTIVES = [
  'binary',
  'cross_entropy',
  'regression',
  'regression_l1',
  'huber',
  'quantile',
  'poisson',
  'multiclass',
  'lambdarank',
] as const

export type ObjectiveName = (typeof OBJECTIVES)[number]

/**
 * An objective over the labels of a table.
 *
 * @throws SluiceError `INVALID_ARGUMENT` for several classes or a ranking without what they need
 */
export function objectiveOf(name: ObjectiveName, table: TreeTable, parameters: ObjectiveParameters): TreeObjectiveSpec {
  const { labels, groupSizes } = table
  const { classCount, sigmoid, positiveWeight, balanced, alpha, labelGains, truncation, normalise } = parameters
  switch (name) {
    case 'binary':
      return { kind: name, labels, sigmoid, positiveWeight, balanced }
    case 'huber':
      return { kind: name, labels, delta: alpha }
    case 'quantile':
      return { kind: name, labels, share: alpha }
    case 'multiclass':
      if (classCount === undefined) throw missing('multiclass', 'num_class', '--parameters num_class=5')
      return { kind: name, labels, classCount }
    case 'lambdarank':
      if (groupSizes === undefined) throw missing('lambdarank', 'queries', '--group, or qid: in the rows')
      return { kind: name, labels, groups: groupSizes, labelGains, truncation, normalise, sigmoid }
    default:
      return { kind: name, labels }
  }
}

function missing(objective: string, what: string, remedy: string): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', `${objective}: expected ${what}, got none; give ${remedy}`)
}
