import { logOdds } from '../logistic-function.ts'
import { xgboostMismatch } from './xgboost-fields.ts'

/** What an objective of XGBoost is to us. */
export interface XgboostObjective {
  /** LightGBM's text for the same response. */
  readonly name: string
  /** The raw score that belongs to a base score. */
  scoreOfBase(base: number): number
}

const same = (base: number): number => base

const OBJECTIVES: Readonly<Record<string, XgboostObjective>> = {
  'binary:logistic': { name: 'binary sigmoid:1', scoreOfBase: logOdds },
  'binary:logitraw': { name: 'custom', scoreOfBase: logOdds },
  'reg:logistic': { name: 'cross_entropy', scoreOfBase: logOdds },
  'reg:squarederror': { name: 'regression', scoreOfBase: same },
  'reg:squaredlogerror': { name: 'custom', scoreOfBase: same },
  'reg:absoluteerror': { name: 'regression_l1', scoreOfBase: same },
  'reg:pseudohubererror': { name: 'huber', scoreOfBase: same },
  'reg:quantileerror': { name: 'quantile', scoreOfBase: same },
  'count:poisson': { name: 'poisson', scoreOfBase: Math.log },
  'reg:gamma': { name: 'gamma', scoreOfBase: Math.log },
  'reg:tweedie': { name: 'tweedie', scoreOfBase: Math.log },
  'rank:pairwise': { name: 'lambdarank', scoreOfBase: same },
  'rank:ndcg': { name: 'lambdarank', scoreOfBase: same },
  'rank:map': { name: 'lambdarank', scoreOfBase: same },
}

/**
 * The objective of a model of XGBoost: binary, regression, counts, multiclass and ranking. Those of survival and the
 * hinge, whose responses we do not have, are refused.
 *
 * @throws SluiceError `MODEL_MISMATCH`
 */
export function xgboostObjective(name: string, classCount: number): XgboostObjective {
  if (name === 'multi:softprob' || name === 'multi:softmax') {
    return { name: `multiclass num_class:${classCount}`, scoreOfBase: same }
  }
  const objective = Object.hasOwn(OBJECTIVES, name) ? OBJECTIVES[name] : undefined
  if (objective !== undefined) return objective
  throw xgboostMismatch(`one of ${Object.keys(OBJECTIVES).join(', ')}, multi:softprob, multi:softmax`, name)
}
