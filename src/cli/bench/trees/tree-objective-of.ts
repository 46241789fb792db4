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
 * An objective over the labels of a table, their weights and positions.
 *
 * @param learningRate - of the trees: the biases of positions are learnt at the same
 * @throws SluiceError `INVALID_ARGUMENT` for several classes or a ranking without what they need
 */
export function objectiveOf(
  name: ObjectiveName,
  table: TreeTable,
  parameters: ObjectiveParameters,
  learningRate?: number,
): TreeObjectiveSpec {
  const { labels, weights, groupSizes, positions } = table
  const { classCount, sigmoid, positiveWeight, balanced, alpha, labelGains, truncation, normalise } = parameters
  const { classWeights, positionRegularization: regularization } = parameters
  if (classWeights && name !== 'multiclass') throw noClasses(name)
  switch (name) {
    case 'binary':
      return { kind: name, labels, weights, sigmoid, positiveWeight, balanced }
    case 'huber':
      return { kind: name, labels, weights, delta: alpha }
    case 'quantile':
      return { kind: name, labels, weights, share: alpha }
    case 'multiclass':
      if (classCount === undefined) throw missing('multiclass', 'num_class', '--parameters num_class=5')
      return { kind: name, labels, weights, classCount, classWeights }
    case 'lambdarank':
      if (groupSizes === undefined) throw missing('lambdarank', 'queries', '--group, or qid: in the rows')
      return {
        ...{ kind: name, labels, weights, groups: groupSizes, labelGains, truncation, normalise, sigmoid },
        position: positions && { positions, regularization, learningRate },
      }
    default:
      return { kind: name, labels, weights }
  }
}

function noClasses(objective: string): SluiceError {
  return new SluiceError(
    'INVALID_ARGUMENT',
    `class_weight: expected the objective multiclass, got ${objective}; give scale_pos_weight, or weights of the rows`,
  )
}

function missing(objective: string, what: string, remedy: string): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', `${objective}: expected ${what}, got none; give ${remedy}`)
}
