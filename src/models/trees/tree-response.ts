import { SluiceError } from '../../foundation/index.ts'
import { logistic } from '../logistic-function.ts'

/** What a raw score means: one number a score, or shares that sum to 1 over the classes. */
export type TreeResponse =
  | { readonly kind: 'each'; readonly of: (score: number) => number }
  | { readonly kind: 'softmax' }

const IDENTITY: TreeResponse = { kind: 'each', of: (score) => score }
const EXPONENTIAL: TreeResponse = { kind: 'each', of: Math.exp }
const SIGNED_SQUARE: TreeResponse = { kind: 'each', of: (score) => Math.sign(score) * score * score }
// Math.log1p(Math.exp(score)), which would overflow
const SOFTPLUS: TreeResponse = {
  kind: 'each',
  of: (score) => Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))),
}

/**
 * The response function of an objective, given as LightGBM writes it into a model: `binary sigmoid:1` responds with
 * a probability, `poisson` with a rate, `regression sqrt` with the signed square, rankers with the score itself. No
 * objective, or `custom`, responds with the score.
 *
 * @throws SluiceError `MODEL_MISMATCH` when the objective is not known
 */
export function responseOf(objective: string): TreeResponse {
  const [name = '', ...parameters] = objective.split(' ').filter((word) => word !== '')
  switch (name) {
    case '':
    case 'custom':
    case 'lambdarank':
    case 'rank_xendcg':
      return IDENTITY
    case 'regression':
    case 'regression_l1':
    case 'huber':
    case 'fair':
    case 'quantile':
    case 'mape':
      return parameters.includes('sqrt') ? SIGNED_SQUARE : IDENTITY
    case 'poisson':
    case 'gamma':
    case 'tweedie':
      return EXPONENTIAL
    case 'binary':
    case 'multiclassova':
      return sigmoid(parameterOf(objective, parameters, 'sigmoid'))
    case 'cross_entropy':
      return sigmoid(1)
    case 'cross_entropy_lambda':
      return SOFTPLUS
    case 'multiclass':
      return { kind: 'softmax' }
    default:
      throw new SluiceError(
        'MODEL_MISMATCH',
        `tree ensemble: expected an objective of LightGBM, got ${objective}; use its raw scores`,
      )
  }
}

/**
 * Responses of rows from their raw scores; `out` may be `scores`.
 *
 * @param scores - shape (rowCount * classCount,), row-major, as `out`
 */
export function writeResponses(
  response: TreeResponse,
  scores: Float64Array,
  rowCount: number,
  classCount: number,
  out: Float64Array,
): void {
  const length = rowCount * classCount
  if (response.kind === 'softmax') {
    for (let start = 0; start < length; start += classCount) writeSoftmax(scores, start, start + classCount, out)
  } else {
    for (let index = 0; index < length; index++) out[index] = response.of(scores[index]!)
  }
}

function writeSoftmax(scores: Float64Array, from: number, to: number, out: Float64Array): void {
  let highest = Number.NEGATIVE_INFINITY
  for (let index = from; index < to; index++) highest = Math.max(highest, scores[index]!)
  let sum = 0
  for (let index = from; index < to; index++) {
    out[index] = Math.exp(scores[index]! - highest)
    sum += out[index]!
  }
  for (let index = from; index < to; index++) out[index]! /= sum
}

function sigmoid(slope: number): TreeResponse {
  return { kind: 'each', of: (score) => logistic(slope * score) }
}

function parameterOf(objective: string, parameters: readonly string[], name: string): number {
  const text = parameters.find((parameter) => parameter.startsWith(`${name}:`))
  const value = Number(text?.slice(name.length + 1) ?? 1)
  if (value > 0 && Number.isFinite(value)) return value
  throw new SluiceError('MODEL_MISMATCH', `tree ensemble: expected a ${name} above 0, got ${objective}; train it again`)
}
