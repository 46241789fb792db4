import { SluiceError } from '../../foundation/index.ts'
import type { ObjectiveRecipe, TreeObjective } from '../tree-training/objective.ts'
import { type BinaryOptions, binaryObjective } from './binary-objective.ts'
import { crossEntropyObjective } from './cross-entropy-objective.ts'
import { type LambdaOptions, lambdaObjective } from './lambda-objective.ts'
import type { ObjectiveData } from './objective-data.ts'
import { absoluteObjective, type QuantileOptions, quantileObjective } from './quantile-objectives.ts'
import { type HuberOptions, huberObjective, poissonObjective, squaredObjective } from './regression-objectives.ts'
import { type SoftmaxOptions, softmaxObjective } from './softmax-objective.ts'

/** An objective as plain data, by LightGBM's names. */
export type TreeObjectiveSpec =
  | ({ readonly kind: 'binary' } & BinaryOptions)
  | ({ readonly kind: 'cross_entropy' | 'regression' | 'regression_l1' | 'poisson' } & ObjectiveData)
  | ({ readonly kind: 'huber' } & HuberOptions)
  | ({ readonly kind: 'quantile' } & QuantileOptions)
  | ({ readonly kind: 'multiclass' } & SoftmaxOptions)
  | ({ readonly kind: 'lambdarank' } & LambdaOptions)

type Kind = TreeObjectiveSpec['kind']
type Factories = { readonly [Name in Kind]: (spec: Extract<TreeObjectiveSpec, { kind: Name }>) => TreeObjective }

const FACTORIES: Factories = {
  binary: binaryObjective,
  cross_entropy: crossEntropyObjective,
  regression: squaredObjective,
  regression_l1: absoluteObjective,
  poisson: poissonObjective,
  huber: huberObjective,
  quantile: quantileObjective,
  multiclass: softmaxObjective,
  lambdarank: lambdaObjective,
}

/**
 * The objective that plain data describes: what a caller names, or what another thread was sent as a recipe.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at a kind that is not known, and whatever the objective refuses
 */
export function treeObjective(spec: TreeObjectiveSpec | ObjectiveRecipe): TreeObjective {
  if (!Object.hasOwn(FACTORIES, spec.kind)) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `objective: expected one of ${Object.keys(FACTORIES).join(', ')}, got ${JSON.stringify(spec.kind)}`,
    )
  }
  const factory = FACTORIES[spec.kind as Kind] as (spec: unknown) => TreeObjective
  return factory(spec)
}
